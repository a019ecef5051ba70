// Pictures are kept in the page as JPEG text, one element per frame, and decoded when they are needed. Decoded
// ones are kept in a ring of the latest used: a 1024 x 1024 bitmap takes 4 MB.

const KEPT_BITMAPS = 240;
const bitmaps = new Map();
const underway = new Map();
const drawings = new Map();

const pictureId = (run, frame) => `${run.key}-${frame}`;
const pictureText = (id) => document.getElementById(id)?.textContent ?? null;

// What is drawn over a frame: {outlines, cement, leak}, paths in pixels of the stored matrix; null if not there.
function drawingOf(run, frame) {
  const id = pictureId(run, frame);
  if (!drawings.has(id)) {
    const text = pictureText(id);
    if (text === null) return null;
    drawings.set(id, JSON.parse(text.slice(0, text.indexOf("\n"))));
    if (drawings.size > 4 * KEPT_BITMAPS) drawings.delete(drawings.keys().next().value);
  }
  return drawings.get(id);
}

const readyBitmap = (run, frame) => {
  const id = pictureId(run, frame);
  const bitmap = bitmaps.get(id);
  // Move it to the young end of the ring.
  if (bitmap) { bitmaps.delete(id); bitmaps.set(id, bitmap); }
  return bitmap ?? null;
};

// Promise of the decoded picture; null where the page holds none (or not yet, while it loads).
function bitmapOf(run, frame) {
  const id = pictureId(run, frame);
  const ready = readyBitmap(run, frame);
  if (ready) return Promise.resolve(ready);
  if (!underway.has(id)) underway.set(id, decode(id).finally(() => underway.delete(id)));
  return underway.get(id);
}

async function decode(id) {
  const text = pictureText(id);
  if (text === null) return null;
  const data = atob(text.slice(text.indexOf("\n") + 1).trim());
  const bytes = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 1) bytes[at] = data.charCodeAt(at);
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  } catch {
    return null;
  }
  bitmaps.set(id, bitmap);
  if (bitmaps.size > KEPT_BITMAPS) {
    const [oldest, gone] = bitmaps.entries().next().value;
    bitmaps.delete(oldest);
    gone.close();
  }
  return bitmap;
}

// Decode what will be wanted next: mostly ahead, a little behind.
function prefetch(run, frame, ahead) {
  const wanted = ahead ? 16 : 4;
  for (let step = 1; step <= wanted; step += 1) {
    if (underway.size > 24) return;
    for (const near of step <= 4 ? [frame + step, frame - step] : [frame + step]) {
      if (near >= 0 && near < run.frames && !bitmaps.has(pictureId(run, near))) bitmapOf(run, near);
    }
  }
}

// Canvas is drawn in pixels of the stored matrix; the drawings are too, so pictures may be of any size.
function tracePaths(context, paths) {
  context.beginPath();
  for (const path of paths) {
    for (let at = 0; at < path.length; at += 2) {
      if (at) context.lineTo(path[at], path[at + 1]);
      else context.moveTo(path[at], path[at + 1]);
    }
    context.closePath();
  }
}

// Line width and dashes stay the same on the screen whatever the zoom: `unit` is one CSS pixel in matrix pixels.
function paintDrawing(context, drawing, layers, unit) {
  context.lineJoin = "round";
  const stroke = (paths, colour, width, dash) => {
    if (!paths?.length) return;
    tracePaths(context, paths);
    context.setLineDash([]);
    context.strokeStyle = "rgba(0, 0, 0, 0.55)";
    context.lineWidth = (width + 1.6) * unit;
    context.stroke();
    context.setLineDash(dash.map((length) => length * unit));
    context.strokeStyle = colour;
    context.lineWidth = width * unit;
    context.stroke();
    context.setLineDash([]);
  };
  if (layers.outline) stroke(drawing.outlines, "#f4f1e6", 1.2, [6, 4]);
  if (layers.cement) stroke(drawing.cement, "#56b4e9", 1.5, []);
  if (layers.leak && drawing.leak?.length) {
    tracePaths(context, drawing.leak);
    context.fillStyle = "rgba(255, 106, 38, 0.28)";
    context.fill("evenodd");
    stroke(drawing.leak, "#ff6a26", 2, []);
  }
}
