import type { StepAnswers } from "./answers";
import { uniform } from "./chance";
import type { Answer, AnswerValue, Sequence } from "./presenter";
import { possibleAnswers, rightAnswer } from "./tasks";
import type { Step } from "./tasks/kit";

/** How a bot plays. Times in ms. */
export interface BotManner {
  /** Fastest possible reaction. */
  readonly base: number;
  /** Mean of the exponential part on top. */
  readonly spread: number;
  /** Share of wrong answers. */
  readonly errors: number;
  /** Reactions are divided by this. */
  readonly speed: number;
  readonly seed: number;
  /** Shortens what has no critical timing. */
  readonly hurry: boolean;
}

/** A person of ordinary speed. */
export const ORDINARY: BotManner = { base: 320, spread: 180, errors: 0.04, speed: 1, seed: 1, hurry: false };

/** Plays steps by itself: shifted exponential reaction times and now and then a wrong answer, all from one seed. */
export class Bot implements StepAnswers {
  private readonly draw: () => number;
  private step: Step | null = null;
  private planned: Answer | null = null;

  constructor(readonly manner: BotManner) {
    this.draw = uniform(manner.seed);
  }

  expect(step: Step): void {
    this.step = step;
  }

  open(onset: number): void {
    if (this.step === null) return;
    const reaction = (this.manner.base - this.manner.spread * Math.log(1 - this.draw())) / this.manner.speed;
    this.planned = { value: this.choose(this.step), at: onset + reaction, input: "bot" };
  }

  take(now: number): Answer | null {
    return this.planned !== null && this.planned.at <= now ? this.planned : null;
  }

  close(): void {
    this.planned = null;
  }

  private choose(step: Step): AnswerValue {
    const right = rightAnswer(step);
    if (this.draw() >= this.manner.errors) return right;
    const wrong = possibleAnswers(step).filter((value) => value !== right);
    return wrong[Math.floor(this.draw() * wrong.length)] ?? right;
  }
}

/** The most refreshes an uncritical phase keeps in a hurry. */
const HURRIED = 3;

/** The same sequence with fixation, mask, feedback and pause cut short; critical phases and the target stay. */
export function hurried(sequence: Sequence): Sequence {
  const shorten = (phases: Sequence["phases"]): Sequence["phases"] =>
    phases.map((phase) =>
      phase.critical || phase.until ? phase : { ...phase, refreshes: Math.min(HURRIED, phase.refreshes) },
    );
  return { phases: shorten(sequence.phases), after: (answer) => shorten(sequence.after?.(answer) ?? []) };
}

/** The bot the address asks for with `?bot=1&speed=&seed=&errors=&hurry=1`, if the page allows one. */
export function botFrom(query: URLSearchParams, allowed: boolean): Bot | null {
  if (!allowed || query.get("bot") !== "1") return null;
  const number = (name: string, otherwise: number): number => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isFinite(value) ? value : otherwise;
  };
  return new Bot({
    ...ORDINARY,
    errors: number("errors", ORDINARY.errors),
    speed: Math.max(0.1, number("speed", ORDINARY.speed)),
    seed: number("seed", ORDINARY.seed),
    hurry: query.get("hurry") === "1",
  });
}
