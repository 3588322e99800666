import type { VisibleWordsRound, VisibleWordsStep } from "../contract";
import type { AnswerValue, Sequence } from "../presenter";
import type { Kit } from "./kit";
import { critical, feedback, middle, timed, untilAnswer } from "./phases";
import { stepPlugin } from "./plugin";

/** Fixation, cue, then the trait or lure to judge. */
export function visibleWords(round: VisibleWordsRound, step: VisibleWordsStep, kit: Kit, hz: number): Sequence {
  const { timing } = round;
  return {
    phases: [
      timed("fixation", timing.fixation, hz, middle(kit, kit.fixation)),
      critical(timed("cue", timing.cue, hz, middle(kit, kit.picture(step.cue)))),
      untilAnswer(timed("trait", timing.answer_within, hz, middle(kit, kit.picture(step.trait)))),
    ],
    after: (answer) => [
      ...feedback(kit, hz, round.practice, answer?.value === visibleWordsKey(step), answer),
      timed("pause", timing.pause, hz, []),
    ],
  };
}

/** The right answer. */
export function visibleWordsKey(step: VisibleWordsStep): AnswerValue {
  return step.correct;
}

/** Visible words for a jsPsych timeline. */
export const VisibleWordsPlugin = stepPlugin("visible-words");
