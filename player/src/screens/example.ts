import type { TaskTexts, TrainingPlan } from "../contract";
import { element } from "../dom";
import type { Round } from "../tasks/kit";

/** A small model of the controls to try out: it lights up where it is pressed and shows no stimulus. */
export function example(plan: TrainingPlan, round: Round, signal: AbortSignal): HTMLElement {
  const texts = plan.texts[round.task];
  return round.task === "faces" ? gridExample(signal) : keysExample(plan, texts, signal);
}

function keysExample(plan: TrainingPlan, texts: TaskTexts | undefined, signal: AbortSignal): HTMLElement {
  const buttons = (["left", "right"] as const).map((side) => {
    const key = element("kbd", { "aria-hidden": "true" }, plan.keys[side].toUpperCase());
    const button = element("button", { class: "try-key", type: "button" }, element("span", {}, texts?.[side] ?? ""), key);
    const arrow = side === "left" ? "ArrowLeft" : "ArrowRight";
    onPress(button, (key_) => key_ === arrow || key_.toLowerCase() === plan.keys[side], signal);
    return button;
  });
  return element("div", { class: "try try-keys" }, ...buttons);
}

function gridExample(signal: AbortSignal): HTMLElement {
  const cells = [1, 2, 3, 4].map((number) => {
    const cell = element("button", { class: "try-cell", type: "button", "aria-label": String(number) });
    onPress(cell, (key) => key === String(number), signal);
    return cell;
  });
  const order = [2, 1, 3, 0];
  let turn = 0;
  const mark = (): void => {
    cells.forEach((cell, index) => cell.classList.toggle("here", index === order[turn % order.length]));
  };
  cells.forEach((cell, index) => {
    cell.addEventListener("click", () => {
      if (index !== order[turn % order.length]) return;
      turn += 1;
      mark();
    });
  });
  mark();
  return element("div", { class: "try try-grid" }, ...cells);
}

/** Lights the button for a moment when it, or its key, is pressed. */
function onPress(button: HTMLButtonElement, isKey: (key: string) => boolean, signal: AbortSignal): void {
  const light = (): void => {
    button.classList.add("lit");
    setTimeout(() => {
      button.classList.remove("lit");
    }, 300);
  };
  button.addEventListener("click", light);
  window.addEventListener(
    "keydown",
    (event) => {
      if (!event.repeat && isKey(event.key)) button.click();
    },
    { signal },
  );
}
