// A card per leak: the alarm frame as a still, with the drawings and without, beside the facts.

const STILL_PX = 220;

function leakCard(viewer, pane, leak) {
  const { run } = pane;
  const frame = leak.alarm_frame;
  const card = el("article", { class: "leak-card", "data-leak": leak.id },
    el("h4", {}, el("span", { class: "badge alarm" }, "alarm"), ` ${"id" in leak ? `Leak ${leak.id}` : "Not recorded as a leak"} · ${run.name}`),
    el("div", { class: "stills" }, still(run, leak, true), still(run, leak, false)),
    el("dl", { class: "facts" }, leakFacts(run, leak)),
    sparkline(run, leak),
    el("p", { class: "jumps" }, jump(viewer, pane, frame, "Show the alarm", true), jump(viewer, pane, leak.onset_frame, "Show the onset")));
  return card;
}

// Its leaks; and an alarm that none of them accounts for, so that no alarm goes without its picture.
function alarmsOf(run) {
  if (run.alarmFrame === null || run.leaks.some((leak) => leak.alarm_frame === run.alarmFrame)) return run.leaks;
  return [{ alarm_frame: run.alarmFrame, alarm_time_s: run.alarmTime, threshold: run.columns.threshold?.[run.alarmFrame],
    evidence: run.columns.evidence?.[run.alarmFrame] }, ...run.leaks];
}

function jump(viewer, pane, frame, words, strong = false) {
  if (!Number.isInteger(frame) || frame < 0 || frame >= pane.run.frames) return null;
  return el("a", { class: strong ? "button strong" : "button", href: `#${pane.run.uid}/${frame}`, onclick: (event) => {
    event.preventDefault();
    goTo(viewer, pane, frame);
  } }, words);
}

function goTo(viewer, pane, frame) {
  lastUsed = viewer;
  viewer.go({ pane, frame });
  viewer.node.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  viewer.node.focus({ preventScroll: true });
}

function leakFacts(run, leak) {
  const areas = asList(run.unit === "px" ? leak.area_px : leak.area_mm2);
  const at = asList(leak.frames).indexOf(leak.alarm_frame);
  const largest = areas.filter(isNumber).reduce((a, b) => Math.max(a, b), -Infinity);
  const size = `${area(areas[at], run.unit)} at the alarm` + (isNumber(largest) ? `, ${area(largest, run.unit)} at most` : "");
  const undecided = (value, why) => (isText(value) ? place(value) : `not decided${isText(why) ? `: ${why}` : ""}`);
  const lead = isNumber(leak.alarm_time_s) && isNumber(leak.onset_time_s) ? `, ${seconds(leak.alarm_time_s - leak.onset_time_s)} before the alarm` : "";
  return [
    isText(leak.continues)
      ? fact("Alarm", `stood when this run began: leak ${leak.id} of ${runByUid.get(leak.continues)?.name ?? "an earlier run"}`)
      : fact("Alarm", `${seconds(leak.alarm_time_s)}, frame ${leak.alarm_frame ?? NOT_KNOWN}`),
    isText(leak.continues) ? null : fact("Onset, in hindsight", `${seconds(leak.onset_time_s)}, frame ${leak.onset_frame ?? NOT_KNOWN}${lead}`),
    leak.kind === "embolus" ? fact("Kind", "embolus: a piece of it broke off and travelled") : null,
    fact("Area", size),
    isNumber(leak.peak_volume_ul) ? fact("Largest volume", volumeWords(leak)) : null,
    fact("Direction", direction(leak.direction_deg)),
    isText(leak.region) ? fact("Region", place(leak.region)) : null,
    fact("Compartment", undecided(leak.compartment, leak.compartment_reason)),
    fact("Yeom type", undecided(leak.yeom, leak.yeom_reason)),
    fact("Confidence", isNumber(leak.confidence) ? `${number(leak.confidence, 2)} of 1` : null),
    fact("Evidence", `${number(leak.evidence, 2)} against a threshold of ${number(leak.threshold, 2)}`),
  ];
}

function volumeWords(leak) {
  const [low, high] = asList(leak.peak_volume_interval_ul);
  const range = isNumber(low) && isNumber(high) ? ` (95 %: ${fixed(low, 0)} to ${fixed(high, 0)})` : "";
  const share = isNumber(leak.peak_fraction) ? `, ${fixed(100 * leak.peak_fraction, 0)} % of all cement then` : "";
  return `${fixed(leak.peak_volume_ul, 0)} µl${range}${share}`;
}

// A square cut-out around the leak, large enough to know the place by the bone.
function cutOut(run, leak, drawing) {
  const centre = asList(leak.centroid_xy_px).filter(isNumber);
  if (centre.length !== 2) return { left: 0, top: 0, side: Math.max(run.cols, run.rows) };
  const reach = asList(drawing?.leak).flat().reduce((most, value, at) => Math.max(most, Math.abs(value - centre[at % 2])), 0);
  const side = Math.min(Math.max(0.3 * Math.min(run.cols, run.rows), 3 * reach), run.cols, run.rows);
  const clamp = (value, size) => Math.min(Math.max(value - side / 2, 0), size - side);
  return { left: clamp(centre[0] + 0.5, run.cols), top: clamp(centre[1] + 0.5, run.rows), side };
}

function still(run, leak, drawn) {
  const canvas = el("canvas", { class: "still", role: "img", "data-still": drawn ? "drawn" : "plain",
    "aria-label": `Alarm frame, cut-out around the leak, ${drawn ? "with" : "without"} drawings` });
  const caption = el("figcaption", {}, drawn ? `frame ${leak.alarm_frame}` : "the same, picture alone");
  const paint = async () => {
    const frame = leak.alarm_frame;
    const bitmap = Number.isInteger(frame) ? await bitmapOf(run, frame) : null;
    if (!bitmap) return;
    const drawing = drawingOf(run, frame);
    const { left, top, side } = cutOut(run, leak, drawing);
    const size = STILL_PX * Math.max(devicePixelRatio || 1, 2);
    canvas.width = size;
    canvas.height = Math.round(size * run.aspect);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.setTransform(size / side, 0, 0, canvas.height / side, (-left * size) / side, (-top * canvas.height) / side);
    context.drawImage(bitmap, 0, 0, run.cols, run.rows);
    if (drawn && drawing) paintDrawing(context, drawing, { outline: true, cement: true, leak: true }, side / STILL_PX);
    canvas.dataset.painted = "yes";
    const spacing = asList(run.geometry.pixel_mm)[1];
    if (drawn && isNumber(spacing)) caption.textContent = `frame ${frame}, ${fixed(side * spacing, 0)} mm wide`;
  };
  whenLoaded.push(paint);
  return el("figure", {}, canvas, caption);
}

function sparkline(run, leak) {
  const areas = asList(run.unit === "px" ? leak.area_px : leak.area_mm2);
  const times = asList(leak.times_s);
  const [from, to] = [times[0], times.at(-1)];
  const range = extent([areas]);
  if (times.length < 2 || !range || !(to > from)) return null;
  const [width, height] = [300, 46];
  const xs = times.map((time) => 1 + ((time - from) / (to - from)) * (width - 2));
  const top = Math.max(range[1], 1e-9);
  const yOf = (value) => height - 2 - (value / top) * (height - 6);
  const alarm = 1 + ((leak.alarm_time_s - from) / (to - from)) * (width - 2);
  return el("figure", { class: "spark" },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": "Area over time" },
      svg("line", { class: "rule", x1: 0, x2: width, y1: height - 2, y2: height - 2 }),
      isNumber(alarm) ? svg("line", { class: "spark-alarm", x1: alarm, x2: alarm, y1: 0, y2: height }) : null,
      svg("path", { class: "line leak", fill: "none", d: linePath(xs, areas, yOf) })),
    el("figcaption", {}, `area over time, ${seconds(from)} to ${seconds(to)}, up to ${area(top, run.unit)}`));
}

// Where a leak lies as seen from the middle of the treated bone; empty where that is not known.
function fromBone(leak) {
  const from = asObject(leak.from_bone);
  return isText(from.words) ? `; from the middle of the bone: ${from.words}, within ${number(from.error_mm, 1, "mm")}` : "";
}

// A leak of the whole study, brought together from its views.
function mergedLeak(leak) {
  const seen = asList(leak.seen_in).map((one) => {
    const run = runByUid.get(one?.sop_instance_uid);
    return `${run ? run.name : "a run not shown here"} (leak ${one?.leak ?? "?"})`;
  });
  const at = asList(leak.position_mm_lps);
  const position = at.length === 3 && at.every(isNumber)
    ? `${placeWords(at)} of the isocentre`
      + (isNumber(leak.location_error_mm) ? `, within ${fixed(leak.location_error_mm, 1)} mm` : "")
      + fromBone(leak)
    : `not known${isText(leak.position_reason) ? `: ${leak.position_reason}` : ""}`;
  const interval = asList(leak.volume_interval_ul);
  const volume = isNumber(leak.volume_ul)
    ? `${number(leak.volume_ul, 0, "µl")}${interval.length === 2 ? ` (${number(interval[0], 0)} to ${number(interval[1], 0)})` : ""}`
    : `not known${isText(leak.volume_reason) ? `: ${leak.volume_reason}` : ""}`;
  return el("dl", { class: "facts merged" }, fact(`Leak ${leak.id ?? ""} of the study`, `seen in ${seen.join(" and ") || NOT_KNOWN}`),
    fact("Position in space", position), fact("Volume", volume));
}
