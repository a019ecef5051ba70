// Words and small pieces of page. Text from files goes through textContent only, never through markup.

const STATES = ["clear", "watch", "alarm", "no_decision"];
const STATE_WORDS = {
  clear: "clear", watch: "watch", alarm: "alarm", no_decision: "no decision",
};
const REASON_WORDS = {
  settling: "the picture was still settling, or there were too few frames for a reference",
  motion: "the bone moved abruptly or was lost",
  exposure: "the exposure changed abruptly",
  dark: "the bone or its rim was too dark, or not in the picture",
  no_outline: "there is no outline of the treated bone, so inside and outside cannot be told apart",
  gap: "the recording was interrupted",
  subtracted: "the pictures are already subtracted from a mask, where cement and motion look alike",
  nuisance: "something dark lies outside the bone, more like gas, a hand or noise than like a leak",
  edge: "cement lies where the bone may end: the outline is not sharp enough to say on which side",
};
const REASON_SHORT = {
  settling: "settling", motion: "bone moved", exposure: "exposure changed", dark: "too dark",
  no_outline: "no outline", gap: "gap in the recording", subtracted: "already subtracted",
  nuisance: "dark, but unlike a leak", edge: "where the bone may end",
  evidence: "evidence gathering", leak: "leak",
};
const TOGETHER_WORDS = { clear: "No leak seen", watch: "No alarm, evidence at the end", alarm: "Alarm", no_decision: "No decision" };
const OTHER_WORDS = {
  confirmed: "saw the same leak", contradicted: "contradicts it", not_visible: "could not show it, or may not have",
};
const NOT_KNOWN = "not known";

function el(tag, options = {}, ...children) {
  const svg = options.svg === true;
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false || name === "svg") continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}
const svg = (tag, options = {}, ...children) => el(tag, { ...options, svg: true }, ...children);

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const isText = (value) => typeof value === "string" && value !== "";
const fixed = (value, decimals) => value.toFixed(decimals).replace("-", "−");

function number(value, decimals, unit = "") {
  return isNumber(value) ? fixed(value, decimals) + (unit && "\u00a0" + unit) : NOT_KNOWN;
}
const seconds = (value) => number(value, 2, "s");
const percent = (share) => (share > 0 && share < 0.005 ? "< 1" : String(Math.round(100 * share))) + "\u00a0%";

function area(value, unit) {
  return isNumber(value) ? (unit === "px" ? String(value) : fixed(value, value < 10 ? 1 : 0)) + "\u00a0" + unit : NOT_KNOWN;
}

function direction(degrees) {
  if (!isNumber(degrees)) return NOT_KNOWN;
  const names = ["right", "below right", "below", "below left", "left", "above left", "above", "above right"];
  const arrows = ["→", "↘", "↓", "↙", "←", "↖", "↑", "↗"];
  const eighth = ((Math.round(degrees / 45) % 8) + 8) % 8;
  return `${arrows[eighth]} ${names[eighth]} of the bone's centre, as shown (${fixed((Math.round(degrees) + 360) % 360, 0)}°)`;
}

function angles(run) {
  const primary = run.primary, secondary = run.secondary;
  if (!isNumber(primary) && !isNumber(secondary)) return "angles not known";
  const one = (value, plus, minus) =>
    isNumber(value) ? `${value < 0 ? minus : plus}\u00a0${fixed(Math.abs(value), 0)}°` : `${plus}/${minus} not known`;
  return `${one(primary, "LAO", "RAO")}, ${one(secondary, "CRA", "CAU")}`;
}

const place = (name) => (isText(name) ? name.replaceAll("_", " ") : name);

// A name and a value, for lists of facts; a null value stands for what nobody knows.
const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value ?? NOT_KNOWN));
