import { inputOf } from "../answers";
import type { ImplicitTexts, PlayerTexts } from "../contract";
import { element } from "../dom";
import { icon } from "../icons";
import { helpLink } from "../stage/help-link";
import type { PersonTrials } from "./answers";
import type { Plan, Round, Side } from "./plan";
import { WordSurface } from "./words";

const SIDES = ["left", "right"] as const;

/** The play area of a test: what belongs to each side on top, the word in the middle, two large buttons below. */
export class TestStage {
  readonly surface: WordSurface;
  readonly root: HTMLElement;
  readonly pause: HTMLButtonElement;
  /** Text fits any page. */
  readonly stale = false;
  private readonly progress: HTMLElement;
  private readonly labels: Record<Side, HTMLElement>;
  private readonly buttons: Record<Side, HTMLButtonElement>;

  constructor(
    private readonly plan: Plan,
    private readonly texts: ImplicitTexts,
    page: Pick<PlayerTexts, "pause" | "help">,
    help: string,
  ) {
    this.surface = new WordSurface(texts.wrong);
    this.progress = element("div", {
      class: "stage-progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-label": texts.title,
    });
    this.pause = element("button", { class: "stage-pause", type: "button" }, icon("pause"), page.pause);
    this.labels = { left: label("left"), right: label("right") };
    this.buttons = { left: answerButton("left"), right: answerButton("right") };
    this.root = element(
      "div",
      { class: "stage iat" },
      element("div", { class: "stage-top" }, this.progress, helpLink(page.help, help), this.pause),
      element("div", { class: "iat-labels" }, this.labels.left, this.labels.right),
      this.surface.root,
      element("div", { class: "stage-sides" }, this.buttons.left, this.buttons.right),
    );
    this.root.style.setProperty("--stage-ground", plan.appearance.background);
    this.root.style.setProperty("--stage-ink", plan.appearance.ink);
  }

  /** Shows what belongs to each side in a round. */
  arrange(round: Round): void {
    this.root.dataset.round = String(this.plan.rounds.indexOf(round));
    for (const side of SIDES) {
      this.labels[side].replaceChildren(...sideLabel(this.plan, round, side, this.texts.either));
      this.buttons[side].replaceChildren(
        element("span", {}, sideName(this.plan, round, side, this.texts.either)),
        element("kbd", { "aria-hidden": "true" }, this.plan.keys[side].toUpperCase()),
      );
    }
  }

  /** Moves the progress line; `share` from 0 to 1. */
  advance(share: number): void {
    this.progress.style.setProperty("--share", String(share));
    this.progress.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  /** Hands every key and tap to `answers`, with the time of the event itself. */
  listen(answers: PersonTrials, signal: AbortSignal): void {
    for (const side of SIDES) {
      const button = this.buttons[side];
      button.addEventListener("pointerdown", (event) => {
        if (event.isPrimary && event.button === 0) answers.give(side, event.timeStamp, inputOf(event));
      });
      // A click without a pointer comes from Enter, the space bar or a screen reader.
      button.addEventListener("click", (event) => {
        if (event.detail === 0) answers.give(side, event.timeStamp, "key");
      });
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || this.root.inert) return;
      const side = sideOfKey(this.plan, event.key);
      if (side !== null) answers.give(side, event.timeStamp, "key");
    };
    window.addEventListener("keydown", onKey, { signal });
  }
}

/** The side a key stands for: its letter, or an arrow. */
export function sideOfKey(plan: Pick<Plan, "keys">, key: string): Side | null {
  if (key === "ArrowLeft" || key.toLowerCase() === plan.keys.left) return "left";
  return key === "ArrowRight" || key.toLowerCase() === plan.keys.right ? "right" : null;
}

/** What belongs to a side, in words: `Me or good`. */
export function sideName(plan: Plan, round: Round, side: Side, or: string): string {
  return round[side].map((key) => plan.categories[key]?.label ?? "").join(` ${or} `);
}

/** The same, one line a category, each in the colour of its kind. */
export function sideLabel(plan: Plan, round: Round, side: Side, or: string): HTMLElement[] {
  const lines = round[side].map((key) =>
    element("span", { class: "iat-category", "data-kind": plan.categories[key]?.kind ?? "" }, plan.categories[key]?.label ?? ""),
  );
  return lines.flatMap((line, index) => (index === 0 ? [line] : [element("span", { class: "iat-or" }, or), line]));
}

function label(side: Side): HTMLElement {
  return element("p", { class: "iat-label", "data-side": side, "aria-hidden": "true" });
}

function answerButton(side: Side): HTMLButtonElement {
  return element("button", { class: "stage-side", type: "button", "data-side": side });
}
