// Build the page from the data, then let keys and links in.

const whenLoaded = [];
const summaryGroups = [];

function buildStudies() {
  const place = document.getElementById("studies");
  asList(report.studies).forEach((study, at) => {
    const title = `Study ${at + 1}`;
    const section = el("section", { class: "study", "aria-labelledby": `study-${at + 1}` },
      el("h2", { id: `study-${at + 1}` }, title, el("code", { class: "uid dim", title: "Study Instance UID" }, study.uid || NOT_KNOWN)));
    place.append(section);
    const merged = asList(study.leaks).map(asObject);
    asList(study.groups).forEach((group) => section.append(buildGroup(title, group, merged)));
    if (merged.length) section.append(el("section", { class: "card" }, el("h3", {}, "Leaks of the study, views together"), merged.map(mergedLeak)));
  });
}

function buildGroup(title, group, leaks) {
  const mine = asList(group.runs).map((key) => runOf.get(key)).filter(Boolean);
  const box = el("article", { class: "card recording" });
  const heading = mine.map((run) => run.name).join(" and ") + (mine.length > 1 ? ", together in time" : "");
  box.append(el("h3", {}, heading));
  mine.forEach((run) => box.append(verdictLine(run)));
  if (mine.length > 1) box.append(...[togetherLine(asObject(group.fused))].filter(Boolean));
  const viewer = new Viewer(group);
  if (viewer.node) box.append(viewer.node, ...[buildSketch(viewer, group, leaks)].filter(Boolean));
  const cards = [];
  for (const run of mine) {
    const pane = viewer.panes.find((one) => one.run === run);
    summaryGroups.push({ title, viewer, pane, run });
    if (pane) cards.push(...alarmsOf(run).map((leak) => leakCard(viewer, pane, leak)));
  }
  if (cards.length) box.append(el("div", { class: "leak-cards" }, cards));
  box.append(el("div", { class: "abouts" }, mine.map(aboutRun)));
  return box;
}

function verdictLine(run) {
  const verdict = verdictOf(run);
  const why = whyUndecided(run);
  const undecided = (run.shares.no_decision ?? 0) / (run.frames || 1);
  const words = verdict.kind === "alarm" ? `at ${seconds(run.alarmTime)}, frame ${run.alarmFrame}`
    : why ?? (undecided > 0 ? `${percent(undecided)} of its frames were not decided` : "");
  return el("p", { class: "verdict" }, el("b", {}, run.name), " ", el("span", { class: `badge ${verdict.kind}` }, verdict.words), " ", words);
}

// The one alarm of two views, and what the other says of it.
function togetherLine(fused) {
  const alarm = asObject(fused.alarm), other = asObject(fused.other_view);
  if (!isText(fused.state)) return null;
  const name = (one) => runByUid.get(one.sop_instance_uid)?.name ?? NOT_KNOWN;
  const said = OTHER_WORDS[other.verdict] ?? NOT_KNOWN;
  const why = isText(other.verdict_reason) ? `: ${other.verdict_reason}` : `, from ${seconds(other.pair_since_s)} on`;
  const words = isNumber(alarm.pair_time_s) ? `at ${seconds(alarm.pair_time_s)} by ${name(alarm)}; ${name(other)} ${said}${why}`
    : isText(fused.reason) ? fused.reason : "";
  return el("p", { class: "verdict together" }, el("b", {}, "Together"), " ", el("span", { class: `badge ${fused.state}` }, TOGETHER_WORDS[fused.state] ?? fused.state), " ", words);
}

const KEYS = {
  ArrowRight: (viewer, event) => viewer.step(event.shiftKey ? 10 : 1),
  ArrowLeft: (viewer, event) => viewer.step(event.shiftKey ? -10 : -1),
  Home: (viewer) => viewer.step(-Infinity),
  End: (viewer) => viewer.step(Infinity),
  " ": (viewer) => viewer.toggle(),
  n: (viewer) => viewer.nextEvent(),
  o: (viewer) => viewer.setLayers({ outline: !viewer.layers.outline }),
  c: (viewer) => viewer.setLayers({ cement: !viewer.layers.cement }),
  l: (viewer) => viewer.setLayers({ leak: !viewer.layers.leak }),
  m: (viewer) => viewer.setLayers({ marks: !viewer.layers.marks }),
  g: (viewer) => viewer.setLayers({ guides: !viewer.layers.guides }),
  Escape: (viewer) => viewer.guides.clear(),
  h: (viewer) => viewer.holdLayers(),
  "+": (viewer) => viewer.zoom(1.4),
  "=": (viewer) => viewer.zoom(1.4),
  "-": (viewer) => viewer.zoom(1 / 1.4),
  0: (viewer) => viewer.zoom(0),
  f: (viewer) => viewer.enlarge(),
  p: (viewer) => viewer.lead(viewer.panes[(viewer.panes.indexOf(viewer.leading) + 1) % viewer.panes.length]),
};

function onKey(event) {
  const help = document.getElementById("help");
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.key === "?") { help.showModal(); return; }
  // A slider, list or button that has the focus keeps the keys it understands itself.
  const tag = event.target.tagName, kind = event.target.type;
  if (tag === "SELECT" || kind === "range") return;
  if (event.key === " " && (tag === "BUTTON" || tag === "A" || tag === "SUMMARY" || kind === "checkbox")) return;
  const viewer = activeViewer();
  if (!viewer || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  lastUsed = viewer;
  KEYS[event.key](viewer, event);
}

// #<SOP Instance UID>/<frame> is a place in the page that can be passed on.
function followLink() {
  const [uid, frame] = location.hash.slice(1).split("/");
  for (const viewer of viewers) {
    const pane = viewer.panes.find((one) => one.run.uid === uid);
    if (pane && /^\d+$/.test(frame ?? "")) goTo(viewer, pane, Number(frame));
  }
}

buildStudies();
buildSummary(summaryGroups);
document.getElementById("help-button").addEventListener("click", () => document.getElementById("help").showModal());
addEventListener("keydown", onKey);
addEventListener("hashchange", followLink);
// The pictures come last in the file, so that all else is there at once.
addEventListener("DOMContentLoaded", () => {
  drawings.clear();
  viewers.forEach((viewer) => viewer.panes.forEach((pane) => { pane.missing = false; pane.show(pane.wanted); }));
  whenLoaded.forEach((paint) => paint());
  if (location.hash) followLink();
  document.documentElement.dataset.ready = "yes";
});
