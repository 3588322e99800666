import { describe, expect, it } from "vitest";

import type { Echo } from "../../src/presenter";
import { Stamps } from "../../src/presenter/stamps";

const PERIOD = 10;

/** An echo that says how late each refresh was, by the refresh's time stamp. */
class KnownDelays implements Echo {
  readonly asked: number[] = [];

  constructor(private readonly known: Readonly<Record<number, number>>) {}

  ask(frame: number): void {
    this.asked.push(frame);
  }

  delays(frames: readonly number[]): number[] {
    return frames.map((frame) => this.known[frame] ?? 0);
  }
}

function threeRefreshes(echo: Echo | null, answered: Readonly<Record<number, number>> = {}): Stamps {
  const stamps = new Stamps(PERIOD, echo);
  for (const frame of [100, 110, 120]) {
    stamps.take(frame, answered[frame] ?? frame + 1);
    stamps.ask();
  }
  return stamps;
}

describe("the time a refresh counts at", () => {
  it("is its time stamp, when all went well", () => {
    expect(threeRefreshes(null).settled(130)).toEqual([100, 110, 120]);
    expect(threeRefreshes(new KnownDelays({})).settled(130)).toEqual([100, 110, 120]);
  });

  it("is the time of the answer, once that comes a whole refresh late", () => {
    expect(threeRefreshes(null, { 110: 119.9 }).settled(130)).toEqual([100, 110, 120]);
    expect(threeRefreshes(null, { 110: 120 }).settled(130)).toEqual([100, 120, 120]);
  });

  it("is what the browser says, if that is later by more than half a refresh", () => {
    expect(threeRefreshes(new KnownDelays({ 110: 5 })).settled(130)).toEqual([100, 110, 120]);
    expect(threeRefreshes(new KnownDelays({ 110: 5.1 })).settled(130)).toEqual([100, 115.1, 120]);
  });

  it("is the later of a late answer and a late picture", () => {
    expect(threeRefreshes(new KnownDelays({ 110: 6 }), { 110: 121 }).settled(130)).toEqual([100, 121, 120]);
    expect(threeRefreshes(new KnownDelays({ 110: 30 }), { 110: 121 }).settled(130)).toEqual([100, 140, 120]);
  });

  it("does not follow differences the browser's 4 ms cannot tell", () => {
    const stamps = new Stamps(1000 / 144, new KnownDelays({ 100: 4 }));
    stamps.take(100, 100);
    stamps.ask();
    expect(stamps.settled(130)).toEqual([100]);
  });

  it("asks only about the refreshes it is told to", () => {
    const echo = new KnownDelays({});
    threeRefreshes(echo).take(130, 131);
    expect(echo.asked).toEqual([100, 110, 120]);
  });
});
