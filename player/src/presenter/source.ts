/** Where refreshes come from: the browser, or in tests a simulated display. */
export interface RefreshSource {
  /** Calls back once, before the next refresh, with its time stamp and the time the page got to it, both in ms. */
  next(callback: (timestamp: number, answered?: number) => void): void;
}

/** The browser's own refreshes. */
export const browserRefreshes: RefreshSource = {
  next(callback) {
    requestAnimationFrame((timestamp) => {
      callback(timestamp, performance.now());
    });
  },
};

/** Collects `count` gaps between refreshes, in ms; `stop` ends early with what there is. */
export function gapsOf(source: RefreshSource, count: number, stop: () => boolean = () => false): Promise<number[]> {
  const gaps: number[] = [];
  let last: number | null = null;
  return new Promise((resolve) => {
    const refresh = (timestamp: number): void => {
      if (last !== null) gaps.push(timestamp - last);
      last = timestamp;
      if (gaps.length >= count || stop()) resolve(gaps);
      else source.next(refresh);
    };
    source.next(refresh);
  });
}
