// Draws in space on a flat canvas; `flat` gives (x, y, depth away from the eye) of a point, in canvas pixels.

class Pen {
  constructor(context, scale, flat) {
    Object.assign(this, { context, scale, flat });
  }

  line(from, to, colour, width, dash = []) {
    const { context, scale } = this, [a, b] = [this.flat(from), this.flat(to)];
    context.setLineDash(dash.map((length) => length * scale));
    context.strokeStyle = colour;
    context.lineWidth = width * scale;
    context.beginPath();
    context.moveTo(a[0], a[1]);
    context.lineTo(b[0], b[1]);
    context.stroke();
    context.setLineDash([]);
  }

  // A head at the end of a line; nothing where the line runs into the eye.
  arrow(from, to, colour, words) {
    const { context, scale } = this, [a, b] = [this.flat(from), this.flat(to)];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (length > 8 * scale) {
      const [x, y] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length], size = 9 * scale;
      context.fillStyle = colour;
      context.beginPath();
      context.moveTo(b[0], b[1]);
      context.lineTo(b[0] - size * (x - 0.45 * y), b[1] - size * (y + 0.45 * x));
      context.lineTo(b[0] - size * (x + 0.45 * y), b[1] - size * (y - 0.45 * x));
      context.fill();
    }
    this.label(to, colour, words);
  }

  dot(point, colour, words, halo = 0) {
    const { context, scale } = this, [x, y] = this.flat(point);
    if (halo > 0) {
      context.globalAlpha = 0.28;
      this.disc(x, y, halo, colour);
      context.globalAlpha = 1;
    }
    this.disc(x, y, 5.2 * scale, "#07090b");
    this.disc(x, y, 4 * scale, colour);
    if (words) this.label(point, colour, words);
  }

  disc(x, y, radius, colour) {
    this.context.fillStyle = colour;
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.context.fill();
  }

  // Beside its point, and inside the canvas.
  label(point, colour, words) {
    const { context, scale } = this, [x, y] = this.flat(point);
    context.font = `600 ${12.5 * scale}px system-ui, sans-serif`;
    const wide = context.measureText(words).width, { width, height } = context.canvas;
    const [left, top] = [Math.min(Math.max(x + 8 * scale, 4), width - wide - 4), Math.min(Math.max(y - 8 * scale, 14 * scale), height - 6 * scale)];
    context.strokeStyle = "rgba(7, 9, 11, 0.85)";
    context.lineWidth = 3 * scale;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.strokeText(words, left, top);
    context.fillStyle = colour;
    context.fillText(words, left, top);
  }
}

// Its twelve edges, those behind fainter.
function paintBox(pen, box) {
  const corner = (signs) => box.axes_lps.reduce((point, axis, at) => along(point, axis, signs[at] * box.half_mm[at]), box.centre_mm_lps);
  const farthest = Math.hypot(...box.half_mm);
  for (let axis = 0; axis < 3; axis += 1) {
    for (const [one, two] of [[-1, -1], [-1, 1], [1, -1], [1, 1]]) {
      const signs = [-1, 1].map((sign) => [...[one, two].slice(0, axis), sign, ...[one, two].slice(axis)]);
      const [from, to] = signs.map(corner);
      const depth = (pen.flat(from)[2] + pen.flat(to)[2]) / 2 / farthest;
      pen.line(from, to, `rgba(244, 241, 230, ${fixedAlpha(0.62 - 0.5 * depth)})`, 1.3);
    }
  }
}

const fixedAlpha = (value) => Math.min(Math.max(value, 0.2), 1).toFixed(2);

// Which way is left, back and head.
function paintCompass(pen, axes, [x, y], length) {
  for (const [axis, letter] of [[0, "L"], [1, "P"], [2, "H"]]) {
    const [right, down] = [axes[0][axis] * length, axes[1][axis] * length];
    const { context, scale } = pen;
    context.strokeStyle = "#939ca6";
    context.lineWidth = 1.4 * scale;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + right, y + down);
    context.stroke();
    context.fillStyle = "#dfe4e8";
    context.font = `600 ${12 * scale}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(letter, x + 1.35 * right, y + 1.35 * down);
  }
}
