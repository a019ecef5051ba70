// A sketch in space of what two views say together: the box of the bone, the needle's tip, the leaks, both beams,
// and the rays of kept points. Parallel projection, seen from where a detector at these angles would be.

const BEAM_COLOURS = ["#56b4e9", "#cc79a7"];
const OBLIQUE = [-35, 25];
const LEAST_REACH_MM = 45;

// Right, down and away from the eye, as an arm at (primary, secondary) sees them: what its detector shows.
function axesOf(primary, secondary) {
  const [a, b] = [(primary * Math.PI) / 180, (secondary * Math.PI) / 180];
  const beam = [Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)];
  const up = unit3(along([0, 0, 1], beam, -beam[2]));
  return [cross(beam.map((value) => -value), up), up.map((value) => -value), beam.map((value) => -value)];
}

class Sketch {
  constructor(viewer, scene, leaks) {
    Object.assign(this, { viewer, scene, leaks, angles: [...OBLIQUE] });
    this.box = asObject(scene.bone_box);
    this.boxed = isPoint(this.box.centre_mm_lps) && isPoint(this.box.half_mm) && asList(this.box.axes_lps).every(isPoint);
    this.centre = this.boxed ? this.box.centre_mm_lps : [0, 0, 0];
    this.tip = asObject(scene.needle_tip).position_mm_lps;
    this.canvas = el("canvas", { class: "sketch", tabindex: 0, role: "img", "aria-label": "Sketch in space; drag or arrow keys turn it" });
    const turnTo = (words, to) => el("button", { type: "button", onclick: () => this.turn(...to) }, words);
    this.node = el("figure", { class: "space" }, this.canvas,
      el("figcaption", {}, el("h4", {}, "In space"),
        el("p", { class: "set" }, viewer.panes.map(({ run }) => turnTo(`as ${run.name}`, [run.primary ?? 0, run.secondary ?? 0])), turnTo("oblique", OBLIQUE)),
        el("dl", { class: "facts" }, this.facts())));
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.paint()).observe(this.canvas);
    viewer.guides.onChange = () => this.paint();
  }

  facts() {
    const { scene, box, boxed } = this;
    const sides = boxed ? box.half_mm.map((half) => fixed(2 * half, 0)) : [];
    return [
      fact("Bone", boxed ? `${sides[0]} × ${sides[1]} × ${sides[2]} mm wide, deep and high, as its outlines are drawn; their middles miss each other by ${number(box.ray_gap_mm, 1, "mm")}`
        : notKnown(scene.bone_box_reason)),
      fact("Needle's tip", isPoint(this.tip) ? `${placeWords(this.tip)} of the isocentre on the first frame, within ${number(scene.needle_tip.location_error_mm, 1, "mm")}` : notKnown(scene.needle_tip_reason)),
      fact("Cement", cementWords(scene)),
      fact("Views", fitWords(this.viewer.pair)),
      ...this.leaks.map((leak) => fact(`Leak ${leak.id ?? ""}`, isPoint(leak.position_mm_lps)
        ? `${placeWords(leak.position_mm_lps)} of the isocentre, within ${number(leak.location_error_mm, 1, "mm")}${fromBone(leak)}` : "seen by one view: somewhere along the dashed line")),
    ];
  }

  turn(primary, secondary) {
    this.angles = [primary, Math.min(Math.max(secondary, -85), 85)];
    this.paint();
  }

  grab(event) {
    const from = [event.clientX, event.clientY], [primary, secondary] = this.angles;
    this.canvas.setPointerCapture(event.pointerId);
    const drag = (move) => this.turn(primary - (move.clientX - from[0]) / 2, secondary + (move.clientY - from[1]) / 2);
    const end = () => this.canvas.removeEventListener("pointermove", drag);
    this.canvas.addEventListener("pointermove", drag);
    this.canvas.addEventListener("pointerup", end, { once: true });
    this.canvas.addEventListener("pointercancel", end, { once: true });
  }

  key(event) {
    const step = { ArrowLeft: [5, 0], ArrowRight: [-5, 0], ArrowUp: [0, -5], ArrowDown: [0, 5] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.turn(this.angles[0] + step[0], this.angles[1] + step[1]);
  }

  reach() {
    const placed = [...this.leaks.map((leak) => leak.position_mm_lps), this.tip].filter(isPoint);
    const away = placed.map((point) => Math.hypot(...point.map((value, at) => value - this.centre[at])));
    const corner = this.boxed ? Math.hypot(...this.box.half_mm) : 0;
    return 1.25 * Math.max(LEAST_REACH_MM, corner, ...away);
  }

  paint() {
    const { canvas } = this, scale = devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
    if (!width) return;
    Object.assign(canvas, { width, height });
    const reach = this.reach(), axes = axesOf(...this.angles), size = Math.min(width, height) / 2 / reach;
    const pen = new Pen(canvas.getContext("2d"), scale, (point) => {
      const from = point.map((value, at) => value - this.centre[at]);
      return [width / 2 + size * dot(from, axes[0]), height / 2 + size * dot(from, axes[1]), dot(from, axes[2])];
    });
    this.paintBeams(pen, reach);
    if (this.boxed) paintBox(pen, this.box);
    this.paintLeaks(pen, reach, size);
    if (isPoint(this.tip)) pen.dot(this.tip, "#ffffff", "needle tip");
    this.paintPoints(pen, reach);
    paintCompass(pen, axes, [34 * scale, height - 34 * scale], 22 * scale);
    canvas.dataset.painted = "yes";
  }

  // The central rays, to the detector.
  paintBeams(pen, reach) {
    this.viewer.panes.forEach((pane, at) => {
      const { source, beam } = this.viewer.guides.views.get(pane), colour = BEAM_COLOURS[at];
      const middle = dot(beam, this.centre.map((value, axis) => value - source[axis]));
      const [from, to] = [-0.92, 0.92].map((share) => along(source, beam, middle + share * reach));
      pen.line(from, to, colour, 1.6);
      pen.arrow(from, to, colour, pane.run.name);
    });
  }

  paintLeaks(pen, reach, size) {
    for (const leak of this.leaks) {
      if (isPoint(leak.position_mm_lps)) {
        pen.dot(leak.position_mm_lps, "#ff6a26", `leak ${leak.id}`, isNumber(leak.location_error_mm) ? leak.location_error_mm * size : 0);
        continue;
      }
      const seen = asObject(asList(leak.seen_in)[0]);
      const pane = this.viewer.panes.find((one) => one.run.uid === seen.sop_instance_uid);
      const event = pane?.run.leaks.find((one) => one.id === seen.leak);
      const pixel = asList(event?.centroid_xy_px);
      if (pixel.length !== 2 || !pixel.every(isNumber)) continue;
      const ends = rayOf(this.viewer.guides.views.get(pane), pixel, this.centre, 0.8 * reach);
      pen.line(...ends, "#ff6a26", 1.6, [6, 5]);
      pen.label(ends[1], "#ffb08a", `leak ${leak.id}`);
    }
  }

  paintPoints(pen, reach) {
    const { guides } = this.viewer;
    if (!this.viewer.layers.guides) return;
    for (const [pane, pixel] of guides.points()) pen.line(...rayOf(guides.views.get(pane), pixel, this.centre, reach), GUIDE, 1);
    const both = guides.crossing();
    if (both) pen.dot(both.point, GUIDE, "");
  }
}

const notKnown = (reason) => `not known${isText(reason) ? `: ${reason}` : ""}`;

// The sketch of a group of two views whose geometry is known; null for any other.
function buildSketch(viewer, group, leaks) {
  if (!viewer.guides?.ready) return null;
  const mine = new Set(viewer.panes.map((pane) => pane.run.uid));
  const ours = leaks.filter((leak) => asList(leak.seen_in).some((one) => mine.has(one?.sop_instance_uid)));
  return new Sketch(viewer, asObject(group.scene), ours).node;
}

function cementWords(scene) {
  const cement = asObject(scene.cement), [low, high] = asList(cement.volume_interval_ul);
  if (!isNumber(cement.volume_ul)) return notKnown(scene.cement_reason);
  return `${number(cement.volume_ul / 1000, 2, "ml")} at the end, ${number(low / 1000, 2)} to ${number(high / 1000, 2, "ml")} (95 %): each view says how deep the other's shadow is; both shadows leave room for ${number(cement.hull_ul / 1000, 2, "ml")}`;
}

function fitWords(pair) {
  const pose = asObject(pair.pose);
  if (!isNumber(pose.gap_after_mm)) return notKnown(pair.pose_reason);
  const turn = Math.hypot(...asList(pose.turn_deg)), shift = Math.hypot(...asList(pose.shift_mm));
  return `by what both see, the second is turned by ${number(turn, 1, "degrees")} and moved by ${number(shift, 1, "mm")} beside what its file states; rays then miss by ${number(pose.gap_after_mm, 2, "mm")}, not ${number(pose.gap_before_mm, 2, "mm")}`;
}
