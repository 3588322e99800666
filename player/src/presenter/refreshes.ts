import type { Milliseconds, Refreshes } from "../contract";

/**
 * How many whole refreshes show `duration` on a display of `hz`; the twin of `refreshes_for` in core/plan.py.
 *
 * Time is rounded to the nearest refresh, halves up, and anything above zero gets at least one.
 */
export function refreshesFor(duration: Milliseconds | Refreshes, hz: number): number {
  if ("refreshes" in duration) return duration.refreshes;
  if (duration.ms === 0) return 0;
  return Math.max(1, Math.floor((duration.ms * hz) / 1000 + 0.5));
}

/** The middle value; of an even number of values the upper middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * The refresh rate in Hz behind a run of refresh gaps in ms.
 *
 * Browsers coarsen time stamps to 0.1 ms or worse, so the mean of the gaps within a quarter of the median is taken: it
 * is as robust as the median and finer than one time stamp.
 */
export function rateOf(gaps: readonly number[]): number {
  const middle = median(gaps);
  const near = gaps.filter((gap) => Math.abs(gap - middle) <= middle / 4);
  return (1000 * near.length) / near.reduce((sum, gap) => sum + gap, 0);
}

/**
 * The rate to count with after `gaps` were seen: `hz`, or a new rate if the display clearly changed its own.
 *
 * A display that fell below `slowest` is not followed, so that its steps are marked `long` instead of passing as ok.
 */
export function followedRate(hz: number, gaps: readonly number[], slowest: number): number {
  if (gaps.length < 30) return hz;
  const seen = rateOf(gaps);
  const changed = Math.abs(seen - hz) > hz * 0.15;
  return changed && seen >= slowest ? seen : hz;
}
