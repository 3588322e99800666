import type { Pace } from "./pace";

/**
 * Tells when a request may begin without disturbing what is on the screen.
 *
 * Records come between steps. Right after one the screen rests; later a cue may flash for one refresh; when none came for
 * long, the person is reading, resting or gone.
 */
export class Calm {
  private last = -Infinity;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly clock: () => number,
    private readonly pace: Pace,
  ) {}

  /** A record came: the screen rests now. */
  rest(): void {
    this.last = this.clock();
    this.release();
  }

  /** Resolves when a request may begin; at once on `hurry`. */
  async moment(hurry: () => boolean): Promise<void> {
    const age = this.clock() - this.last;
    if (age <= this.pace.calm || age >= this.pace.silence || hurry()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.pace.silence - age);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Lets everything that waits go on. */
  release(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}
