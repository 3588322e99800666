import { element } from "../dom";
import { icon } from "../icons";

/** Help is one tap away during steps too; it opens beside the session, which pauses by itself. */
export function helpLink(label: string, address: string): HTMLAnchorElement {
  const attributes = { class: "stage-help", href: address, target: "_blank", rel: "noopener", "aria-label": label };
  return element("a", attributes, icon("help"));
}
