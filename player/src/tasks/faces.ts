import type { FacesRound, FacesStep } from "../contract";
import { type AnswerValue, centredOn, type Picture, type Placed, type Sequence } from "../presenter";
import type { Kit } from "./kit";
import { critical, feedback, middle, timed, untilAnswer } from "./phases";
import { stepPlugin } from "./plugin";

/** The cue in one field until it is tapped, then the face in the same field, whatever the answer was. */
export function faces(round: FacesRound, step: FacesStep, kit: Kit, hz: number): Sequence {
  const { timing } = round;
  const grid = kit.fields ? [{ picture: kit.fields, x: 0, y: 0 }] : [];
  const inField = (picture: Picture): Placed[] => [...grid, inCell(kit, step.cell, picture)];
  return {
    phases: [
      timed("fixation", timing.fixation, hz, [...grid, ...middle(kit, kit.fixation)]),
      untilAnswer(timed("cue", timing.answer_within, hz, inField(kit.picture(step.cue)))),
    ],
    after: (answer) => [
      critical(timed("face", timing.face, hz, inField(kit.picture(step.face)))),
      ...feedback(kit, hz, round.practice, answer?.value === facesKey(step), answer),
      timed("pause", timing.pause, hz, grid),
    ],
  };
}

function inCell(kit: Kit, cell: number, picture: Picture): Placed {
  const field = kit.grid[cell];
  if (!field) throw new Error(`The grid has no field ${cell}.`);
  return centredOn(picture, field.x + field.side / 2, field.y + field.side / 2);
}

/** The right answer. */
export function facesKey(step: FacesStep): AnswerValue {
  return String(step.cell) as AnswerValue;
}

/** Faces for a jsPsych timeline. */
export const FacesPlugin = stepPlugin("faces");
