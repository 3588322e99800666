// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import type { PlayerTexts, TrainingPlan } from "../../src/contract";
import type { Answer, AnswerValue, Phase, Sequence } from "../../src/presenter";
import { possibleAnswers, rightAnswer, sequenceOf } from "../../src/tasks";
import { assetsOf, makeKit, type Kit, type Round, type Step } from "../../src/tasks/kit";
import { type Labelled, labelMaker } from "../display";
import { samplePlan } from "../sample-plan";

const TEXTS = { right: "Right.", other_key: "Other.", faster: "Faster." } as PlayerTexts;
const SHOP = {
  maker: labelMaker,
  width: 800,
  height: 600,
  scale: 1,
  texts: TEXTS,
  fetchPicture: (id: string) => Promise.resolve(new Blob([id])),
};

const plan = samplePlan();
const labels = (phase: Phase): string[] => phase.draw.map(({ picture }) => (picture as Labelled).label);
const outline = (phases: readonly Phase[]): [string, number, ...string[]][] =>
  phases.map((phase) => [phase.name, phase.refreshes, ...labels(phase)]);
const answer = (value: AnswerValue): Answer => ({ value, at: 0, input: "key" });

async function prepared(task: Round["task"], from: TrainingPlan = plan): Promise<{ round: Round; step: Step; kit: Kit }> {
  const round = from.rounds.find((each) => each.task === task);
  const step = round?.steps[0];
  if (!round || !step) throw new Error(`No ${task} in the sample.`);
  return { round, step, kit: await makeKit(from, round, SHOP) };
}

async function sequence(task: Round["task"], visibleOnly = false, practice = false): Promise<Sequence> {
  const { round, step, kit } = await prepared(task);
  return sequenceOf({ ...round, practice }, step, kit, 60, visibleOnly);
}

describe("masked words", () => {
  it("flash cue and trait for one refresh each behind the mask, then wait for the answer", async () => {
    const { phases } = await sequence("masked-words");
    expect(outline(phases)).toEqual([
      ["fixation", 30, "+"],
      ["mask", 30, "XXXXXXXX"],
      ["cue", 1, "I"],
      ["trait", 1, "kind"],
      ["target", 150, "table"],
    ]);
    expect(phases.filter((phase) => phase.critical).map(({ name }) => name)).toEqual(["cue", "trait"]);
    expect(phases.at(-1)?.until).toBe("answer");
  });

  it("have no mask and readable timing on the visible-only path", async () => {
    const { phases } = await sequence("masked-words", true);
    expect(outline(phases)).toEqual([
      ["fixation", 30, "+"],
      ["cue", 18, "I"],
      ["trait", 30, "kind"],
      ["target", 150, "table"],
    ]);
  });
});

it("visible words show the cue, then the trait until the answer", async () => {
  const { phases, after } = await sequence("visible-words");
  expect(outline(phases)).toEqual([["fixation", 30, "+"], ["cue", 18, "I"], ["trait", 150, "kind"]]);
  expect(phases.filter((phase) => phase.critical).map(({ name }) => name)).toEqual(["cue"]);
  expect(outline(after?.(answer("left")) ?? [])).toEqual([["pause", 30]]);
});

describe("faces", () => {
  it("show the cue until it is tapped, then the face in the same field", async () => {
    const { phases, after } = await sequence("faces");
    const then = after?.(answer("0")) ?? [];
    expect(outline([...phases, ...then])).toEqual([
      ["fixation", 18, "fields", "+"],
      ["cue", 180, "fields", "Robin"],
      ["face", 24, "fields", "face-1"],
      ["pause", 18, "fields"],
    ]);
    expect(then.filter((phase) => phase.critical).map(({ name }) => name)).toEqual(["face"]);
  });

  it.each([answer("3"), null])("show the face in the cue's field whatever the answer was", async (given) => {
    const { round, step, kit } = await prepared("faces");
    const then = sequenceOf(round, step, kit, 60, false).after?.(given) ?? [];
    const face = then.find(({ name }) => name === "face")?.draw[1];
    const field = kit.grid[0];
    expect(face?.x).toBe(field?.x);
    expect(face?.y).toBe(field?.y);
  });
});

describe("feedback", () => {
  const said = async (task: Round["task"], given: Answer | null, practice = false): Promise<string[]> => {
    const { after } = await sequence(task, false, practice);
    return (after?.(given) ?? []).filter(({ name }) => name === "feedback").flatMap(labels);
  };

  it.each([
    ["masked-words", "left", "right"],
    ["visible-words", "left", "right"],
    ["faces", "0", "2"],
  ] as const)("on %s depends on the answer alone", async (task, right, wrong) => {
    expect(await said(task, answer(right))).toEqual([]);
    expect(await said(task, answer(wrong))).toEqual(["Other."]);
    expect(await said(task, null)).toEqual(["Faster."]);
    expect(await said(task, answer(right), true)).toEqual(["Right."]);
  });
});

describe("what a round needs", () => {
  it("is every asset its steps show, and the mask", () => {
    const sets = plan.rounds.map((round) => [...assetsOf(round)].sort());
    expect(sets).toEqual([
      ["kind", "lure", "mask", "self", "table"],
      ["kind", "lure", "self"],
      ["face-1", "face-2", "name"],
    ]);
  });

  it("is drawn in one size, whatever the words say, if only their lengths are the same", async () => {
    const other = { ...plan, assets: plan.assets.map((each) => (each.kind === "word" ? { ...each, text: each.text.replace(/./g, "w") } : each)) };
    for (const task of ["masked-words", "visible-words", "faces"] as const) {
      const [one, two] = [await prepared(task), await prepared(task, other)];
      for (const id of assetsOf(one.round)) {
        const { width, height } = one.kit.picture(id);
        expect(two.kit.picture(id)).toMatchObject({ width, height });
      }
    }
  });

  it("is refused by name when the plan lacks it", async () => {
    const { kit } = await prepared("faces");
    expect(() => kit.picture("nowhere")).toThrow("no asset nowhere");
  });
});

it("knows the right and the possible answers of each step", () => {
  const steps = plan.rounds.map((round) => round.steps[1]);
  expect(steps.map((step) => step && rightAnswer(step))).toEqual(["right", "right", "1"]);
  expect(steps.map((step) => step && possibleAnswers(step).length)).toEqual([2, 2, 4]);
});

it("refuses a step of another task", async () => {
  const { round, kit } = await prepared("faces");
  const stranger = plan.rounds[0]?.steps[0];
  if (stranger) expect(() => sequenceOf(round, stranger, kit, 60, false)).toThrow("does not belong");
});
