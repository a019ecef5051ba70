// Two views in space: patient millimetres (left, posterior, head; origin at the isocentre) and pixels whose
// centres are whole numbers. All of a view's geometry is in one matrix: matrix (X, Y, Z, 1) = w (x, y, 1).

const REACH_MM = 150; // half the length of ray that is drawn: more than a patient is thick from the isocentre
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const along = (from, direction, length) => from.map((value, at) => value + length * direction[at]);
const unit3 = (vector) => vector.map((value) => value / Math.hypot(...vector));
const isPoint = (value) => Array.isArray(value) && value.length === 3 && value.every(isNumber);

// The view of a matrix: its source, its central ray and the inverse; null where the files do not state the geometry.
function projectionOf(matrix) {
  const rows = asList(matrix);
  if (rows.length !== 3 || !rows.every((row) => Array.isArray(row) && row.length === 4 && row.every(isNumber))) return null;
  const [a, b, c] = rows.map((row) => row.slice(0, 3));
  const volume = dot(a, cross(b, c));
  if (!volume) return null;
  // columns of the inverse
  const inverse = [cross(b, c), cross(c, a), cross(a, b)].map((column) => column.map((value) => value / volume));
  const back = (u, v, w) => [0, 1, 2].map((at) => u * inverse[0][at] + v * inverse[1][at] + w * inverse[2][at]);
  // the last row is the depth along the central ray
  return { rows, back, source: back(...rows.map((row) => -row[3])), beam: unit3(c) };
}

// Pixel of a point in space; null where it has no picture.
function pixelOf(view, point) {
  const [u, v, w] = view.rows.map((row) => dot(row, point) + row[3]);
  return w > 0 ? [u / w, v / w] : null;
}

const directionOf = (view, [x, y]) => unit3(view.back(x, y, 1));

// Both ends of a pixel's ray within reach of the isocentre, or of another point.
function rayOf(view, pixel, centre = [0, 0, 0], reach = REACH_MM) {
  const direction = directionOf(view, pixel);
  const middle = dot(direction, centre.map((value, at) => value - view.source[at]));
  return [-reach, reach].map((length) => along(view.source, direction, middle + length));
}

// Where in the other view lies what one view shows at a pixel; null where the ray leaves that view's space.
function guideOf(view, pixel, other) {
  const ends = rayOf(view, pixel).map((end) => pixelOf(other, end));
  return ends.every(Boolean) ? ends : null;
}

// Where the rays of two pixels come nearest: {point, gap} in millimetres; null where they are parallel.
function crossingOf(view, pixel, other, otherPixel) {
  const [u, v] = [directionOf(view, pixel), directionOf(other, otherPixel)];
  const apart = other.source.map((value, at) => value - view.source[at]);
  const cosine = dot(u, v), sine2 = 1 - cosine * cosine;
  if (sine2 < 0.03) return null; // within 10 degrees
  const s = (dot(apart, u) - cosine * dot(apart, v)) / sine2;
  const t = (cosine * dot(apart, u) - dot(apart, v)) / sine2;
  const on = along(view.source, u, s), there = along(other.source, v, t);
  return { point: on.map((value, at) => (value + there[at]) / 2), gap: Math.hypot(...on.map((value, at) => value - there[at])) };
}

const sideWords = (value, plus, minus) => `${fixed(Math.abs(value), 1)} mm ${value < 0 ? minus : plus}`;
const placeWords = (point) =>
  [sideWords(point[0], "left", "right"), sideWords(point[1], "posterior", "anterior"), sideWords(point[2], "towards the head", "towards the feet")].join(", ");
