// Small plots of one value over time, as SVG, so that they follow the colour scheme and print.

const GUTTER = 104, RIGHT = 14;

// Path through values over x; where there are many more frames than pixels, the extremes of each pixel stay.
function linePath(xs, values, yOf) {
  let path = "", pen = false;
  const put = (x, value) => { path += `${pen ? "L" : "M"}${x.toFixed(1)} ${yOf(value).toFixed(1)}`; pen = true; };
  for (let at = 0; at < values.length; at += 1) {
    if (!isNumber(values[at])) { pen = false; continue; }
    let last = at, low = values[at], high = values[at];
    while (last + 1 < values.length && isNumber(values[last + 1]) && xs[last + 1] - xs[at] < 0.5) {
      last += 1;
      low = Math.min(low, values[last]);
      high = Math.max(high, values[last]);
    }
    put(xs[at], values[at]);
    if (last > at) { put(xs[at], low); put(xs[at], high); put(xs[last], values[last]); at = last; }
  }
  return path;
}

const extent = (lists) => {
  let low = Infinity, high = -Infinity;
  for (const values of lists) for (const value of values) {
    if (isNumber(value)) { low = Math.min(low, value); high = Math.max(high, value); }
  }
  return low <= high ? [low, high] : null;
};

function tidy(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  return fixed(value, size >= 20 ? 0 : size >= 2 ? 1 : 2);
}

// One row: {title, unit, lines: [{values, kind}], signed, atLeast, atMost}; lines share a scale that is written at
// its ends. What passes `atMost` runs along the top.
function plotRow(row, xs, top, height, width) {
  const range = extent(row.lines.map((line) => line.values));
  const group = svg("g", { class: "plot-row" });
  const text = (y, content, kind) => svg("text", { x: GUTTER - 8, y, "text-anchor": "end", class: kind }, content);
  const base = top + height;
  group.append(svg("line", { class: "rule", x1: GUTTER, x2: width - RIGHT, y1: base, y2: base }));
  group.append(svg("text", { x: 0, y: top + 12, class: "plot-title" }, row.title));
  if (row.unit) group.append(svg("text", { x: 0, y: top + 26, class: "tick" }, row.unit));
  if (!range) {
    group.append(svg("text", { x: GUTTER + 6, y: top + height / 2 + 4, class: "tick" }, row.absent ?? NOT_KNOWN));
    return group;
  }
  const low = row.signed ? Math.min(range[0], 0) : 0;
  const wanted = Math.max(range[1], row.atLeast ?? 0, low + 1e-9);
  const high = Math.min(wanted, row.atMost ?? Infinity);
  const yOf = (value) => base - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (height - 4);
  group.append(text(top + 10, (high < wanted ? "≥ " : "") + tidy(high), "tick"), text(base - 1, tidy(low), "tick"));
  if (low < 0) group.append(svg("line", { class: "rule faint", x1: GUTTER, x2: width - RIGHT, y1: yOf(0), y2: yOf(0) }));
  for (const line of row.lines) {
    group.append(svg("path", { class: `line ${line.kind}`, d: linePath(xs, line.values, yOf), fill: "none" }));
  }
  return group;
}

function timeAxis(xOf, from, to, top, width) {
  const group = svg("g", { class: "axis" });
  const rough = (to - from) / Math.max(2, (width - GUTTER) / 110);
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-3)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough);
  for (let at = Math.ceil(from / step) * step; at <= to + 1e-6; at += step) {
    const x = xOf(at);
    group.append(svg("line", { class: "rule", x1: x, x2: x, y1: top, y2: top + 4 }));
    const label = `${fixed(at, step < 1 ? 1 : 0)} s`;
    group.append(svg("text", { x, y: top + 16, "text-anchor": x > width - 40 ? "end" : "middle", class: "tick" }, label));
  }
  return group;
}
