// States, areas and evidence over time, a track per plane on one time axis; a click or a drag goes there.

const BAND = 16, ROW = 31, GAP = 6, HEAD = 20;

class Timeline {
  constructor(viewer) {
    this.viewer = viewer;
    this.svg = svg("svg", { class: "timeline", role: "slider", tabindex: 0, "aria-label": "Time", "aria-valuemin": 0 });
    this.node = el("div", { class: "timeline-box" }, this.svg);
    const panes = viewer.panes;
    this.from = Math.min(...panes.map((pane) => (pane.run.times[0] ?? 0) + pane.offset));
    this.to = Math.max(this.from + 1e-3, ...panes.map((pane) => (pane.run.times.at(-1) ?? 0) + pane.offset));
    this.svg.setAttribute("aria-valuemax", this.to.toFixed(3));
    this.svg.addEventListener("pointerdown", (event) => this.grab(event));
    new ResizeObserver(() => this.draw()).observe(this.node);
  }

  xOf(time) {
    return GUTTER + ((time - this.from) / (this.to - this.from)) * (this.width - GUTTER - RIGHT);
  }

  draw() {
    const width = Math.round(this.node.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    this.svg.replaceChildren(hatch());
    let top = 0;
    for (const pane of this.viewer.panes) top = this.drawTrack(pane, top) + 10;
    this.svg.append(timeAxis((time) => this.xOf(time), this.from, this.to, top - 6, width));
    const height = top + 16;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.style.height = `${height}px`;
    this.cursor = svg("g", { class: "cursor" },
      svg("line", { class: "halo", y1: 4, y2: top - 8 }), svg("line", { y1: 4, y2: top - 8 }),
      svg("path", { d: `M0 ${top - 10}l6 7v7h-12v-7z` }));
    this.svg.append(this.cursor);
    this.follow();
  }

  drawTrack(pane, top) {
    const { run, offset } = pane;
    const xs = run.times.map((time) => this.xOf(time + offset));
    this.svg.append(svg("text", { x: 0, y: top + 13, class: "track-title" }, run.name));
    const bandTop = top + HEAD;
    for (const band of run.bands) this.svg.append(this.drawBand(xs, band, bandTop));
    const evidence = run.columns.evidence ?? [], threshold = run.columns.threshold ?? [];
    const rows = [
      { title: "Cement", unit: run.unit, lines: [{ values: run.cement, kind: "cement" }] },
      { title: "Leak", unit: run.unit, lines: [{ values: run.leak, kind: "leak" }], atLeast: run.unit === "px" ? 20 : 1,
        absent: "not known: no outline of the bone" },
      { title: "Evidence", atMost: 4 * (extent([threshold])?.[1] || Infinity), absent: "none: nothing was decided",
        lines: [{ values: threshold, kind: "threshold" }, { values: evidence, kind: "evidence" }] },
    ];
    let at = bandTop + BAND + GAP;
    for (const row of rows) {
      this.svg.append(plotRow(row, xs, at, ROW, this.width));
      at += ROW + GAP;
    }
    this.drawMarks(pane, top, at - GAP);
    return at;
  }

  drawBand(xs, band, top) {
    const left = xs[band.first], width = Math.max((xs[band.last + 1] ?? xs.at(-1)) - left, 1);
    const known = STATES.includes(band.state) ? band.state : "no_decision";
    const said = STATE_WORDS[band.state] ?? String(band.state ?? NOT_KNOWN);
    const group = svg("g", { class: `band ${known}` },
      svg("rect", { class: "fill", x: left, y: top, width, height: BAND }),
      known === "no_decision" ? svg("rect", { x: left, y: top, width, height: BAND, fill: "url(#hatch)" }) : null,
      svg("title", {}, `${said}, frames ${band.first} to ${band.last}`));
    if (width > 8 * said.length + 8) group.append(svg("text", { x: left + 6, y: top + 12 }, said));
    return group;
  }

  drawMarks(pane, top, bottom) {
    const flags = eventsOf(pane).map((event) => ({ ...event, x: this.xOf(event.time) }));
    for (const event of flags) {
      const crowded = flags.some((other) => other !== event && Math.abs(other.x - event.x) < 64);
      const left = crowded ? event.kind === "onset" : event.x > this.width - 80;
      this.svg.append(svg("g", { class: `mark ${event.kind}` },
        svg("line", { x1: event.x, x2: event.x, y1: top + 4, y2: bottom }),
        svg("text", { x: event.x + (left ? -5 : 5), y: top + 13, "text-anchor": left ? "end" : "start" }, event.words),
        svg("title", {}, `${event.words}, frame ${event.frame}`)));
    }
  }

  grab(event) {
    if (event.button) return;
    this.viewer.pause();
    this.svg.setPointerCapture(event.pointerId);
    const go = (one) => {
      const box = this.svg.getBoundingClientRect();
      const share = (one.clientX - box.left - GUTTER) / (box.width - GUTTER - RIGHT);
      this.viewer.seekNear(this.from + Math.min(Math.max(share, 0), 1) * (this.to - this.from));
    };
    go(event);
    const end = () => this.svg.removeEventListener("pointermove", go);
    this.svg.addEventListener("pointermove", go);
    this.svg.addEventListener("pointerup", end, { once: true });
    this.svg.addEventListener("pointercancel", end, { once: true });
  }

  follow() {
    if (!this.cursor) return;
    this.cursor.setAttribute("transform", `translate(${this.xOf(this.viewer.time).toFixed(1)} 0)`);
    this.svg.setAttribute("aria-valuenow", this.viewer.time.toFixed(3));
  }

  describe(words) {
    this.svg.setAttribute("aria-valuetext", words);
  }
}

const hatch = () =>
  svg("defs", {}, svg("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" })));

// Onsets and alarms of a plane in order of time, on the clock of its group.
function eventsOf(pane) {
  const { run, offset } = pane;
  const events = [];
  const several = run.leaks.length > 1;
  const add = (kind, frame, words) => {
    if (Number.isInteger(frame) && frame >= 0 && frame < run.frames) {
      events.push({ kind, frame, words, pane, time: run.times[frame] + offset });
    }
  };
  for (const leak of run.leaks) {
    add("onset", leak.onset_frame, several ? `onset ${leak.id}` : "onset");
    add("alarm", leak.alarm_frame, several ? `alarm ${leak.id}` : "alarm");
  }
  if (!run.leaks.some((leak) => leak.alarm_frame === run.alarmFrame)) add("alarm", run.alarmFrame, "alarm");
  return events.sort((a, b) => a.time - b.time);
}

const legend = () => el("ul", { class: "legend" },
  STATES.map((state) => el("li", {}, el("i", { class: `swatch ${state}` }), STATE_WORDS[state])),
  [["outline", "bone outline"], ["cement", "cement"], ["leak", "leak: cement outside the bone"], ["threshold", "threshold"]].map(
    ([kind, words]) => el("li", {}, el("i", { class: `stroke ${kind}` }), words)));
