import { inputOf, type PersonAnswers } from "../answers";
import type { PlayerTexts, TrainingPlan } from "../contract";
import { element } from "../dom";
import { icon } from "../icons";
import type { AnswerValue, FittedSurface } from "../presenter";
import type { Round } from "../tasks/kit";
import { helpLink } from "./help-link";
import { gridFields } from "./layout";

const SIDES = ["left", "right"] as const;
const CELLS = ["0", "1", "2", "3"] as const;
type Cell = (typeof CELLS)[number];

/** The play area: progress, pause, the canvas with the grid's fields over it, and the two answer buttons. */
export class Stage {
  readonly surface: FittedSurface;
  readonly root: HTMLElement;
  readonly pause: HTMLButtonElement;
  private readonly canvas = element("canvas", { class: "stage-canvas", "aria-hidden": "true" });
  private readonly progress: HTMLElement;
  private readonly sides: Record<"left" | "right", HTMLButtonElement>;
  private readonly cells: Record<Cell, HTMLButtonElement>;
  private readonly grid: HTMLElement;
  private readonly sideBar: HTMLElement;

  constructor(
    private readonly plan: TrainingPlan,
    texts: Pick<PlayerTexts, "pause" | "help">,
    help: string,
    surfaceOn: (canvas: HTMLCanvasElement) => FittedSurface,
  ) {
    this.progress = element("div", { class: "stage-progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" });
    this.pause = element("button", { class: "stage-pause", type: "button" }, icon("pause"), texts.pause);
    this.sides = { left: answerButton("left"), right: answerButton("right") };
    this.cells = { 0: cellButton("0"), 1: cellButton("1"), 2: cellButton("2"), 3: cellButton("3") };
    this.grid = element("div", { class: "stage-grid" }, ...Object.values(this.cells));
    this.sideBar = element("div", { class: "stage-sides" }, this.sides.left, this.sides.right);
    this.root = element(
      "div",
      { class: "stage" },
      element("div", { class: "stage-top" }, this.progress, helpLink(texts.help, help), this.pause),
      element("div", { class: "stage-view" }, this.canvas, this.grid),
      this.sideBar,
    );
    this.root.style.setProperty("--stage-ground", plan.appearance.background);
    this.root.style.setProperty("--stage-ink", plan.appearance.ink);
    this.surface = surfaceOn(this.canvas);
  }

  /** Shows the controls of a task. */
  arrange(round: Round): void {
    const texts = this.plan.texts[round.task];
    const faces = round.task === "faces";
    this.grid.hidden = !faces;
    this.sideBar.hidden = faces;
    this.progress.setAttribute("aria-label", texts?.title ?? "");
    for (const side of SIDES) {
      this.sides[side].replaceChildren(
        element("span", {}, texts?.[side] ?? ""),
        element("kbd", { "aria-hidden": "true" }, this.plan.keys[side].toUpperCase()),
      );
    }
  }

  /** Whether the page no longer has the size the canvas was fitted to. */
  get stale(): boolean {
    return this.surface.stale;
  }

  /** Fits the canvas, and the fields over it, to the page. Returns whether the canvas changed its size. */
  fit(): boolean {
    if (!this.surface.fit()) return false;
    this.placeCells();
    return true;
  }

  /** Moves the progress line; `share` from 0 to 1. */
  advance(share: number): void {
    this.progress.style.setProperty("--share", String(share));
    this.progress.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  /** Hands every answer made on the stage or the keyboard to `answers`. */
  listen(answers: PersonAnswers, signal: AbortSignal): void {
    const offer = (button: HTMLButtonElement, value: AnswerValue): void => {
      button.addEventListener("pointerdown", (event) => {
        if (event.isPrimary && event.button === 0) answers.give(value, event.timeStamp, inputOf(event));
      });
      // A click without a pointer comes from Enter, the space bar or a screen reader.
      button.addEventListener("click", (event) => {
        if (event.detail === 0) answers.give(value, event.timeStamp, "key");
      });
    };
    for (const side of SIDES) offer(this.sides[side], side);
    for (const cell of CELLS) offer(this.cells[cell], cell);
    window.addEventListener(
      "keydown",
      (event) => {
        this.onKey(event, answers);
      },
      { signal },
    );
  }

  private onKey(event: KeyboardEvent, answers: PersonAnswers): void {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || this.root.inert) return;
    if (!this.grid.hidden && this.moveFocus(event)) return;
    const value = this.valueOf(event.key);
    if (value !== null) answers.give(value, event.timeStamp, "key");
  }

  private valueOf(key: string): AnswerValue | null {
    const { left, right } = this.plan.keys;
    if (!this.grid.hidden) return CELLS[["1", "2", "3", "4"].indexOf(key)] ?? null;
    if (key === "ArrowLeft" || key.toLowerCase() === left) return "left";
    return key === "ArrowRight" || key.toLowerCase() === right ? "right" : null;
  }

  /** Arrow keys walk the grid; Enter then is an ordinary click on the field that has the focus. */
  private moveFocus(event: KeyboardEvent): boolean {
    const steps: Record<string, (cell: number) => number> = {
      ArrowLeft: (cell) => cell & 2,
      ArrowRight: (cell) => cell | 1,
      ArrowUp: (cell) => cell & 1,
      ArrowDown: (cell) => cell | 2,
    };
    const step = steps[event.key];
    if (!step) return false;
    const current = CELLS.findIndex((cell) => this.cells[cell] === document.activeElement);
    const target = CELLS[current < 0 ? 0 : step(current)];
    if (target) this.cells[target].focus();
    event.preventDefault();
    return true;
  }

  private placeCells(): void {
    const { width, height, scale } = this.surface;
    gridFields(width, height, scale).forEach(({ x, y, side }, index) => {
      const button = this.cells[CELLS[index] ?? "0"];
      button.style.left = `${x / scale}px`;
      button.style.top = `${y / scale}px`;
      button.style.width = button.style.height = `${side / scale}px`;
    });
  }
}

function answerButton(side: "left" | "right"): HTMLButtonElement {
  return element("button", { class: "stage-side", type: "button", "data-side": side });
}

function cellButton(cell: Cell): HTMLButtonElement {
  return element("button", { class: "stage-cell", type: "button", "aria-label": String(Number(cell) + 1) });
}
