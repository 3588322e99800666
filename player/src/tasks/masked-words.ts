import type { MaskedWordsRound, MaskedWordsStep } from "../contract";
import type { AnswerValue, Sequence } from "../presenter";
import type { Kit } from "./kit";
import { critical, feedback, middle, timed, untilAnswer } from "./phases";
import { stepPlugin } from "./plugin";

/** Fixation, mask, cue, trait, then the string to judge. On the visible-only path without mask, in readable timing. */
export function maskedWords(
  round: MaskedWordsRound,
  step: MaskedWordsStep,
  kit: Kit,
  hz: number,
  visibleOnly: boolean,
): Sequence {
  const timing = visibleOnly ? round.timing_visible : round.timing;
  const show = (id: string) => middle(kit, kit.picture(id));
  const mask = visibleOnly ? [] : [timed("mask", timing.mask, hz, show(round.mask))];
  return {
    phases: [
      timed("fixation", timing.fixation, hz, middle(kit, kit.fixation)),
      ...mask,
      critical(timed("cue", timing.cue, hz, show(step.cue))),
      critical(timed("trait", timing.trait, hz, show(step.trait))),
      untilAnswer(timed("target", timing.answer_within, hz, show(step.target))),
    ],
    after: (answer) => [
      ...feedback(kit, hz, round.practice, answer?.value === maskedWordsKey(step), answer),
      timed("pause", timing.pause, hz, []),
    ],
  };
}

/** The right answer. */
export function maskedWordsKey(step: MaskedWordsStep): AnswerValue {
  return step.correct;
}

/** Masked words for a jsPsych timeline. */
export const MaskedWordsPlugin = stepPlugin("masked-words");
