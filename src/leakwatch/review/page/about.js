// What one run can and cannot show.

function aboutRun(run) {
  const { about, geometry, view } = run;
  const smallest = asObject(about.smallest_detectable);
  const size = isNumber(smallest.diameter_mm)
    ? `a sphere of ${number(smallest.diameter_mm, 1, "mm")}` + (isNumber(smallest.volume_ul) ? ` (${number(smallest.volume_ul, 1, "µl")})` : "")
    : isNumber(smallest.diameter_px) ? `a sphere of ${number(smallest.diameter_px, 1, "px")}` : null;
  const spacing = asList(geometry.pixel_mm);
  const rate = run.frames > 1 ? (run.frames - 1) / (run.times.at(-1) - run.times[0]) : null;
  return el("section", { class: "about" },
    el("h4", {}, `${run.name}: what this run can show`),
    run.error ? el("p", { class: "callout failed" }, run.error) : null,
    el("dl", { class: "facts" },
      fact("Smallest visible in one frame", size ?? (isText(smallest.reason) ? `not known: ${smallest.reason}` : null)),
      ...volumeFacts(asObject(about.volume)),
      fact("Outline of the bone", outlineWords(about)),
      fact("Angles", angles(run)),
      fact("Frames", `${run.frames}` + (isNumber(rate) ? `, ${number(rate, 1)} per second, ${seconds(run.times.at(-1))}` : "")),
      fact("Picture", pictureWords(run, view)),
      fact("Pixel at the isocentre", spacing.length === 2 && spacing.every(isNumber) ? `${fixed(spacing[1], 3)} × ${fixed(spacing[0], 3)} mm` : null),
      fact("Intensity", isText(asObject(about.intensity).calibration) ? intensityWords(asObject(about.intensity)) : null),
      fact("States", sharesWords(run)),
      fact("SOP Instance UID", el("code", {}, run.uid || NOT_KNOWN))),
    run.warnings.length
      ? [el("h5", {}, run.warnings.length > 1 ? `${run.warnings.length} limits of this run` : "A limit of this run"),
        el("ul", { class: "warnings" }, run.warnings.map((text) => el("li", {}, text)))]
      : el("p", { class: "dim" }, "No warnings for this run."),
    motionPlot(run));
}

// Nothing is said where nothing was written; where a reason was, that is said.
function volumeFacts(volume) {
  const words = (value, interval, unit, digits, factor = 1) => {
    if (!isNumber(value)) return null;
    const [low, high] = asList(interval);
    const range = isNumber(low) && isNumber(high) ? ` (95 %: ${fixed(low * factor, digits)} to ${fixed(high * factor, digits)})` : "";
    return `${fixed(value * factor, digits)} ${unit}${range}`;
  };
  const cement = words(volume.cement_ul, volume.cement_interval_ul, "µl", 0);
  if (!cement) return isText(volume.reason) ? [fact("Volume of cement", `not known: ${volume.reason}`)] : [];
  const outside = words(volume.extraosseous_ul, volume.extraosseous_interval_ul, "µl", 0);
  const share = words(volume.extraosseous_fraction, volume.extraosseous_fraction_interval, "%", 0, 100);
  return [
    fact("Volume of cement", cement),
    fact("Seen outside the bone", outside ? [outside, share].filter(isText).join("; ") : `not known: ${volume.reason ?? NOT_KNOWN}`),
  ];
}

function outlineWords(about) {
  const outlines = asList(about.outlines).map(asObject);
  if (!("outline_source" in about)) return NOT_KNOWN;
  if (!outlines.length) return "none";
  return outlines.map((one) => {
    const name = [...new Set([place(one.site), one.label].filter(isText))].join(" ");
    const how = one.source === "automatic" ? `found automatically, confidence ${number(one.confidence, 2)} of 1`
      : one.source === "given" ? "given" : (one.source ?? NOT_KNOWN);
    return `${name || "bone"}, ${how}, drawn on frame ${one.frame ?? NOT_KNOWN}`;
  }).join("; ");
}

function pictureWords(run, view) {
  if (!isNumber(view.shown_columns)) return "not kept";
  const reduced = asObject(report.reduced);
  const scale = isNumber(reduced.scale) ? reduced.scale : 1;
  const shown = [view.shown_columns, view.shown_rows].map((side) => Math.round(side * scale)).join(" × ");
  const full = `${run.cols} × ${run.rows}`;
  const size = shown === full.toString() ? `${full} pixels` : `${full} pixels, shown here with about ${shown}; the analysis used all`;
  const grey = isNumber(view.black) ? `; stored values ${tidy(view.black)} (black) to ${tidy(view.white)} (white)` : "";
  return `${size}; JPEG quality ${reduced.quality ?? view.jpeg_quality ?? NOT_KNOWN}${grey}`;
}

const intensityWords = (chain) =>
  `${chain.relationship ?? NOT_KNOWN}: ` + ({
    calibrated: "attenuation with known gain", monotone: "attenuation up to an unknown gain",
    display: "shaped for the eye; no thickness, no volume",
  }[chain.calibration] ?? chain.calibration);

const sharesWords = (run) =>
  STATES.filter((state) => run.shares[state]).map((state) => `${STATE_WORDS[state].replace(" ", "\u00a0")} ${percent(run.shares[state] / run.frames)}`).join(", ") || NOT_KNOWN;

function motionPlot(run) {
  const { columns } = run;
  const inMillimetres = (columns.dx_mm ?? []).some(isNumber);
  const [dx, dy, unit] = inMillimetres ? [columns.dx_mm, columns.dy_mm, "mm"] : [columns.dx_px ?? [], columns.dy_px ?? [], "px"];
  const rotation = columns.rotation_deg ?? [];
  if (!extent([dx, dy, rotation])) return el("p", { class: "dim" }, "The motion of the bone is not known.");
  const box = el("div", { class: "timeline-box" });
  const details = el("details", { class: "motion" }, el("summary", {}, "Motion of the bone"), box,
    el("p", { class: "dim" }, "Since frame 0: + right, + down, + clockwise as shown. A gap means that the bone was lost."));
  const draw = () => {
    const width = Math.round(box.clientWidth);
    if (!width || Number(box.dataset.width) === width) return;
    box.dataset.width = width;
    const to = Math.max(run.times.at(-1), 1e-3);
    const xOf = (time) => GUTTER + (time / to) * (width - GUTTER - RIGHT);
    const xs = run.times.map(xOf);
    const rows = [{ title: "Right", unit, lines: [{ values: dx, kind: "neutral" }], signed: true },
      { title: "Down", unit, lines: [{ values: dy, kind: "neutral" }], signed: true },
      { title: "Rotation", unit: "°", lines: [{ values: rotation, kind: "neutral" }], signed: true }];
    const height = rows.length * 56 + 18;
    box.replaceChildren(svg("svg", { class: "plot", viewBox: `0 0 ${width} ${height}` },
      rows.map((row, at) => plotRow(row, xs, at * 56, 46, width)), timeAxis(xOf, 0, to, height - 20, width)));
  };
  new ResizeObserver(draw).observe(box);
  return details;
}
