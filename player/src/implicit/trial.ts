import type { Milliseconds, TrialRecord } from "../contract";
import { type Answer, type Phase, type Presented, type Presenter, refreshesFor } from "../presenter";
import type { TrialAnswers } from "./answers";
import type { Step } from "./plan";
import { CROSS, shown, type Sign } from "./words";

/** What a trial is played with. */
export interface TrialKit {
  readonly presenter: Presenter;
  readonly answers: TrialAnswers;
  /** The empty stage before the word. */
  readonly pause: Milliseconds;
  /** Words of two kinds share a side. */
  readonly mixed: boolean;
}

/** A trial's record but for its time. */
export type TrialFinding = Omit<TrialRecord, "at">;

/** Shows one word until the right key; after a wrong one a red cross stands below it. */
export async function playTrial(step: Step, word: Sign, attempt: number, kit: TrialKit): Promise<TrialFinding> {
  const { presenter, answers, pause, mixed } = kit;
  answers.expect(step, mixed);
  const empty = Math.max(1, refreshesFor(pause, presenter.hz) - 1);
  const first = await presenter.present({
    phases: [
      { name: "pause", draw: [], refreshes: empty },
      // The refresh before the word: gaps around it tell how sure the word's onset is.
      { name: "edge", draw: [], refreshes: 1, critical: true },
      untilKey(word),
    ],
  }, answers);
  if (first.answer === null || first.rt === null) return finding(step, attempt, first, null);
  if (first.answer.value === step.correct) return finding(step, attempt, first, first.rt);
  answers.correct();
  const onset = first.answer.at - first.rt;
  const second = await presenter.present({ phases: [untilKey(word, CROSS)] }, answers);
  const right = second.answer === null ? null : Math.max(first.rt, second.answer.at - onset);
  return finding(step, attempt, { ...first, status: right === null ? "hidden" : first.status }, right);
}

function untilKey(...signs: readonly Sign[]): Phase {
  return { name: "word", draw: shown(...signs), refreshes: Infinity, until: "answer" };
}

function finding(step: Step, attempt: number, presented: Presented, right: number | null): TrialFinding {
  const answer: Answer | null = presented.answer;
  return {
    kind: "trial",
    step: step.id,
    attempt,
    status: presented.status,
    answer: answer === null ? null : (answer.value as "left" | "right"),
    correct: answer === null ? null : answer.value === step.correct,
    rt_ms: presented.rt === null ? null : thousandths(presented.rt),
    right_ms: right === null ? null : thousandths(right),
    input: answer?.input ?? null,
    refresh_hz: thousandths(presented.hz),
    gaps_ms: presented.gaps,
  };
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
