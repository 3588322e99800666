import { gapBefore } from "./verdict";

/** What the contract can hold of one step's gaps. */
const MOST = 2000;

/** All gaps as pairs (whole refreshes, how many in a row), which is short because almost all gaps are one refresh. */
export function refreshRuns(stamps: readonly number[], period: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let n = 1; n < stamps.length; n += 1) {
    const whole = Math.round(gapBefore(stamps, n) / period);
    const last = runs.at(-1);
    if (last?.[0] === whole) last[1] += 1;
    else if (runs.length < MOST) runs.push([whole, 1]);
  }
  return runs;
}

/** The refreshes each phase stayed, told from the time between onsets, so that a skipped refresh counts. */
export function shownRefreshes(
  stamps: readonly number[],
  onsets: readonly { name: string; at: number }[],
  end: number,
  period: number,
): Record<string, number> {
  const shown: Record<string, number> = {};
  onsets.forEach(({ name, at }, index) => {
    const until = onsets[index + 1]?.at ?? end;
    const stayed = Math.round(((stamps[until] ?? NaN) - (stamps[at] ?? NaN)) / period);
    shown[name] = (shown[name] ?? 0) + stayed;
  });
  return shown;
}

/** Milliseconds to a thousandth, so that chunks stay small; at most what the contract holds. */
export function recordable(gaps: readonly number[]): number[] {
  return gaps.slice(0, MOST).map((gap) => Math.round(gap * 1000) / 1000);
}
