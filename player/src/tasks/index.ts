import type { AnswerValue, Sequence } from "../presenter";
import { faces, facesKey, FacesPlugin } from "./faces";
import type { Kit, Round, Step } from "./kit";
import { maskedWords, maskedWordsKey, MaskedWordsPlugin } from "./masked-words";
import { visibleWords, visibleWordsKey, VisibleWordsPlugin } from "./visible-words";

/** The jsPsych plugin of each task. */
export const PLUGINS = {
  "masked-words": MaskedWordsPlugin,
  "visible-words": VisibleWordsPlugin,
  faces: FacesPlugin,
} as const;

/** The sequence that shows `step` of `round`. Throws if the step is not of the round's task. */
export function sequenceOf(round: Round, step: Step, kit: Kit, hz: number, visibleOnly: boolean): Sequence {
  if (round.task === "masked-words" && "target" in step) return maskedWords(round, step, kit, hz, visibleOnly);
  if (round.task === "visible-words" && "trait" in step) return visibleWords(round, step, kit, hz);
  if (round.task === "faces" && "face" in step) return faces(round, step, kit, hz);
  throw new Error(`Step ${step.id} does not belong to the task ${round.task}.`);
}

/** The right answer to a step. */
export function rightAnswer(step: Step): AnswerValue {
  if ("target" in step) return maskedWordsKey(step);
  return "trait" in step ? visibleWordsKey(step) : facesKey(step);
}

/** All answers that a step takes. */
export function possibleAnswers(step: Step): readonly AnswerValue[] {
  return "face" in step ? ["0", "1", "2", "3"] : ["left", "right"];
}
