// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import { ORDINARY } from "../../src/bot";
import { PersonTrials, TrialBot } from "../../src/implicit/answers";
import type { Step } from "../../src/implicit/plan";
import { sideOfKey } from "../../src/implicit/stage";
import { playTrial, type TrialFinding } from "../../src/implicit/trial";
import { CROSS, shown, wordSign, WordSurface } from "../../src/implicit/words";
import { Presenter } from "../../src/presenter";
import { SimulatedDisplay, steady } from "../display";

const STEP: Step = { id: "s3-1", word: "mine", category: "self", correct: "left" };
const PAUSE = { ms: 250 };

interface Stage {
  display: SimulatedDisplay;
  surface: WordSurface;
  presenter: Presenter;
}

function stage(): Stage {
  const display = new SimulatedDisplay(steady(60));
  const surface = new WordSurface("Wrong side.");
  return { display, surface, presenter: new Presenter(surface, display, 60) };
}

/** Plays one word; `keys` are given so many ms after it came up. */
async function played(keys: readonly ["left" | "right", number][]): Promise<TrialFinding & { crosses: number }> {
  const { display, surface, presenter } = stage();
  const answers = new PersonTrials();
  let onset = 0;
  let crosses = 0;
  const given = new Set<number>();
  const work = playTrial(STEP, wordSign("mine", "target"), 1, { presenter, answers, pause: PAUSE, mixed: true });
  const finding = await display.run(work, () => {
    const word = surface.root.querySelector(".iat-word")?.textContent;
    if (onset === 0 && word === "mine") onset = display.now;
    if (surface.root.querySelector(".iat-cross")?.textContent) crosses += 1;
    for (const [index, [side, after]] of keys.entries()) {
      if (onset === 0 || given.has(index) || display.now < onset + after) continue;
      given.add(index);
      answers.give(side, onset + after, "key");
    }
  });
  return { ...finding, crosses };
}

describe("a word of a test", () => {
  it("counts from its first refresh to the key's own time", async () => {
    const finding = await played([["left", 431.25]]);
    expect(finding).toMatchObject({ answer: "left", correct: true, rt_ms: 431.25, right_ms: 431.25, status: "ok", crosses: 0 });
  });

  it("shows a red cross after a wrong key and waits for the right one", async () => {
    const finding = await played([["right", 400], ["right", 700], ["left", 912.5]]);
    expect(finding).toMatchObject({ answer: "right", correct: false, rt_ms: 400, right_ms: 912.5 });
    expect(finding.crosses).toBeGreaterThan(20);
  });

  it("loses no right key that follows a wrong one within the same refresh", async () => {
    expect(await played([["right", 400], ["left", 404]])).toMatchObject({ rt_ms: 400, right_ms: 404 });
  });

  it("takes no key that was pressed before it came up", () => {
    const answers = new PersonTrials();
    answers.expect(STEP);
    answers.give("left", 90, "key");
    answers.open(100);
    answers.give("left", 99, "key");
    expect(answers.take()).toBeNull();
  });

  it("is hidden, without a time, when it was broken off", async () => {
    const { display, presenter } = stage();
    const kit = { presenter, answers: new PersonTrials(), pause: PAUSE, mixed: false };
    const work = playTrial(STEP, wordSign("mine", "target"), 2, kit);
    const finding = await display.run(work, () => {
      if (display.count === 40) presenter.spoil();
    });
    expect(finding).toMatchObject({ attempt: 2, status: "hidden", answer: null, rt_ms: null, right_ms: null });
  });
});

describe("the bot of a test", () => {
  it("is slower where sides are shared, errs now and then, and corrects itself", async () => {
    const bot = new TrialBot({ ...ORDINARY, seed: 7 });
    const times = { plain: [] as number[], mixed: [] as number[] };
    const { display, presenter } = stage();
    let wrong = 0;
    for (let count = 0; count < 120; count += 1) {
      const mixed = count % 2 === 1;
      const work = playTrial(STEP, wordSign("mine", "target"), 1, { presenter, answers: bot, pause: PAUSE, mixed });
      const finding = await display.run(work);
      if (finding.correct === false) wrong += 1;
      expect(finding.right_ms).not.toBeNull();
      times[mixed ? "mixed" : "plain"].push(finding.rt_ms ?? 0);
    }
    const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
    expect(wrong).toBeGreaterThan(0);
    expect(mean(times.mixed) - mean(times.plain)).toBeGreaterThan(50);
  });
});

describe("the stage of a test", () => {
  it("names the red cross for who cannot see it, and clears it", () => {
    const { surface } = stage();
    surface.show(shown(wordSign("mine", "target"), CROSS));
    expect(surface.root.querySelector("[role=alert]")?.textContent).toContain("Wrong side.");
    surface.show([]);
    expect(surface.root.textContent).toBe("");
  });

  it.each([["e", "left"], ["E", "left"], ["ArrowLeft", "left"], ["i", "right"], ["ArrowRight", "right"], ["x", null]])(
    "reads the key %s as %s",
    (key, side) => {
      expect(sideOfKey({ keys: { left: "e", right: "i" } }, key)).toBe(side);
    },
  );
});
