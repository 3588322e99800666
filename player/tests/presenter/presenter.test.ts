import { describe, expect, it } from "vitest";

import { uniform } from "../../src/chance";
import {
  type Answer,
  type AnswerSource,
  type Phase,
  type Presented,
  Presenter,
  refreshesFor,
  type Sequence,
} from "../../src/presenter";
import { type Gaps, jittery, labelled, RecordingSurface, SimulatedDisplay, steady } from "../display";

/** Answers a fixed time after the target came up, or never. */
class Scripted implements AnswerSource {
  opened: number | null = null;

  constructor(private readonly after: number | null) {}

  open(onset: number): void {
    this.opened = onset;
  }

  take(now: number): Answer | null {
    if (this.opened === null || this.after === null || now < this.opened + this.after) return null;
    return { value: "left", at: this.opened + this.after, input: "key" };
  }

  close(): void {
    this.opened = null;
  }
}

const ONE = { ms: 16.7 };
const phase = (name: string, refreshes: number, more: Partial<Phase> = {}): Phase => ({
  name,
  draw: name === "pause" ? [] : [{ picture: labelled(name), x: 0, y: 0 }],
  refreshes,
  ...more,
});

/** A masked step: fixation 10, mask 10, cue and trait one refresh at 60 Hz, target until the answer, pause. */
function masked(hz: number, pause = 5, target = 60): Sequence {
  return {
    phases: [
      phase("fixation", 10),
      phase("mask", 10),
      phase("cue", refreshesFor(ONE, hz), { critical: true }),
      phase("trait", refreshesFor(ONE, hz), { critical: true }),
      phase("target", target, { until: "answer" }),
    ],
    after: () => [phase("pause", pause)],
  };
}

interface Setting {
  hz?: number;
  gaps?: Gaps;
  sequence?: Sequence;
  answerAfter?: number | null;
}

function setUp({ hz = 60, gaps, sequence = masked(hz), answerAfter = 200 }: Setting) {
  const display = new SimulatedDisplay(gaps ?? steady(hz));
  const surface = new RecordingSurface(display);
  const presenter = new Presenter(surface, display, hz, 50);
  const presented: Promise<Presented> = presenter.present(sequence, new Scripted(answerAfter));
  return { display, surface, presenter, presented };
}

/** Stretches the gap before refresh number `at` of the display by `factor`. */
const odd =
  (hz: number, at: number, factor: number): Gaps =>
  (n) =>
    (n === at ? factor : 1) * (1000 / hz);

describe("counting refreshes", () => {
  it.each([
    [30, 1],
    [60, 1],
    [75, 1],
    [120, 2],
    [144, 2],
    [240, 4],
  ])("shows 16.7 ms at %i Hz for %i refreshes", async (hz, refreshes) => {
    const { display, surface, presented } = setUp({ hz });
    const result = await display.run(presented);
    expect(result.shown).toMatchObject({ cue: refreshes, trait: refreshes });
    expect(surface.refreshesOf("cue")).toBe(refreshes);
    expect(surface.refreshesOf("trait")).toBe(refreshes);
    expect(result.status).toBe("ok");
  });

  it("draws once per phase and never in between", async () => {
    const { display, surface, presented } = setUp({});
    await display.run(presented);
    expect(surface.shows.map(({ labels }) => labels[0])).toEqual(["fixation", "mask", "cue", "trait", "target", undefined]);
  });

  it("skips phases without refreshes", async () => {
    const sequence = { phases: [phase("nothing", 0), phase("something", 3)] };
    const { display, surface, presented } = setUp({ sequence });
    await display.run(presented);
    expect(surface.shows.map(({ labels }) => labels[0])).toEqual(["something"]);
  });

  it("numbers every refresh for an outside witness", async () => {
    const sequence = { phases: [phase("one", 2), phase("two", 3)] };
    const { display, surface, presented } = setUp({ sequence });
    await display.run(presented);
    expect(surface.marks).toEqual([0, 0, 1, 1, 1].map((number, refresh) => ({ step: 0, phase: number, refresh })));
  });

  it("refuses a second sequence while one runs", () => {
    const { presenter } = setUp({});
    expect(() => presenter.present(masked(60), new Scripted(null))).toThrow("still running");
  });
});

describe("reaction time", () => {
  it("runs from the refresh at which the target came up to the input event", async () => {
    const { display, presented } = setUp({ answerAfter: 123.4 });
    const result = await display.run(presented);
    expect(result.rt).toBeCloseTo(123.4, 6);
    expect(result.late).toBe(false);
  });

  it("is missing when the time to answer ran out", async () => {
    const { display, presented } = setUp({ answerAfter: null });
    const result = await display.run(presented);
    expect(result).toMatchObject({ answer: null, rt: null, late: true, status: "ok" });
    expect(result.shown["target"]).toBe(60);
  });
});

describe("the verdict on a step at 60 Hz", () => {
  // Refresh 1 of the display is refresh 0 of the sequence; the cue comes at 20, the trait at 21, the target at 22.
  const before = (refresh: number): number => refresh + 1;

  it.each([
    [19, "ok"],
    [20, "long"],
    [21, "long"],
    [22, "long"],
    [23, "long"],
    [24, "long"],
    [25, "ok"],
  ])("with a long gap before refresh %i is %s", async (refresh, status) => {
    const { display, presented } = setUp({ gaps: odd(60, before(refresh), 2) });
    expect((await display.run(presented)).status).toBe(status);
  });

  it.each([
    [19, "ok"],
    [20, "missed"],
    [24, "missed"],
    [25, "ok"],
  ])("with two refreshes within half of one before refresh %i is %s", async (refresh, status) => {
    const { display, presented } = setUp({ gaps: odd(60, before(refresh), 0.4) });
    expect((await display.run(presented)).status).toBe(status);
  });

  it("holds every gap from one refresh before the cue to two after the trait", async () => {
    const { display, presented } = setUp({ gaps: odd(60, before(22), 1.2) });
    const period = 1000 / 60;
    const result = await display.run(presented);
    expect(result.gaps).toHaveLength(5);
    expect(result.gaps[2]).toBeCloseTo(1.2 * period, 3);
  });

  it("waits for the last two refreshes when the answer comes at once and no pause follows", async () => {
    const { display, presented } = setUp({ sequence: masked(60, 0), answerAfter: 0, gaps: odd(60, before(24), 2) });
    const result = await display.run(presented);
    expect(result.shown["target"]).toBe(1);
    expect(result.gaps).toHaveLength(5);
    expect(result.status).toBe("long");
  });

  it("counts a skipped refresh in what was shown", async () => {
    const { display, presented } = setUp({ gaps: odd(60, before(21), 2) });
    expect((await display.run(presented)).shown).toMatchObject({ cue: 2, trait: 1 });
  });

  it("is ok on displays whose time stamps wander by less than a quarter refresh", async () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const { display, presented } = setUp({ gaps: jittery(60, 4, uniform(seed)) });
      expect((await display.run(presented)).status).toBe("ok");
    }
  });

  it("is never ok when any gap of the stretch is out of bounds, whatever the display does", async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const draw = uniform(seed);
      const gaps: Gaps = () => (1000 / 60) * (draw() < 0.15 ? draw() * 3 : 1);
      const { display, presented } = setUp({ gaps });
      const result = await display.run(presented);
      const worst = Math.max(...result.gaps) / (1000 / 60);
      const closest = Math.min(...result.gaps) / (1000 / 60);
      const expected = worst > 1.5 ? "long" : closest < 0.5 ? "missed" : "ok";
      expect(result.status).toBe(expected);
    }
  });
});

describe("a step that was interrupted", () => {
  it("ends at once as hidden, with a blank canvas", async () => {
    const { display, surface, presenter, presented } = setUp({});
    for (let n = 0; n < 22; n += 1) display.refresh();
    presenter.spoil();
    const result = await presented;
    expect(result).toMatchObject({ status: "hidden", answer: null, late: false });
    expect(surface.shows.at(-1)?.labels).toEqual([]);
  });

  it("leaves nothing behind that would touch the next one", async () => {
    const { display, surface, presenter } = setUp({});
    for (let n = 0; n < 5; n += 1) display.refresh();
    presenter.spoil();
    const next = presenter.present(masked(60), new Scripted(100));
    const result = await display.run(next);
    expect(result.status).toBe("ok");
    expect(surface.marks.filter(({ step, refresh }) => step === 1 && refresh === 0)).toHaveLength(1);
  });

  it("may be interrupted before its first refresh", async () => {
    const { presenter, presented } = setUp({});
    presenter.spoil();
    expect(await presented).toMatchObject({ status: "hidden", shown: {}, gaps: [], runs: [] });
  });
});

describe("a display that changes its rate", () => {
  it("is followed from the next step on", async () => {
    const { display, presenter, presented } = setUp({ hz: 60, gaps: steady(120) });
    expect((await display.run(presented)).status).toBe("missed");
    expect(presenter.hz).toBeCloseTo(120, 3);
    const next = await display.run(presenter.present(masked(presenter.hz), new Scripted(200)));
    expect(next).toMatchObject({ status: "ok", shown: { cue: 2, trait: 2 } });
  });

  it("is not followed below the slowest accepted rate: its steps stay marked", async () => {
    const { display, presenter, presented } = setUp({ hz: 60, gaps: steady(30) });
    expect((await display.run(presented)).status).toBe("long");
    expect(presenter.hz).toBe(60);
    expect((await display.run(presenter.present(masked(60), new Scripted(200)))).status).toBe("long");
  });
});

it("logs all refreshes of a step as runs", async () => {
  const { display, presented } = setUp({ gaps: odd(60, 8, 3), answerAfter: null });
  const { runs } = await display.run(presented);
  expect(runs.slice(0, 2)).toEqual([[1, 6], [3, 1]]);
  expect(runs.reduce((sum, [, count]) => sum + count, 0)).toBe(10 + 10 + 2 + 60 + 5);
});
