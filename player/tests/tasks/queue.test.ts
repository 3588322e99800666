import { describe, expect, it } from "vitest";

import { uniform } from "../../src/chance";
import type { Status } from "../../src/presenter";
import { StepQueue } from "../../src/tasks/queue";

const STEPS = [
  { id: "a", exposure: true },
  { id: "b", exposure: false },
  { id: "c", exposure: true },
];

function play(queue: StepQueue<(typeof STEPS)[number]>, status: (id: string, attempt: number) => Status): string[] {
  const order: string[] = [];
  while (queue.left > 0) {
    const step = queue.next();
    order.push(step.id);
    queue.report(step, status(step.id, queue.attempt(step)));
  }
  return order;
}

describe("a round's steps", () => {
  it("come once each, in order, when all goes well", () => {
    expect(play(new StepQueue(STEPS, 2), () => "ok")).toEqual(["a", "b", "c"]);
  });

  it.each(["long", "missed", "hidden"] as const)("that failed as %s come again at the end of the round", (status) => {
    const queue = new StepQueue(STEPS, 2);
    expect(play(queue, (id, attempt) => (id === "a" && attempt === 1 ? status : "ok"))).toEqual(["a", "b", "c", "a"]);
  });

  it("come again no more often than the plan says", () => {
    expect(play(new StepQueue(STEPS, 2), (id) => (id === "a" ? "long" : "ok"))).toEqual(["a", "b", "c", "a", "a"]);
    expect(play(new StepQueue(STEPS, 0), () => "long")).toEqual(["a", "b", "c"]);
  });

  it("that are no exposures never come again", () => {
    expect(play(new StepQueue(STEPS, 2), (id) => (id === "b" ? "long" : "ok"))).toEqual(["a", "b", "c"]);
  });

  it("count their attempts", () => {
    const queue = new StepQueue(STEPS, 2);
    const attempts: number[] = [];
    play(queue, (_, attempt) => {
      attempts.push(attempt);
      return "long";
    });
    expect(attempts).toEqual([1, 1, 1, 2, 2, 3, 3]);
  });

  it("end for every course of failures, each exposure with its last attempt ok or its attempts used up", () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const draw = uniform(seed);
      const last = new Map<string, { status: Status; attempt: number }>();
      play(new StepQueue(STEPS, 3), (id, attempt) => {
        const status = draw() < 0.5 ? "long" : "ok";
        last.set(id, { status, attempt });
        return status;
      });
      for (const { id, exposure } of STEPS) {
        const end = last.get(id);
        expect(end?.status === "ok" || end?.attempt === 4 || !exposure).toBe(true);
      }
    }
  });
});

it("has nothing to give when it is empty", () => {
  expect(() => new StepQueue([], 1).next()).toThrow("no step left");
});
