// What the page was given. Any key may be missing.

const readJson = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
const report = readJson("report");
const asList = (value) => (Array.isArray(value) ? value : []);
const asObject = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
const asNumber = (text) => (isText(text) && Number.isFinite(Number(text)) ? Number(text) : null);

const SINGLE_PLANE = "Single plane";

function readRun(given) {
  const row = asObject(given.row), about = asObject(given.run), view = asObject(given.view);
  const table = readTable(given.key);
  const uid = isText(row.sop_instance_uid) ? row.sop_instance_uid : "";
  const columns = table.columns;
  const inMillimetres = !columns.cement_area_mm2 || columns.cement_area_mm2.some(isNumber) || !columns.cement_area_px;
  const run = {
    key: given.key, uid, row, about, view, results: given.results === true,
    plane: isText(row.plane) ? row.plane : null,
    primary: asNumber(row.primary_deg), secondary: asNumber(row.secondary_deg),
    error: isText(row.error) ? row.error : null,
    state: isText(row.state) ? row.state : null,
    warnings: asList(about.warnings).filter(isText),
    geometry: asObject(about.geometry),
    columns, frames: table.length,
    times: (columns.time_s ?? []).map((value) => (isNumber(value) ? value : 0)),
    unit: inMillimetres ? "mm²" : "px",
    alarmFrame: asNumber(row.first_alarm_frame), alarmTime: asNumber(row.first_alarm_time_s),
    leaks: asList(given.leaks).map(asObject),
  };
  run.cement = columns[inMillimetres ? "cement_area_mm2" : "cement_area_px"] ?? [];
  run.leak = columns[inMillimetres ? "leak_area_mm2" : "leak_area_px"] ?? [];
  run.rows = isNumber(view.rows) ? view.rows : isNumber(about.rows) ? about.rows : 512;
  run.cols = isNumber(view.columns) ? view.columns : isNumber(about.columns) ? about.columns : 512;
  run.aspect = isNumber(view.pixel_aspect) && view.pixel_aspect > 0 ? view.pixel_aspect : 1;
  run.bands = bandsOf(columns.state ?? []);
  run.reasons = countOf(columns.reason ?? [], (_, i) => columns.state?.[i] === "no_decision");
  run.shares = countOf(columns.state ?? [], () => true);
  run.name = run.plane === "A" || run.plane === "B" ? `Plane ${run.plane}` : SINGLE_PLANE;
  return run;
}

function readTable(key) {
  const rows = asList(readJson(`rows-${key}`));
  const names = asList(rows[0]);
  const columns = {};
  names.forEach((name, at) => { columns[name] = rows.slice(1).map((row) => row[at] ?? null); });
  return { columns, length: Math.max(0, rows.length - 1) };
}

// Stretches of equal state: {state, first, last}, frames included.
function bandsOf(states) {
  const bands = [];
  states.forEach((state, frame) => {
    const open = bands.at(-1);
    if (open && open.state === state) open.last = frame;
    else bands.push({ state, first: frame, last: frame });
  });
  return bands;
}

function countOf(values, counted) {
  const counts = {};
  values.forEach((value, at) => { if (value && counted(value, at)) counts[value] = (counts[value] ?? 0) + 1; });
  return counts;
}

// The frame on show at a time: the last one that had been taken by then. Time stands still before and after.
function frameAt(run, time) {
  let low = 0, high = run.times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (run.times[middle] <= time + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Several runs of one plane in a study are numbered, in the order of the index.
function numbered(all) {
  const keys = all.map((run) => `${run.row.study_instance_uid}\n${run.name}`);
  const counts = countOf(keys, () => true);
  all.forEach((run, at) => {
    if (counts[keys[at]] === 1) return;
    const number = keys.slice(0, at + 1).filter((key) => key === keys[at]).length;
    run.name = run.name === SINGLE_PLANE ? `Run ${number}` : `${run.name}, run ${number}`;
  });
  return all;
}

const runs = numbered(asList(report.runs).map(readRun));
const runOf = new Map(runs.map((run) => [run.key, run]));
const runByUid = new Map(runs.filter((run) => run.uid).map((run) => [run.uid, run]));

function verdictOf(run) {
  if (!run.results) return { kind: "failed", words: "Failed" };
  if (run.alarmFrame !== null) return { kind: "alarm", words: "Alarm" };
  if (run.state === "watch") return { kind: "watch", words: "No alarm, evidence at the end" };
  if (run.state === "no_decision") return { kind: "no_decision", words: "No decision" };
  if (run.state === "clear") return { kind: "clear", words: "No leak seen" };
  return { kind: "no_decision", words: NOT_KNOWN };
}

// Why nothing was decided, in plain words; null where anything was.
function whyUndecided(run) {
  const undecided = run.shares.no_decision ?? 0;
  if (!run.frames || undecided < run.frames) return null;
  const reasons = Object.entries(run.reasons).sort((a, b) => b[1] - a[1]);
  if (!reasons.length) return "Nothing was decided in this run, and no reason is recorded.";
  const said = reasons.map(([reason, count]) =>
    (REASON_WORDS[reason] ?? reason) + (reasons.length > 1 ? ` (${count} of ${run.frames} frames)` : ""));
  return `Nothing was decided in this run: ${said.join("; ")}. This is not a finding of “no leak”.`;
}
