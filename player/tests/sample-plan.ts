import type { FacesStep, MaskedWordsStep, TrainingPlan, VisibleWordsStep } from "../src/contract";

const MS = (ms: number) => ({ ms });
const ONE = { ms: 16.7 };
const BASE = { practice: false, repeats_at_most: 2, rest_at_least: MS(1000) };
const VISIBLE = { fixation: MS(500), cue: MS(300), answer_within: MS(2500), pause: MS(500) };
const MASKED = { fixation: MS(500), mask: MS(500), cue: ONE, trait: ONE, answer_within: MS(2500), pause: MS(500) };

/** A small plan with a round of each task and `steps` steps in each round. */
export function samplePlan(steps = 4): TrainingPlan {
  const count = [...Array(steps).keys()];
  const side = (n: number) => (n % 2 === 0 ? "left" : "right");
  return {
    format: 1,
    id: "sample",
    session: 1,
    language: "en",
    minutes: 15,
    visible_only: false,
    appearance: { background: "#f4f1ea", ink: "#1f1b16" },
    keys: { word: "left", left: "f", right: "j" },
    device: { refreshes: 120, slowest_hz: 50, jitter_ms: 4, narrowest_px: 300, on_miss: "visible-only" },
    texts: {
      "masked-words": { title: "Words", instruction: "Is it a word or not?", left: "Word", right: "Not a word" },
      "visible-words": { title: "More words", instruction: "Is it a word or not?", left: "Word", right: "Not a word" },
      faces: { title: "Faces", instruction: "Tap the field with the picture or name.", left: "", right: "" },
    },
    assets: [
      ...["mask:XXXXXXXX", "self:I", "kind:kind", "table:table", "lure:drilf", "name:Robin"].map((pair) => {
        const [id = "", text = ""] = pair.split(":");
        return { kind: "word" as const, id, text };
      }),
      ...["face-1", "face-2"].map((id) => ({
        kind: "picture" as const, id, sha256: "0".repeat(64), bytes: 32768, width: 320, height: 320,
      })),
    ],
    rounds: [
      {
        ...BASE, id: "round-1", task: "masked-words", mask: "mask", timing: MASKED,
        timing_visible: { ...MASKED, cue: MS(300), trait: MS(500) },
        steps: count.map((n): MaskedWordsStep => ({
          id: `masked-${n}`, cue: "self", trait: "kind", target: n % 2 ? "lure" : "table", correct: side(n), exposure: true,
        })),
      },
      {
        ...BASE, id: "round-2", task: "visible-words", timing: VISIBLE,
        steps: count.map((n): VisibleWordsStep => ({
          id: `visible-${n}`, cue: "self", trait: n % 2 ? "lure" : "kind", correct: side(n), exposure: n % 2 === 0,
        })),
      },
      {
        ...BASE, id: "round-3", task: "faces",
        timing: { fixation: MS(300), answer_within: MS(3000), face: MS(400), pause: MS(300) },
        steps: count.map((n): FacesStep => ({
          id: `faces-${n}`, cell: n % 4, cue: n % 2 ? "face-2" : "name", face: "face-1", exposure: n % 2 === 0,
        })),
      },
    ],
  };
}
