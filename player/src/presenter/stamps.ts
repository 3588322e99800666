import type { Echo } from "./echo";
import { gapBefore } from "./verdict";

/** The browser tells times on the screen to 4 ms; a difference below that, and a little, says nothing. */
const ECHO_GRAIN = 4.2;
/** A delay of more than this share of a refresh means that the picture came up at another refresh than it should. */
const DELAYED = 0.5;

/**
 * When the refreshes of one sequence happened, as it counts for the verdict.
 *
 * That is the refresh's own time stamp, with two exceptions in which the time stamps look regular and the screen is not:
 * the page answered a refresh later than the next was due, so that its picture came too late for it; or the browser
 * itself says that the picture reached the screen later than usual.
 */
export class Stamps {
  /** Time stamps in ms, corrected for late answers. */
  readonly times: number[] = [];
  private readonly frames: number[] = [];
  private readonly asked: number[] = [];

  constructor(
    private readonly period: number,
    private readonly echo: Echo | null,
  ) {}

  /** Takes a refresh due at `frame` that the page answers at `answered`. */
  take(frame: number, answered: number): void {
    this.frames.push(frame);
    this.times.push(answered - frame >= this.period ? answered : frame);
  }

  /** The gaps between all refreshes, in ms. */
  gaps(): number[] {
    return this.times.slice(1).map((_, n) => gapBefore(this.times, n + 1));
  }

  /** Asks when the picture of the latest refresh reaches the screen. */
  ask(): void {
    if (this.echo === null) return;
    this.asked.push(this.frames.length - 1);
    this.echo.ask(this.frames.at(-1) ?? 0);
  }

  /** All times, with what the browser says of the refreshes asked about. */
  settled(now: number): number[] {
    if (this.echo === null || this.asked.length === 0) return this.times;
    const delays = this.echo.delays(this.asked.map((n) => this.frames[n] ?? 0), now);
    const tolerance = Math.max(DELAYED * this.period, ECHO_GRAIN);
    const settled = [...this.times];
    this.asked.forEach((n, index) => {
      const delay = delays[index] ?? 0;
      const told = (this.frames[n] ?? 0) + delay;
      if (delay > tolerance) settled[n] = Math.max(settled[n] ?? 0, told);
    });
    return settled;
  }
}
