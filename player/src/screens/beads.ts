import { element } from "../dom";

/** A row of `count` beads up to the `current` one, which may be done. Decoration: words say the same elsewhere. */
export function beads(count: number, current: number, done: boolean): HTMLElement {
  const row = Array.from({ length: count }, (_, index) => {
    const past = index + 1 < current || (done && index + 1 === current);
    return element("i", { class: past ? "bead past" : index + 1 === current ? "bead now" : "bead" });
  });
  return element("div", { class: "beads", "aria-hidden": "true" }, ...row);
}
