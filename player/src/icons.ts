/* Shapes from lucide (https://lucide.dev, ISC licence), the icon set of all pages, as data instead of markup. */
const SHAPES = {
  pause: [
    ["rect", { x: "14", y: "3", width: "5", height: "18", rx: "1" }],
    ["rect", { x: "5", y: "3", width: "5", height: "18", rx: "1" }],
  ],
  help: [
    ["circle", { cx: "12", cy: "12", r: "10" }],
    ["path", { d: "m4.93 4.93 4.24 4.24" }],
    ["path", { d: "m14.83 9.17 4.24-4.24" }],
    ["path", { d: "m14.83 14.83 4.24 4.24" }],
    ["path", { d: "m9.17 14.83-4.24 4.24" }],
    ["circle", { cx: "12", cy: "12", r: "4" }],
  ],
} as const satisfies Record<string, readonly (readonly [string, Readonly<Record<string, string>>])[]>;

const SVG = "http://www.w3.org/2000/svg";

/** A decorative icon in the colour of the text around it. */
export function icon(name: keyof typeof SHAPES): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  for (const [shape, attributes] of SHAPES[name]) {
    const part = document.createElementNS(SVG, shape);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  }
  return svg;
}
