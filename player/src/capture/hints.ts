import type { PortraitTexts } from "../contract";
import { type Box, boxInGuide } from "./geometry";

export type Hint = Extract<keyof PortraitTexts, `hint_${string}`>;

/** One look at the guide's square: the face in shares of its side, if there is one, and the mean linear luminance. */
export interface Look {
  face: Box | null;
  brightness: number;
}

/** Limits of the hints. Reconstructed: a person at arm's length of a phone fits them without effort. */
const SMALLEST = 0.75;
const LARGEST = 1.3;
const OFF_CENTRE = 0.1;
const DARKEST = 0.04;
const BRIGHTEST = 0.7;

/** What to tell the person now: the one thing that matters most. */
export function hintFor({ face, brightness }: Look): Hint {
  if (!face) return brightness < DARKEST ? "hint_dark" : "hint_no_face";
  const wanted = boxInGuide();
  if (face.width < wanted.width * SMALLEST) return "hint_closer";
  if (face.width > wanted.width * LARGEST) return "hint_farther";
  if (isOff(face.x + face.width / 2, wanted.x + wanted.width / 2)) return "hint_centre";
  if (isOff(face.y + face.height / 2, wanted.y + wanted.height / 2)) return "hint_centre";
  if (brightness < DARKEST) return "hint_dark";
  return brightness > BRIGHTEST ? "hint_bright" : "hint_good";
}

function isOff(at: number, wanted: number): boolean {
  return Math.abs(at - wanted) > OFF_CENTRE;
}

/** Two looks must agree, and a sentence stays this long, in milliseconds: a screen reader must be able to finish it. */
const STAYS_MS = 1800;

/** Keeps the hints from flickering. */
export class SteadyHint {
  private shown: Hint | null = null;
  private last: Hint | null = null;
  private since = -Infinity;

  /** Takes the newest look's hint; returns the hint to show from `now` on (milliseconds), or null for no change. */
  next(hint: Hint, now: number): Hint | null {
    const agreed = hint === this.last;
    this.last = hint;
    if (!agreed || hint === this.shown || now - this.since < STAYS_MS) return null;
    this.shown = hint;
    this.since = now;
    return hint;
  }
}
