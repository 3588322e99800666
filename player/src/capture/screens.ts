import type { PortraitTexts } from "../contract";
import { element } from "../dom";
import { FACE } from "./face";

const SVG = "http://www.w3.org/2000/svg";
/** What a phone's gallery and a desk's file dialogue should offer. */
const ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,image/*";

/** A button of the page; `quiet` for everything but the one thing to do. */
export function button(label: string, act: () => void, kind: "" | "quiet" = ""): HTMLButtonElement {
  const made = element("button", { type: "button", class: `button ${kind}`.trim() }, label);
  made.addEventListener("click", act);
  return made;
}

/** A button that opens the file dialogue. */
export function photoButton(label: string, choose: (file: File) => void, kind: "" | "quiet"): HTMLElement {
  const input = element("input", { type: "file", accept: ACCEPTED, class: "unseen", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) choose(file);
  });
  return element("span", { class: "portrait-photo" }, button(label, () => { input.click(); }, kind), input);
}

/** Buttons one below the other. */
export function actions(...buttons: HTMLElement[]): HTMLElement {
  return element("div", { class: "portrait-actions" }, ...buttons);
}

/** The oval the face belongs in, with its surroundings dimmed; decorative, the hints say it in words. */
export function oval(): SVGSVGElement {
  const { x, y, across, down } = FACE.region;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${FACE.side} ${FACE.side}`);
  svg.setAttribute("class", "portrait-oval");
  svg.setAttribute("aria-hidden", "true");
  const ring = `M${x - across} ${y}a${across} ${down} 0 1 0 ${across * 2} 0a${across} ${down} 0 1 0 ${-across * 2} 0Z`;
  svg.append(path("portrait-dim", `M0 0H${FACE.side}V${FACE.side}H0Z${ring}`), path("portrait-ring", ring));
  return svg;
}

function path(name: string, data: string): SVGPathElement {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("class", name);
  made.setAttribute("d", data);
  made.setAttribute("fill-rule", "evenodd");
  return made;
}

/** The square in which the camera or the finished picture stands. */
export function frame(...children: (HTMLElement | SVGElement)[]): HTMLElement {
  return element("div", { class: "portrait-frame" }, ...children);
}

/** A picture that a screen reader announces as `label`. */
export function labelled<T extends HTMLElement>(picture: T, label: string): T {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  return picture;
}

/** Who can see the picture: said on every screen where one is taken or kept. */
export function promise(texts: PortraitTexts): HTMLElement {
  return element("p", { class: "note" }, texts.who_can_see);
}

/** A sentence about something that went wrong; spoken at once. */
export function problem(sentence: string): HTMLElement {
  return element("p", { class: "note error", role: "alert" }, sentence);
}

/** Shows one screen: its heading takes the focus, so that keyboard and screen reader follow. */
export function show(root: HTMLElement, heading: string, ...parts: HTMLElement[]): void {
  const title = element("h1", { tabindex: "-1" }, heading);
  root.replaceChildren(element("div", { class: "portrait-screen" }, title, ...parts));
  title.focus();
}
