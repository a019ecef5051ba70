// Epipolar guides: what one view shows at a point lies somewhere on a line in the other. The pointer draws it, a
// click keeps it, and a point kept in each view is a place in space.

const GUIDE = "#f0e442";

class Guides {
  constructor(viewer) {
    this.viewer = viewer;
    // the second view as it was found to stand beside the first, where that is known
    const found = asObject(viewer.pair.pose).b_matrix_px_from_lps;
    this.views = new Map(viewer.panes.map((pane, at) => [pane, projectionOf((at === 1 && found) || pane.run.geometry.matrix_px_from_lps)]));
    this.ready = viewer.panes.length === 2 && [...this.views.values()].every(Boolean);
    this.kept = new Map();
    this.hover = null;
    this.onChange = () => {};
    this.note = el("p", { class: "guide-note dim" });
    if (this.ready) viewer.panes.forEach((pane) => this.listen(pane));
    this.say();
  }

  listen(pane) {
    let pressed = null;
    pane.stage.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; });
    pane.stage.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" && !event.buttons) this.set(pane, this.aim(pane, event));
    });
    pane.stage.addEventListener("pointerleave", () => this.set(null));
    pane.stage.addEventListener("click", (event) => {
      if (!this.viewer.layers.guides || !pressed || Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4) return;
      this.keep(pane, this.aim(pane, event), event.detail);
    });
  }

  aim(pane, event) {
    const box = pane.stage.getBoundingClientRect(), { left, top, across, down } = pane.view();
    return [left + ((event.clientX - box.left) / box.width) * across - 0.5, top + ((event.clientY - box.top) / box.height) * down - 0.5];
  }

  set(pane, pixel) {
    this.hover = pane && this.viewer.layers.guides ? { pane, pixel } : null;
    this.changed();
  }

  // A click near a kept point lets go of it. The second click of two zooms, and takes the first one back.
  keep(pane, pixel, clicks) {
    const before = this.kept.get(pane), close = (8 / pane.stage.clientWidth) * pane.view().across;
    const same = before && Math.hypot(before[0] - pixel[0], before[1] - pixel[1]) < close;
    if (same || clicks > 1) this.kept.delete(pane);
    else this.kept.set(pane, pixel);
    this.changed();
  }

  clear() {
    this.kept.clear();
    this.hover = null;
    this.changed();
  }

  // What is shown: the point under the pointer instead of the one that was kept in its view.
  points() {
    const points = new Map(this.kept);
    if (this.hover && !points.has(this.hover.pane)) points.set(this.hover.pane, this.hover.pixel);
    return points;
  }

  changed() {
    this.say();
    this.viewer.panes.forEach((pane) => pane.paintOver());
    this.onChange();
  }

  crossing() {
    const [a, b] = this.viewer.panes;
    if (!this.kept.has(a) || !this.kept.has(b)) return null;
    return crossingOf(this.views.get(a), this.kept.get(a), this.views.get(b), this.kept.get(b));
  }

  say() {
    const { panes } = this.viewer;
    if (panes.length !== 2) return;
    if (!this.ready) {
      const silent = panes.filter((pane) => !this.views.get(pane)).map((pane) => pane.run.name);
      this.note.textContent = `No guides between the views: the geometry of ${silent.join(" and ")} is not known.`;
      return;
    }
    const both = this.crossing();
    if (both) {
      this.note.textContent = `The two kept points meet ${placeWords(both.point)} of the isocentre; their rays miss each other by ${fixed(both.gap, 1)} mm.`;
    } else {
      const beside = [...this.points()].filter(([pane, pixel]) => this.missed(pane, pixel)).map(([pane]) => pane.run.name);
      this.note.textContent = beside.length ? `What ${beside.join(" and ")} shows there lies outside the other picture.`
        : "Point at a picture: in the other view the same place lies on the yellow line. Click to keep a point, in both views for its place in space.";
    }
  }

  missed(pane, pixel) {
    const other = this.viewer.panes.find((one) => one !== pane);
    const ends = guideOf(this.views.get(pane), pixel, this.views.get(other));
    return !ends || !crosses(ends, other.run.cols, other.run.rows);
  }

  paint(context, pane, unit) {
    if (!this.ready || !this.viewer.layers.guides) return;
    for (const [from, pixel] of this.points()) {
      if (from === pane) spot(context, pixel, unit);
      else {
        const ends = guideOf(this.views.get(from), pixel, this.views.get(pane));
        if (ends) guideLine(context, ends, unit);
      }
    }
  }
}

// Pixel centres are whole numbers; on a canvas they lie half a pixel further. Dark below, so that it shows on bright.
function stroked(context, unit, trace) {
  context.setLineDash([]);
  for (const [colour, width] of [["rgba(0, 0, 0, 0.6)", 3.4], [GUIDE, 1.4]]) {
    context.strokeStyle = colour;
    context.lineWidth = width * unit;
    context.beginPath();
    trace();
    context.stroke();
  }
}

function guideLine(context, [from, to], unit) {
  stroked(context, unit, () => {
    context.moveTo(from[0] + 0.5, from[1] + 0.5);
    context.lineTo(to[0] + 0.5, to[1] + 0.5);
  });
}

function spot(context, [x, y], unit) {
  stroked(context, unit, () => context.arc(x + 0.5, y + 0.5, 6 * unit, 0, 2 * Math.PI));
}

// Whether a stretch of line passes through the picture (Liang and Barsky's clipping).
function crosses([[x0, y0], [x1, y1]], cols, rows) {
  let from = 0, to = 1;
  for (const [step, room] of [[x0 - x1, x0 + 0.5], [x1 - x0, cols - 0.5 - x0], [y0 - y1, y0 + 0.5], [y1 - y0, rows - 0.5 - y0]]) {
    if (step === 0 && room < 0) return false;
    if (step < 0) from = Math.max(from, room / step);
    if (step > 0) to = Math.min(to, room / step);
  }
  return from <= to;
}
