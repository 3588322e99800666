// The figures that can be changed: sliders with number fields, kept in the address so that a reload or a link has them.

import { listed, percent, round } from "./words.js";

const FIGURES = [
  { name: "n", label: "People", unit: "over all arms", step: 1 },
  { name: "effect", label: "Effect", unit: "× the file’s differences", least: 0, most: 2, step: 0.05 },
  { name: "dropout", label: "Dropout", unit: "× the file’s chances to leave", least: 0, most: 10, step: 0.1 },
  { name: "fade", label: "Fade", unit: "share gone by the last visit", least: 0, most: 1, step: 0.05 },
  { name: "dose", label: "Dose", unit: "mean share delivered", least: 0.05, most: 0.95, step: 0.01 },
  { name: "alpha", label: "Level", unit: "two-sided", least: 0.005, most: 0.2, step: 0.005 },
];

const byId = (id) => document.getElementById(id);

/** Holds the state of the page; `changed(how)` is called when it is another: "moved" or "typed". */
export class Controls {
  constructor(study, changed) {
    this.study = study;
    this.changed = changed;
    this.file = {
      n: study.n, effect: 1, dropout: 1, fade: 0, dose: study.dose, alpha: 0.05, ratio: study.ratio, question: 0, study: 0,
    };
    this.state = { ...this.file };
    this.#build();
    this.fromAddress();
    addEventListener("popstate", () => {
      this.fromAddress();
      this.changed();
    });
    byId("controls").addEventListener("submit", (event) => event.preventDefault());
    byId("reset").addEventListener("click", () => this.set({ ...this.file, question: this.state.question }));
  }

  /** What the server is asked: only what differs from the file. */
  get wish() {
    const asked = { n: this.state.n, alpha: this.state.alpha, study: this.state.study };
    for (const name of ["effect", "dropout", "fade", "dose"]) {
      if (this.state[name] !== this.file[name]) asked[name] = this.state[name];
    }
    if (this.state.ratio.join() !== this.file.ratio.join()) asked.ratio = this.state.ratio;
    return asked;
  }

  /** Change some figures at once, as one step that the back button takes back. */
  set(figures) {
    this.state = { ...this.state, ...figures };
    this.#show();
    this.#toAddress();
    this.changed();
  }

  fromAddress() {
    const told = new URLSearchParams(location.hash.slice(1));
    this.state = { ...this.file };
    for (const [name, value] of told) {
      if (name === "ratio") {
        const shares = value.split(":").map(Number);
        if (shares.length === this.study.arms.length && shares.every(Number.isInteger)) this.state.ratio = shares;
      } else if (name in this.file && value !== "" && Number.isFinite(Number(value))) this.state[name] = Number(value);
    }
    if (!this.study.questions[this.state.question]) this.state.question = 0;
    this.#show();
  }

  /** Say beside the control what is wrong with it; nothing if nothing is. Returns whether there is such a control. */
  complain(where, sentence) {
    let found = false;
    for (const name of [...FIGURES.map((one) => one.name), "ratio"]) {
      const place = byId(`wrong-${name}`);
      const wrong = name === where && Boolean(sentence);
      place.hidden = !wrong;
      place.textContent = wrong ? sentence : "";
      for (const input of document.querySelectorAll(`[data-figure="${name}"]`)) {
        input.setAttribute("aria-invalid", String(wrong));
      }
      found ||= wrong;
    }
    return found;
  }

  /** Say beside each control what it means for this design. */
  tell(design) {
    const each = (say) => listed(design.arms.map((arm) => say(arm)));
    const { state, study } = this;
    this.#note("effect", state.effect === 1 ? "As the file assumes." : `Differences between arms are ${percent(state.effect, 0)} of the file’s.`);
    this.#note("fade", state.fade === 0 ? "The effect stays as the file assumes." : `${percent(state.fade, 0)} of each difference is gone at the last visit.`);
    this.#note("dropout", study.leaves
      ? `Left by the last visit: ${each((arm) => `${arm.arm} ${percent(arm.lost)}`)}.`
      : "The file assumes that nobody leaves, so there is nothing to multiply.");
    this.#note("dose", study.dose === null
      ? "The file assumes nothing of doses."
      : `Mean dose: ${each((arm) => `${arm.arm} ${percent(arm.dose, 0)}`)}.`);
    byId("note-ratio").textContent = `That is about ${each((arm) => round(arm.people))} people.`;
  }

  #note(name, words) {
    byId(`note-${name}`).textContent = words;
  }

  #build() {
    const { study } = this;
    byId("questions").append(...study.questions.map((one, place) => this.#choice(one.label, place)));
    byId("figures").append(...FIGURES.map((figure) => this.#field(figure)));
    byId("ratios").append(...study.arms.map((arm, place) => this.#share(arm, place)));
  }

  #field({ name, label, unit, least, most, step }) {
    const [low, high] = name === "n" ? [this.study.arms.length * 2, Math.min(this.study.most.n, Math.max(400, 3 * this.study.n))] : [least, most];
    const off = (name === "dose" && this.study.dose === null) || (name === "dropout" && !this.study.leaves);
    const field = document.createElement("div");
    field.className = "pair";
    const caption = document.createElement("label");
    caption.htmlFor = `figure-${name}`;
    caption.textContent = label;
    const said = document.createElement("span");
    said.className = "note";
    said.id = `unit-${name}`;
    said.textContent = unit;
    const slider = Object.assign(document.createElement("input"), { type: "range", min: low, max: high, step, disabled: off });
    slider.setAttribute("aria-label", `${label}, slider`);
    const typed = Object.assign(document.createElement("input"), { type: "number", id: `figure-${name}`, step: "any", disabled: off });
    typed.setAttribute("aria-describedby", `unit-${name} note-${name} wrong-${name}`);
    for (const input of [slider, typed]) {
      input.dataset.figure = name;
      input.addEventListener("input", () => this.#moved(name, input, false));
      input.addEventListener("change", () => this.#moved(name, input, true));
    }
    const note = Object.assign(document.createElement("p"), { className: "note", id: `note-${name}` });
    const wrong = Object.assign(document.createElement("p"), { className: "wrong", id: `wrong-${name}`, hidden: true });
    const top = Object.assign(document.createElement("div"), { className: "name" });
    top.append(caption, said);
    field.append(top, slider, typed, note, wrong);
    return field;
  }

  #choice(label, place) {
    const row = Object.assign(document.createElement("div"), { className: "choice" });
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "question", id: `question-${place}`, value: place });
    input.addEventListener("change", () => this.set({ question: place }));
    row.append(input, Object.assign(document.createElement("label"), { htmlFor: input.id, textContent: label }));
    return row;
  }

  #share(arm, place) {
    const row = document.createElement("div");
    row.className = "arm";
    const caption = Object.assign(document.createElement("label"), { htmlFor: `ratio-${place}`, textContent: arm });
    const input = Object.assign(document.createElement("input"), { type: "number", id: `ratio-${place}`, min: 1, max: this.study.most.ratio, step: 1 });
    input.dataset.figure = "ratio";
    input.setAttribute("aria-describedby", "note-ratio wrong-ratio");
    for (const kind of ["input", "change"]) {
      input.addEventListener(kind, () => {
        const shares = this.study.arms.map((_, at) => byId(`ratio-${at}`).valueAsNumber);
        if (shares.some(Number.isNaN)) return;
        this.state = { ...this.state, ratio: shares };
        if (kind === "change") this.#toAddress();
        this.changed("typed");
      });
    }
    row.append(caption, input);
    return row;
  }

  #moved(name, input, done) {
    const value = input.valueAsNumber;
    if (Number.isNaN(value)) {
      if (done) this.#show();
      return;
    }
    const same = value === this.state[name];
    this.state = { ...this.state, [name]: value };
    for (const other of document.querySelectorAll(`[data-figure="${name}"]`)) {
      if (other !== input) other.value = value;
    }
    if (done) this.#toAddress();
    if (!same) this.changed(input.type === "number" ? "typed" : "moved");
  }

  #show() {
    byId(`question-${this.state.question}`).checked = true;
    for (const { name } of FIGURES) {
      for (const input of document.querySelectorAll(`[data-figure="${name}"]`)) input.value = this.state[name] ?? "";
    }
    this.state.ratio.forEach((share, place) => {
      byId(`ratio-${place}`).value = share;
    });
  }

  #toAddress() {
    const told = new URLSearchParams();
    for (const [name, value] of Object.entries(this.state)) {
      if (String(value) !== String(this.file[name])) told.set(name, Array.isArray(value) ? value.join(":") : value);
    }
    const hash = told.toString().replaceAll("%3A", ":");
    if (hash !== location.hash.slice(1)) history.pushState(null, "", hash ? `#${hash}` : location.pathname);
  }
}
