import type { Answer, AnswerInput, AnswerSource, AnswerValue } from "./presenter";
import type { Step } from "./tasks/kit";

/** Answers to steps: the presenter's source, told beforehand which step comes. */
export interface StepAnswers extends AnswerSource {
  expect(step: Step): void;
}

/** Holds the first answer a person gives while a target is up. */
export class PersonAnswers implements StepAnswers {
  private opened: number | null = null;
  private given: Answer | null = null;
  private allowed: readonly AnswerValue[] = [];

  constructor(private readonly possible: (step: Step) => readonly AnswerValue[]) {}

  expect(step: Step): void {
    this.allowed = this.possible(step);
  }

  open(onset: number): void {
    this.opened = onset;
    this.given = null;
  }

  take(): Answer | null {
    return this.given;
  }

  close(): void {
    this.opened = null;
  }

  /** Takes an answer, unless none is due, one was given, or it was made before the target came up. */
  give(value: AnswerValue, at: number, input: AnswerInput): void {
    if (this.opened === null || this.given !== null || at < this.opened) return;
    if (this.allowed.includes(value)) this.given = { value, at, input };
  }
}

/** What an input event was made with. */
export function inputOf(event: Event): AnswerInput {
  if (!("pointerType" in event)) return "key";
  const { pointerType } = event as PointerEvent;
  return pointerType === "touch" || pointerType === "pen" || pointerType === "mouse" ? pointerType : "key";
}
