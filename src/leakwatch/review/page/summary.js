// The table at the top: what came of each run, and the way there.

function buildSummary(groups) {
  const section = document.getElementById("summary");
  if (!runs.length) {
    section.append(el("p", { class: "headline" }, "This folder lists no run."));
    return;
  }
  const alarms = runs.filter((run) => run.alarmFrame !== null);
  const failed = runs.filter((run) => !run.results || run.error);
  const undecided = runs.filter((run) => run.results && verdictOf(run).kind === "no_decision");
  const studies = new Set(runs.filter((run) => run.results).map((run) => run.row.study_instance_uid)).size;
  const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  const head = alarms.length ? `Alarm in ${alarms.length} of ${count(runs.length, "run")}` : `No alarm in ${count(runs.length, "run")}`;
  const tail = [count(studies, "study", "studies")];
  if (undecided.length) tail.push(`${undecided.length} without a decision`);
  if (failed.length) tail.push(`${failed.length} failed`);
  section.append(...[
    el("p", { class: `headline ${alarms.length ? "alarm" : ""}` }, el("b", {}, head), ` · ${tail.join(" · ")}`),
    report.reduced ? el("p", { class: "callout" }, `To keep this page within its size, pictures are shown at ${percent(report.reduced.scale ?? 1)} of the kept size and JPEG quality ${report.reduced.quality}. No frame was left out, and the analysis used the full pictures.`) : null,
    el("div", { class: "table-box" }, el("table", {},
      el("thead", {}, el("tr", {}, ["Study", "Run", "Verdict", "First alarm", "States of its frames", "Length", "Smallest visible"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, groups.map(({ title, viewer, pane, run }) => summaryRow(title, viewer, pane, run)), failedRows()))),
  ].filter(Boolean));
}

function summaryRow(title, viewer, pane, run) {
  const verdict = verdictOf(run);
  const alarm = run.alarmFrame === null ? el("span", { class: "dim" }, "–")
    : [pane ? jump(viewer, pane, run.alarmFrame, seconds(run.alarmTime)) : seconds(run.alarmTime), el("small", { class: "dim" }, ` frame ${run.alarmFrame}`)];
  const smallest = asObject(run.about.smallest_detectable).diameter_mm;
  return el("tr", { "data-run": run.uid },
    el("td", { class: "study-name" }, el("a", { href: `#${title.toLowerCase().replace(" ", "-")}` }, title)),
    el("td", {}, el("b", {}, run.name), el("small", { class: "dim" }, ` ${angles(run)}`),
      goesOn(run) ? el("small", { class: "sentence" }, goesOn(run)) : null),
    el("td", {}, el("span", { class: `badge ${verdict.kind}` }, verdict.words), run.error ? el("small", { class: "sentence" }, run.error) : null,
      whyUndecided(run) ? el("small", { class: "sentence" }, whyUndecided(run)) : null),
    el("td", { class: "number" }, alarm),
    el("td", {}, sharesBar(run), el("small", { class: "dim" }, sharesWords(run))),
    el("td", { class: "number" }, run.frames ? [seconds(run.times.at(-1)), el("small", { class: "dim" }, ` ${run.frames} frames`)] : NOT_KNOWN),
    el("td", { class: "number" }, number(smallest, 1, "mm")));
}

// Whether the run took up what an earlier one of the same view had learned.
function goesOn(run) {
  const takenUp = asObject(run.about.taken_up);
  const before = runByUid.get(takenUp.before)?.name ?? "an earlier run";
  return isNumber(takenUp.frame) ? `goes on from ${before}, ${fixed(takenUp.pause_s, 0)} s after its end` : null;
}

function sharesBar(run) {
  let left = 0;
  const bar = svg("svg", { class: "shares", viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "img", "aria-label": sharesWords(run) });
  for (const state of STATES) {
    const share = run.frames ? (100 * (run.shares[state] ?? 0)) / run.frames : 0;
    if (share) bar.append(svg("rect", { class: `fill-${state}`, x: left, y: 0, width: share, height: 8 }));
    left += share;
  }
  return bar;
}

function failedRows() {
  return runs.filter((run) => !run.results).map((run) => el("tr", { class: "failed" },
    el("td", {}, el("span", { class: "dim" }, "–")),
    el("td", {}, run.plane ? run.name : el("span", { class: "dim" }, "–")),
    el("td", { colspan: 5 }, el("span", { class: "badge failed" }, "Failed"), el("small", { class: "sentence" }, run.error ?? "No result was written, and no reason is recorded."))));
}
