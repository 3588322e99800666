import type { Status } from "../presenter";

/** What the queue must know of a step. */
export interface Queued {
  readonly id: string;
  readonly exposure: boolean;
}

/** The steps of one round in order; failed exposures come again at the end, each at most `repeatsAtMost` times. */
export class StepQueue<S extends Queued> {
  private readonly waiting: S[];
  private readonly attempts = new Map<string, number>();

  constructor(
    steps: readonly S[],
    private readonly repeatsAtMost: number,
  ) {
    this.waiting = [...steps];
  }

  get left(): number {
    return this.waiting.length;
  }

  /** Takes the next step. Throws when none is left. */
  next(): S {
    const step = this.waiting.shift();
    if (step === undefined) throw new Error("The round has no step left.");
    this.attempts.set(step.id, this.attempt(step) + 1);
    return step;
  }

  /** How often the step has been taken. */
  attempt(step: S): number {
    return this.attempts.get(step.id) ?? 0;
  }

  /** Takes note of how the step went. */
  report(step: S, status: Status): void {
    if (status === "ok" || !step.exposure) return;
    if (this.attempt(step) <= this.repeatsAtMost) this.waiting.push(step);
  }
}
