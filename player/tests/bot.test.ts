// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import { Bot, botFrom, hurried, ORDINARY } from "../src/bot";
import { rightAnswer } from "../src/tasks";
import type { Step } from "../src/tasks/kit";
import { samplePlan } from "./sample-plan";

const STEPS = samplePlan(4).rounds.flatMap((round) => round.steps as readonly Step[]);

function answers(bot: Bot, count: number): { right: boolean; rt: number }[] {
  return Array.from({ length: count }, (_, n) => {
    const step = STEPS[n % STEPS.length];
    if (!step) throw new Error("No step.");
    bot.expect(step);
    bot.open(1000);
    const given = bot.take(1e9);
    bot.close();
    if (!given) throw new Error("No answer.");
    expect(given.input).toBe("bot");
    return { right: given.value === rightAnswer(step), rt: given.at - 1000 };
  });
}

describe("a bot", () => {
  it("reacts like a person: never below its fastest, on average its fastest plus its spread", () => {
    const given = answers(new Bot(ORDINARY), 2000);
    expect(Math.min(...given.map(({ rt }) => rt))).toBeGreaterThanOrEqual(ORDINARY.base);
    const mean = given.reduce((sum, { rt }) => sum + rt, 0) / given.length;
    expect(Math.abs(mean - ORDINARY.base - ORDINARY.spread)).toBeLessThan(15);
  });

  it("errs about as often as it is told to", () => {
    const wrong = answers(new Bot({ ...ORDINARY, errors: 0.2 }), 2000).filter(({ right }) => !right).length;
    expect(Math.abs(wrong / 2000 - 0.2)).toBeLessThan(0.03);
  });

  it("plays the same for the same seed and otherwise differently", () => {
    const play = (seed: number) => answers(new Bot({ ...ORDINARY, seed }), 20);
    expect(play(7)).toEqual(play(7));
    expect(play(7)).not.toEqual(play(8));
  });

  it("does not answer before its time or when nothing was asked", () => {
    const bot = new Bot(ORDINARY);
    expect(bot.take(1e9)).toBeNull();
    const step = STEPS[0];
    if (step) bot.expect(step);
    bot.open(1000);
    expect(bot.take(1000 + ORDINARY.base - 1)).toBeNull();
  });
});

describe("a bot by address", () => {
  it("needs the page's leave", () => {
    expect(botFrom(new URLSearchParams("bot=1"), false)).toBeNull();
    expect(botFrom(new URLSearchParams(""), true)).toBeNull();
  });

  it("takes its manner from the address", () => {
    const bot = botFrom(new URLSearchParams("bot=1&speed=4&seed=9&errors=0.5&hurry=1"), true);
    expect(bot?.manner).toEqual({ ...ORDINARY, speed: 4, seed: 9, errors: 0.5, hurry: true });
    expect(botFrom(new URLSearchParams("bot=1&speed=quick"), true)?.manner.speed).toBe(ORDINARY.speed);
  });
});

it("a hurry shortens only what has no critical timing", () => {
  const phase = { draw: [], refreshes: 30 };
  const sequence = hurried({
    phases: [
      { ...phase, name: "fixation" },
      { ...phase, name: "cue", critical: true },
      { ...phase, name: "target", until: "answer" },
    ],
    after: () => [{ ...phase, name: "pause" }],
  });
  const all = [...sequence.phases, ...(sequence.after?.(null) ?? [])];
  expect(all.map(({ refreshes }) => refreshes)).toEqual([3, 30, 30, 3]);
});
