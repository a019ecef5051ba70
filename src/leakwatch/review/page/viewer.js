// The planes of one recording, side by side on one clock. One plane leads: steps are its frames, and the other
// shows what it had last seen at that time.

const viewers = [];
const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

class Viewer {
  constructor(group) {
    this.layers = { outline: true, cement: true, leak: true, marks: true, guides: true };
    this.panes = asList(group.runs)
      .map((key, at) => [runOf.get(key), asList(group.offsets_s)[at] ?? 0])
      .filter(([run]) => run?.frames > 0)
      .map(([run, offset]) => new Pane(run, offset, this));
    if (!this.panes.length) return;
    this.events = this.panes.flatMap(eventsOf).sort((a, b) => a.time - b.time);
    this.pair = asObject(group.pair);
    this.time = 0;
    this.speed = 1;
    this.timeline = new Timeline(this);
    this.guides = new Guides(this);
    this.node = el("div", { class: "viewer", tabindex: -1 },
      el("div", { class: `panes n${this.panes.length}` }, this.panes.map((pane) => pane.node)),
      this.panes.length === 2 ? this.guides.note : null, this.toolbar(), this.timeline.node, legend());
    this.node.addEventListener("pointerdown", () => { lastUsed = this; });
    viewers.push(this);
    const first = this.events.find((event) => event.kind === "alarm");
    this.lead(first?.pane ?? this.panes[0]);
    this.seekFrame(first?.frame ?? 0);
  }

  lead(pane) {
    if (this.leading === pane) return;
    this.leading = pane;
    this.panes.forEach((one) => one.node.classList.toggle("leading", one === pane && this.panes.length > 1));
    if (pane.frame >= 0 && this.playing === undefined) this.time = pane.run.times[pane.frame] + pane.offset;
    this.timeline.follow();
    this.state?.();
  }

  seekFrame(frame) {
    const { run, offset } = this.leading;
    const there = Math.min(Math.max(frame, 0), run.frames - 1);
    this.seek(run.times[there] + offset);
  }

  seekNear(time) {
    const { run, offset } = this.leading;
    const before = frameAt(run, time - offset);
    const after = Math.min(before + 1, run.frames - 1);
    const nearer = time - offset - run.times[before] <= run.times[after] - (time - offset) ? before : after;
    this.seekFrame(nearer);
  }

  seek(time, playing = false) {
    this.time = time;
    for (const pane of this.panes) {
      const frame = frameAt(pane.run, time - pane.offset);
      if (frame !== pane.wanted || pane.missing) pane.show(frame, playing);
    }
    this.timeline.follow();
  }

  step(count) {
    this.pause();
    this.seekFrame(Math.max(this.leading.wanted, 0) + count);
  }

  nextEvent() {
    if (!this.events.length) return;
    this.pause();
    this.go(this.events.find((event) => event.time > this.time + 1e-4) ?? this.events[0]);
  }

  go(event) {
    this.pause();
    this.lead(event.pane);
    this.seekFrame(event.frame);
  }

  toggle() {
    if (this.playing === undefined) this.play();
    else this.pause();
  }

  // By the clock, not by counting: a slow machine drops pictures and keeps the time.
  play() {
    const end = this.timeline.to;
    let from = this.time >= end - 1e-4 ? this.timeline.from : this.time;
    let began = performance.now(), speed = this.speed;
    const tick = (now) => {
      if (speed !== this.speed) [from, began, speed] = [this.time, now, this.speed];
      const time = from + (Math.max(now - began, 0) / 1000) * speed;
      this.seek(Math.min(time, end), true);
      if (time >= end) this.pause();
      else this.playing = requestAnimationFrame(tick);
    };
    viewers.forEach((viewer) => viewer.pause());
    this.playing = requestAnimationFrame(tick);
    this.state();
  }

  pause() {
    if (this.playing === undefined) return;
    cancelAnimationFrame(this.playing);
    this.playing = undefined;
    this.state();
    this.seekFrame(this.leading.wanted);
    this.speak();
  }

  setLayers(change) {
    Object.assign(this.layers, change);
    for (const [name, box] of Object.entries(this.boxes)) box.checked = this.layers[name];
    this.panes.forEach((pane) => pane.paint());
    this.guides.onChange();
  }

  holdLayers() {
    const any = Object.values(this.layers).some(Boolean);
    this.setLayers({ outline: !any, cement: !any, leak: !any, marks: !any, guides: !any });
  }

  shown(pane) {
    const { run, frame } = pane, { state, said } = pane.words();
    pane.node.dataset.frame = String(frame);
    pane.node.dataset.state = state ?? "";
    const leak = ` · leak ${area(run.leak[frame], run.unit)}`;
    const cement = `cement ${area(run.cement[frame], run.unit)}`;
    pane.badge.className = `badge ${STATES.includes(state) ? state : "no_decision"}`;
    pane.badge.textContent = said;
    pane.readout.replaceChildren(
      el("span", { class: "count" }, `Frame ${frame}`, el("span", { class: "dim" }, ` of 0–${run.frames - 1}`)),
      el("span", {}, seconds(run.times[frame])), el("span", { class: "dim areas" }, cement + leak));
    if (pane === this.leading) this.timeline.describe(`frame ${frame}, ${seconds(run.times[frame])}, ${said}`);
    if (this.playing === undefined || state === "alarm") this.speak();
  }

  // For screen readers: what is on show when it stands still, and the alarm when it comes.
  speak() {
    if (this !== lastUsed) return;
    const said = this.panes.filter((pane) => pane.frame >= 0).map((pane) => {
      const at = this.playing === undefined ? `frame ${pane.frame}, ${seconds(pane.run.times[pane.frame])}, ` : "";
      return `${pane.run.name}: ${at}${pane.words().said}`;
    }).join(". ");
    const live = document.getElementById("live");
    if (live.textContent !== said) live.textContent = said;
  }

  toolbar() {
    const button = (words, title, action) => el("button", { type: "button", title, "aria-label": title, onclick: action }, words);
    const play = button("▶", "Play", () => this.toggle());
    play.classList.add("play");
    this.state = () => {
      const on = this.playing !== undefined;
      play.textContent = on ? "❚❚" : "▶";
      play.title = on ? "Pause" : "Play";
      play.setAttribute("aria-label", play.title);
      this.follows.textContent = this.panes.length > 1 ? `steps: ${this.leading.run.name}` : "";
    };
    this.follows = el("span", { class: "dim follows" });
    const speed = el("select", { "aria-label": "Speed", onchange: (event) => { this.speed = Number(event.target.value); } },
      SPEEDS.map((one) => el("option", { value: one, selected: one === 1 }, `${one}×`)));
    this.boxes = {};
    const layer = (name, words) => {
      const box = el("input", { type: "checkbox", checked: true, onchange: () => this.setLayers({ [name]: box.checked }) });
      this.boxes[name] = box;
      return el("label", { class: `layer ${name}` }, box, el("i", { class: `stroke ${name}` }), words);
    };
    const slider = (words, name) => el("label", { class: "slider" }, words,
      el("input", { type: "range", min: 30, max: 300, value: 100, "data-grey": name, oninput: () => this.setGreys() }));
    this.controls = el("div", { class: "toolbar", role: "toolbar", "aria-label": "Film" },
      el("span", { class: "set" },
        button("|‹", "First frame", () => this.step(-Infinity)), button("−10", "Ten frames back", () => this.step(-10)),
        button("‹", "One frame back", () => this.step(-1)), play, button("›", "One frame forward", () => this.step(1)),
        button("+10", "Ten frames forward", () => this.step(10)), button("›|", "Last frame", () => this.step(Infinity))),
      speed,
      this.events.length ? el("button", { type: "button", class: "next", onclick: () => this.nextEvent() }, "Next onset or alarm ", el("kbd", {}, "n")) : null,
      this.follows,
      el("span", { class: "set layers" }, layer("outline", "outline"), layer("cement", "cement"), layer("leak", "leak"), layer("marks", "marks"),
        this.guides.ready ? layer("guides", "guides") : null),
      el("span", { class: "set" }, slider("brightness", "brightness"), slider("contrast", "contrast"),
        button("reset", "Brightness and contrast as at first", () => this.setGreys(true))),
      el("span", { class: "set" }, "zoom ", button("−", "Zoom out", () => this.zoom(1 / 1.4)), button("whole", "Whole picture", () => this.zoom(0)),
        button("+", "Zoom in", () => this.zoom(1.4)), button("large", "Pictures as wide as the window allows", () => this.enlarge())));
    return this.controls;
  }

  setGreys(reset = false) {
    const value = {};
    for (const slider of this.controls.querySelectorAll("[data-grey]")) {
      if (reset) slider.value = 100;
      value[slider.dataset.grey] = Number(slider.value) / 100;
    }
    for (const pane of this.panes) pane.picture.style.filter = `brightness(${value.brightness}) contrast(${value.contrast})`;
  }

  enlarge() {
    this.node.classList.toggle("large");
  }

  zoom(factor) {
    const panes = factor ? [this.leading] : this.panes;
    panes.forEach((pane) => pane.setZoom(factor ? pane.zoom * factor : 1));
  }
}

let lastUsed = null;

// The one that keys go to.
function activeViewer() {
  if (lastUsed) {
    const box = lastUsed.node.getBoundingClientRect();
    if (box.bottom > 60 && box.top < innerHeight - 60) return lastUsed;
  }
  const distance = (viewer) => {
    const box = viewer.node.getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - innerHeight / 2);
  };
  return viewers.length ? viewers.reduce((a, b) => (distance(b) < distance(a) ? b : a)) : null;
}
