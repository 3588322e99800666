import type { StepRecord } from "../contract";

/** How one presentation went. */
export type Status = StepRecord["status"];

/** A gap longer than this many refreshes means that some picture stayed too long. */
export const LONG = 1.5;
/** Two refreshes closer than this share of one: the earlier picture may never have reached the screen. */
export const MISSED = 0.5;

/** Refresh numbers of a critical stretch: `from` is its first refresh, `until` the first refresh after it. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** The last refresh that must be seen before the stretch can be judged. */
export function lastNeeded(stretch: Stretch): number {
  return stretch.until + 2;
}

/**
 * All gaps from one refresh before the stretch to two after it.
 *
 * The margins are there because in Chromium a gap after refresh j means that the picture of j - 1 stayed.
 */
export function criticalGaps(stamps: readonly number[], stretch: Stretch | null): number[] {
  if (stretch === null) return [];
  const gaps: number[] = [];
  for (let n = Math.max(1, stretch.from); n <= lastNeeded(stretch) && n < stamps.length; n += 1) {
    gaps.push(gapBefore(stamps, n));
  }
  return gaps;
}

/** The gap in ms between refresh n - 1 and refresh n. */
export function gapBefore(stamps: readonly number[], n: number): number {
  return (stamps[n] ?? NaN) - (stamps[n - 1] ?? NaN);
}

/** Judges the gaps of a critical stretch; `period` is one refresh in ms. */
export function judge(gaps: readonly number[], period: number, hidden: boolean): Status {
  if (hidden) return "hidden";
  if (gaps.some((gap) => gap > LONG * period)) return "long";
  if (gaps.some((gap) => gap < MISSED * period)) return "missed";
  return "ok";
}
