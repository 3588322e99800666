import { element } from "../dom";
import type { Picture, Placed, Surface } from "../presenter";

/** What can be drawn in the middle of a test: a word of one kind, or the red cross below it. */
export interface Sign extends Picture {
  readonly text: string;
  /** Chooses the word's colour; empty for the cross. */
  readonly kind: "target" | "attribute" | "";
}

/** The red cross. */
export const CROSS: Sign = { width: 0, height: 0, text: "✕", kind: "" };

/** A word as it is drawn. */
export function wordSign(text: string, kind: Sign["kind"]): Sign {
  return { width: 0, height: 0, text, kind };
}

/** Where a sign stands: the page's style sheet does the rest. */
export function shown(...signs: readonly Sign[]): Placed[] {
  return signs.map((picture) => ({ picture, x: 0, y: 0 }));
}

/**
 * Shows words as text of the page, in the refresh the presenter asks for.
 *
 * Nothing flashes in this test: a word stays until the right key, so that text, which fits any page and can be read
 * aloud, does what a canvas would.
 */
export class WordSurface implements Surface {
  readonly root: HTMLElement;
  readonly width = 0;
  readonly height = 0;
  private readonly word = element("p", { class: "iat-word", role: "status" });
  private readonly cross = element("p", { class: "iat-cross", role: "alert" });

  /** @param wrong what the red cross is called for who cannot see it */
  constructor(private readonly wrong: string) {
    this.root = element("div", { class: "stage-view iat-view" }, this.word, this.cross);
  }

  show(placed: readonly Placed[]): void {
    const signs = placed.map(({ picture }) => picture as Sign);
    const word = signs.find(({ kind }) => kind !== "");
    this.say(this.word, word?.text ?? "");
    this.word.dataset.kind = word?.kind ?? "";
    this.warn(signs.includes(CROSS));
  }

  private warn(wrong: boolean): void {
    if (wrong === (this.cross.childElementCount > 0)) return;
    const sign = element("span", { "aria-hidden": "true" }, CROSS.text);
    this.cross.replaceChildren(...(wrong ? [sign, element("span", { class: "unseen" }, this.wrong)] : []));
  }

  private say(where: HTMLElement, text: string): void {
    if (where.textContent !== text) where.textContent = text;
  }
}
