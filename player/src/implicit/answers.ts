import type { BotManner } from "../bot";
import { uniform } from "../chance";
import type { Answer, AnswerInput, AnswerSource } from "../presenter";
import type { Side, Step } from "./plan";

/** Answers to the words of a test: the presenter's source, told which trial comes and when only the right key counts. */
export interface TrialAnswers extends AnswerSource {
  /** A new trial comes; `mixed` says that words of two kinds share a side. */
  expect(step: Step, mixed: boolean): void;
  /** The first key was wrong: from now on only the right one counts. */
  correct(): void;
}

/** Holds the keys a person presses from a word's first refresh on. */
export class PersonTrials implements TrialAnswers {
  private opened: number | null = null;
  private right: Side = "left";
  private correcting = false;
  private presses: Answer[] = [];

  expect(step: Step): void {
    this.opened = null;
    this.right = step.correct;
    this.correcting = false;
    this.presses = [];
  }

  open(onset: number): void {
    this.opened ??= onset;
  }

  take(): Answer | null {
    const wanted = this.correcting ? this.presses.filter(({ value }) => value === this.right) : this.presses;
    return wanted[0] ?? null;
  }

  close(): void {
    // Keys count on, so that a quick correction is not lost between a wrong key and the red cross.
  }

  correct(): void {
    this.correcting = true;
  }

  /** Takes a key, unless it was pressed before the word came up. */
  give(value: Side, at: number, input: AnswerInput): void {
    if (this.opened !== null && at >= this.opened) this.presses.push({ value, at, input });
  }
}

/** How much longer people take when words of two kinds share a side, in ms. */
const MIXED_COSTS = 120;
/** How long people take to correct a wrong key, in ms. */
const CORRECTION = 240;

/** Answers by itself, as people do: a little slower where sides are shared, now and then wrong, and then right. */
export class TrialBot implements TrialAnswers {
  private readonly draw: () => number;
  private right: Side = "left";
  private mixed = false;
  private planned: Answer | null = null;
  private wrongAt: number | null = null;

  constructor(private readonly manner: BotManner) {
    this.draw = uniform(manner.seed);
  }

  expect(step: Step, mixed: boolean): void {
    this.right = step.correct;
    this.mixed = mixed;
    this.planned = null;
    this.wrongAt = null;
  }

  open(onset: number): void {
    if (this.wrongAt !== null) {
      this.planned = { value: this.right, at: Math.max(onset, this.wrongAt + CORRECTION / this.manner.speed), input: "bot" };
      return;
    }
    const { base, spread, errors, speed } = this.manner;
    const reaction = (base + (this.mixed ? MIXED_COSTS : 0) - spread * Math.log(1 - this.draw())) / speed;
    const other: Side = this.right === "left" ? "right" : "left";
    this.planned = { value: this.draw() < errors ? other : this.right, at: onset + reaction, input: "bot" };
  }

  take(now: number): Answer | null {
    return this.planned !== null && this.planned.at <= now ? this.planned : null;
  }

  close(): void {
    // The planned key is drawn anew with the next word.
  }

  correct(): void {
    this.wrongAt = this.planned?.at ?? 0;
    this.planned = null;
  }
}
