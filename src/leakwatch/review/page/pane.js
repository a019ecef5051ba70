// One plane: a picture canvas, which brightness and contrast act on, and a canvas of drawings over it.

class Pane {
  constructor(run, offset, viewer) {
    Object.assign(this, { run, offset, viewer, frame: -1, wanted: -1, zoom: 1, centre: null });
    this.picture = el("canvas", { class: "picture" });
    this.overlay = el("canvas", { class: "overlay" });
    this.message = el("p", { class: "stage-message", hidden: true });
    this.stage = el("div", { class: "stage" }, this.picture, this.overlay, this.message);
    this.readout = el("p", { class: "readout" });
    this.badge = el("span", { class: "badge" });
    this.node = el("figure", { class: "pane", "data-run": run.uid },
      el("figcaption", {}, el("b", {}, run.name), " ", el("span", { class: "dim" }, angles(run)), this.badge),
      this.stage, this.readout);
    this.stage.style.aspectRatio = `${run.cols} / ${run.rows * run.aspect}`;
    this.stage.style.setProperty("--ratio", String(run.cols / (run.rows * run.aspect)));
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.stage.addEventListener("dblclick", () => this.setZoom(this.zoom > 1 ? 1 : 2.5));
    new ResizeObserver(() => this.paint()).observe(this.stage);
  }

  // Ask for a frame; what is written always belongs to the picture on show.
  async show(frame, playing = false) {
    this.wanted = frame;
    const ready = readyBitmap(this.run, frame);
    const bitmap = ready ?? (await bitmapOf(this.run, frame));
    // While it plays, a late picture is better than none, as long as time does not run backwards.
    const late = playing && this.frame < frame && frame < this.wanted;
    if (this.wanted !== frame && !late) return;
    this.frame = frame;
    this.missing = bitmap === null;
    this.paint();
    this.viewer.shown(this);
    prefetch(this.run, frame, playing);
  }

  async paint() {
    if (this.frame < 0 || !this.stage.clientWidth) return;
    const frame = this.frame;
    const bitmap = readyBitmap(this.run, frame) ?? (await bitmapOf(this.run, frame));
    if (frame !== this.frame) return;
    const scale = devicePixelRatio || 1;
    const width = Math.round(this.stage.clientWidth * scale), height = Math.round(this.stage.clientHeight * scale);
    for (const canvas of [this.picture, this.overlay]) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    }
    const { left, top, across, down } = this.view();
    const context = this.picture.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(width / across, 0, 0, height / down, (-left * width) / across, (-top * height) / down);
    context.imageSmoothingEnabled = this.zoom < 6;
    if (bitmap) context.drawImage(bitmap, 0, 0, this.run.cols, this.run.rows);
    this.say(bitmap ? "" : document.readyState === "loading" ? "loading …" : "No picture was kept of this frame.");
    this.paintOver();
  }

  // What is drawn over the picture on show.
  paintOver() {
    const { width, height } = this.overlay;
    if (this.frame < 0 || !this.stage.clientWidth) return;
    const { left, top, across, down } = this.view();
    const over = this.overlay.getContext("2d");
    over.setTransform(1, 0, 0, 1, 0, 0);
    over.clearRect(0, 0, width, height);
    over.setTransform(width / across, 0, 0, height / down, (-left * width) / across, (-top * height) / down);
    const drawing = drawingOf(this.run, this.frame);
    const unit = (across / width) * (devicePixelRatio || 1);
    if (drawing) paintDrawing(over, drawing, this.viewer.layers, unit);
    if (this.viewer.layers.marks) this.paintMarks(over, unit);
    this.viewer.guides?.paint(over, this, unit);
  }

  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }

  // Part of the matrix on show, in its pixels.
  view() {
    const { cols, rows } = this.run;
    const across = cols / this.zoom, down = rows / this.zoom;
    const centre = this.centre ?? [cols / 2, rows / 2];
    const clamp = (value, size, part) => Math.min(Math.max(value - part / 2, 0), size - part);
    return { left: clamp(centre[0], cols, across), top: clamp(centre[1], rows, down), across, down };
  }

  setZoom(zoom) {
    this.zoom = Math.min(Math.max(zoom, 1), 12);
    if (this.zoom === 1) this.centre = null;
    else this.centre ??= this.focus();
    this.stage.classList.toggle("zoomed", this.zoom > 1);
    this.paint();
  }

  // Where zooming goes: the leak on this frame, else the bone, else the middle.
  focus() {
    const drawing = drawingOf(this.run, this.frame);
    const paths = [drawing?.leak, drawing?.outlines, drawing?.cement].find((some) => some?.length)?.flat();
    if (!paths) return [this.run.cols / 2, this.run.rows / 2];
    const xs = paths.filter((_, at) => at % 2 === 0), ys = paths.filter((_, at) => at % 2 === 1);
    const middle = (values) => (values.reduce((a, b) => Math.min(a, b)) + values.reduce((a, b) => Math.max(a, b))) / 2;
    return [middle(xs), middle(ys)];
  }

  paintMarks(context, unit) {
    for (const leak of this.run.leaks) {
      if (!(this.frame >= leak.alarm_frame)) continue;
      const at = asList(leak.frames).indexOf(this.frame);
      const point = asList(leak.centroids_xy_px)[at] ?? (this.frame === leak.alarm_frame ? leak.centroid_xy_px : null);
      if (!Array.isArray(point) || !point.every(isNumber)) continue;
      const [x, y] = [point[0] + 0.5, point[1] + 0.5];
      const reach = 22 * unit, away = this.run.cols - x < 60 * unit ? -1 : 1;
      const [toX, toY] = [x + away * reach, y - reach];
      context.setLineDash([]);
      context.font = `600 ${13 * unit}px system-ui, sans-serif`;
      context.textAlign = away > 0 ? "left" : "right";
      context.textBaseline = "middle";
      for (const [colour, width] of [["rgba(0, 0, 0, 0.7)", 3], ["#ff6a26", 1.2]]) {
        context.strokeStyle = colour;
        context.lineWidth = width * unit;
        context.beginPath();
        context.moveTo(x + away * 5 * unit, y - 5 * unit);
        context.lineTo(toX, toY);
        context.stroke();
      }
      context.strokeStyle = "rgba(0, 0, 0, 0.8)";
      context.lineWidth = 3 * unit;
      context.strokeText(`leak ${leak.id}`, toX + away * 3 * unit, toY);
      context.fillStyle = "#ffb08a";
      context.fillText(`leak ${leak.id}`, toX + away * 3 * unit, toY);
    }
  }

  grab(event) {
    this.viewer.lead(this);
    if (this.zoom === 1 || event.button) return;
    const from = this.view(), box = this.stage.getBoundingClientRect();
    const start = [from.left + from.across / 2, from.top + from.down / 2];
    this.stage.setPointerCapture(event.pointerId);
    const drag = (move) => {
      this.centre = [start[0] - ((move.clientX - event.clientX) / box.width) * from.across,
        start[1] - ((move.clientY - event.clientY) / box.height) * from.down];
      this.paint();
    };
    const end = () => this.stage.removeEventListener("pointermove", drag);
    this.stage.addEventListener("pointermove", drag);
    this.stage.addEventListener("pointerup", end, { once: true });
    this.stage.addEventListener("pointercancel", end, { once: true });
  }

  words() {
    const { run, frame } = this;
    const state = run.columns.state?.[frame], reason = run.columns.reason?.[frame];
    const why = reason && reason !== "leak" ? `: ${REASON_SHORT[reason] ?? reason}` : "";
    return { state, said: state ? (STATE_WORDS[state] ?? state) + why : "state not known" };
  }
}
