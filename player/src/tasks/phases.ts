import type { Milliseconds, Refreshes } from "../contract";
import { type Answer, centredOn, type Phase, type Picture, type Placed, refreshesFor } from "../presenter";
import type { Kit } from "./kit";

/** How long feedback stays; the same for every message and both versions. */
export const FEEDBACK: Milliseconds = { ms: 600 };

/** A phase with a planned duration. */
export function timed(name: string, duration: Milliseconds | Refreshes, hz: number, draw: readonly Placed[]): Phase {
  return { name, draw, refreshes: refreshesFor(duration, hz) };
}

/** The same phase, as part of the stretch whose timing decides the status. */
export function critical(phase: Phase): Phase {
  return { ...phase, critical: true };
}

/** The same phase, ending early with the answer. */
export function untilAnswer(phase: Phase): Phase {
  return { ...phase, until: "answer" };
}

/** `picture` in the middle of the canvas. */
export function middle(kit: Kit, picture: Picture): Placed[] {
  return [centredOn(picture, kit.width / 2, kit.height / 2)];
}

/** The message after an answer, if one is due. It depends on the answer alone. */
export function feedback(kit: Kit, hz: number, practice: boolean, right: boolean, answer: Answer | null): Phase[] {
  const say = (picture: Picture): Phase[] => [timed("feedback", FEEDBACK, hz, middle(kit, picture))];
  if (answer === null) return say(kit.faster);
  if (!right) return say(kit.otherKey);
  return practice ? say(kit.right) : [];
}
