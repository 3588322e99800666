/** How long the outbox waits for what, in milliseconds. Tests pass a faster one. */
export interface Pace {
  /** So many open records make a chunk. */
  records: number;
  /** Open records make a chunk this long after the oldest came, or after the last one when none follows. */
  seal: number;
  /** A request without an answer is given up. */
  answer: number;
  /** The first wait after a failure; it doubles up to `retryAtMost`. */
  retry: number;
  retryAtMost: number;
  /** The wait after a refusal that only a sign-in or a person can mend. */
  refused: number;
  /** A sitting says that it is alive when nothing else was said for so long. */
  heartbeat: number;
  /** Earlier sittings get so long to deliver before the new one opens anyway. */
  recovery: number;
  /** Requests begin within this time after a record, when nothing flashes, */
  calm: number;
  /** or when no record came for so long. */
  silence: number;
  /** Closing waits so long for the last acknowledgement. */
  farewell: number;
}

export const PACE: Pace = {
  records: 8,
  seal: 5000,
  answer: 10_000,
  retry: 500,
  retryAtMost: 30_000,
  refused: 60_000,
  heartbeat: 10_000,
  recovery: 8000,
  calm: 400,
  silence: 4000,
  farewell: 3000,
};

/** The wait before try number `failures` + 1: doubling, capped, and spread so that many players do not return at once. */
export function backoff(failures: number, pace: Pace, chance: () => number): number {
  const longest = Math.min(pace.retryAtMost, pace.retry * 2 ** Math.min(failures - 1, 20));
  return longest * (0.5 + chance() / 2);
}

/** Resolves after `ms`, or at once when `wake` is aborted. */
export function sleep(ms: number, wake?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (wake?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      wake?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    wake?.addEventListener("abort", done);
  });
}
