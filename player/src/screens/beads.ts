import { element } from "../dom";

/** A row of beads, one per training session, this one marked. Decoration: the Today page says it in words. */
export function beads(sessions: number, current: number, done: boolean): HTMLElement {
  const row = Array.from({ length: sessions }, (_, index) => {
    const past = index + 1 < current || (done && index + 1 === current);
    return element("i", { class: past ? "bead past" : index + 1 === current ? "bead now" : "bead" });
  });
  return element("div", { class: "beads", "aria-hidden": "true" }, ...row);
}
