import type { StepRecord } from "../contract";
import type { Placed } from "./surface";

/** What an answer can be: a side for words, a field for faces. */
export type AnswerValue = NonNullable<StepRecord["answer"]>;
/** What it was given with. */
export type AnswerInput = NonNullable<StepRecord["input"]>;

/** One answer; `at` is the input event's own time stamp in ms. */
export interface Answer {
  readonly value: AnswerValue;
  readonly at: number;
  readonly input: AnswerInput;
}

/** Where answers come from: a person or a bot. The presenter asks once per refresh and never waits. */
export interface AnswerSource {
  /** The target is up since `onset`; answers count from now on. */
  open(onset: number): void;
  /** The first answer given by `now`, or null. */
  take(now: number): Answer | null;
  /** No more answers count. */
  close(): void;
}

/** One picture, or several, that stay for a number of refreshes. */
export interface Phase {
  readonly name: string;
  readonly draw: readonly Placed[];
  /** Whole refreshes; none skips the phase. */
  readonly refreshes: number;
  /** The phase also ends at the refresh after the answer, and its onset is where reaction time starts. */
  readonly until?: "answer";
  /** The phase belongs to the stretch whose timing decides the status. */
  readonly critical?: boolean;
}

/** A chain of phases; those after the answer may depend on it. */
export interface Sequence {
  readonly phases: readonly Phase[];
  readonly after?: (answer: Answer | null) => readonly Phase[];
}
