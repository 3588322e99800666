// Charts as SVG elements. Each line has its own colour, marker and dash, and each chart a title and a description.

const SPACE = "http://www.w3.org/2000/svg";
const DASHES = ["", "8 3", "3 2.5", "8 3 2 3", "5 2 1.5 2 1.5 2", "1.5 2.5"];
const GROUPS = 6;
let drawn = 0;

export function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export const groupOf = (place) => `group-${(place % GROUPS) + 1}`;
// Where colours come round again, dashes and markers do not meet them in the same way.
const turn = (place, step) => (place + step * Math.floor(place / GROUPS)) % GROUPS;
const dashOf = (place) => DASHES[turn(place, 1)];

function marker(place, x, y, size = 4.5, full = false) {
  const attributes = { class: full ? "mark full" : "mark" };
  const points = (...corners) => corners.map(([dx, dy]) => `${x + dx * size},${y + dy * size}`).join(" ");
  switch (turn(place, 2)) {
    case 0:
      return element("circle", { ...attributes, cx: x, cy: y, r: size });
    case 1:
      return element("rect", { ...attributes, x: x - size, y: y - size, width: 2 * size, height: 2 * size });
    case 2:
      return element("polygon", { ...attributes, points: points([0, -1.2], [1.1, 0.9], [-1.1, 0.9]) });
    case 3:
      return element("polygon", { ...attributes, points: points([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]) });
    case 4:
      return element("polygon", { ...attributes, points: points([0, 1.2], [1.1, -0.9], [-1.1, -0.9]) });
    default:
      return element("polygon", {
        ...attributes,
        points: points([-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2],
          [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]),
      });
  }
}

/** What a line looks like, for a legend. */
export function sample(place) {
  const svg = element("svg", { viewBox: "0 0 44 14", class: groupOf(place), "aria-hidden": "true" });
  svg.append(curve([[1, 7], [43, 7]], place, 2.5), marker(place, 22, 7, 4.5, true));
  return svg;
}

function curve(points, place, width = 2) {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const attributes = { class: "curve", points: path, "stroke-width": width };
  if (dashOf(place)) attributes["stroke-dasharray"] = dashOf(place);
  return element("polyline", attributes);
}

function frame(width, height, title, description) {
  drawn += 1;
  const svg = element("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-labelledby": `chart-${drawn}-title chart-${drawn}-says`,
  });
  svg.append(
    element("title", { id: `chart-${drawn}-title` }, title),
    element("desc", { id: `chart-${drawn}-says` }, description),
  );
  return svg;
}

function text(x, y, words, attributes = {}) {
  return element("text", { x, y, ...attributes }, words);
}

/** Round steps for an axis from low to high, at most so many. */
export function ticks(low, high, most) {
  const raw = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + 1e-9; at += step) found.push(Number(at.toPrecision(10)));
  return found;
}

/** Power against people: `lines` hold points {n, power, low, high}; the chosen question is drawn with its limits. */
export function powerChart(width, lines, chosen, n, title, description) {
  const height = Math.max(280, Math.min(400, width * 0.55));
  const box = { left: 50, right: width - 14, top: 14, bottom: height - 46 };
  const all = lines.flat().map((point) => point.n);
  const [least, most] = [Math.min(...all, n), Math.max(...all, n)];
  const x = (people) => box.left + 8 + ((people - least) / Math.max(1, most - least)) * (box.right - box.left - 16);
  const y = (power) => box.bottom - power * (box.bottom - box.top);
  const svg = frame(width, height, title, description);
  for (const power of [0, 0.2, 0.4, 0.6, 0.8, 0.9, 1]) {
    svg.append(element("line", { class: "grid", x1: box.left, x2: box.right, y1: y(power), y2: y(power) }));
    svg.append(text(box.left - 8, y(power) + 4, `${Math.round(100 * power)} %`, { "text-anchor": "end" }));
  }
  svg.append(element("line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }));
  for (const people of ticks(least, most, width < 500 ? 4 : 8)) {
    svg.append(element("line", { class: "axis", x1: x(people), x2: x(people), y1: box.bottom, y2: box.bottom + 4 }));
    svg.append(text(x(people), box.bottom + 20, people, { "text-anchor": "middle" }));
  }
  svg.append(text((box.left + box.right) / 2, height - 6, "people over all arms", { "text-anchor": "middle", class: "faint" }));
  svg.append(element("line", { class: "here", x1: x(n), x2: x(n), y1: box.top, y2: box.bottom }));
  const order = lines.map((_, place) => place).sort((one, other) => (one === chosen) - (other === chosen));
  for (const place of order) svg.append(powerLine(lines[place], place, place === chosen, n, x, y));
  return svg;
}

function powerLine(points, place, isChosen, n, x, y) {
  const group = element("g", { class: groupOf(place) });
  if (isChosen) {
    const edge = [...points.map((one) => [x(one.n), y(one.high)]), ...points.toReversed().map((one) => [x(one.n), y(one.low)])];
    group.append(element("polygon", { class: "band", points: edge.map((one) => one.join(",")).join(" ") }));
  }
  group.append(curve(points.map((one) => [x(one.n), y(one.power)]), place, isChosen ? 3 : 1.5));
  for (const one of points) group.append(marker(place, x(one.n), y(one.power), isChosen ? 5 : 3.2, one.n === n));
  return group;
}

function courseFrame(width, height, { visits, outcome, low, high }, title, description) {
  const box = { left: 38, right: width - 12, top: 24, bottom: height - 42 };
  const x = (visit) => box.left + 12 + (visit / (visits.length - 1)) * (box.right - box.left - 24);
  const y = (value) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  const svg = frame(width, height, title, description);
  for (const value of ticks(low, high, 5)) {
    svg.append(element("line", { class: "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }));
    svg.append(text(box.left - 6, y(value) + 4, String(value).replace("-", "−"), { "text-anchor": "end" }));
  }
  svg.append(element("line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }));
  visits.forEach((visit, place) => {
    svg.append(text(x(place), box.bottom + 18, visit, { "text-anchor": "middle" }));
  });
  svg.append(text(2, 12, outcome, { class: "faint" }));
  svg.append(text((box.left + box.right) / 2, height - 6, "planned day", { "text-anchor": "middle", class: "faint" }));
  return { svg, x, y };
}

/** Model means of all arms, with limits; `lines` have an entry an arm: [{place, mean, low, high}]. */
export function meansChart(width, axes, lines, title, description) {
  const { svg, x, y } = courseFrame(width, Math.max(260, Math.min(360, width * 0.45)), axes, title, description);
  lines.forEach((points, arm) => {
    const aside = (arm - (lines.length - 1) / 2) * 7;
    const group = element("g", { class: groupOf(arm) });
    const places = points.map((one) => [x(one.place) + (one.place ? aside : 0), y(one.mean)]);
    group.append(curve(places, arm, 2.5));
    points.forEach((one, at) => {
      const [left] = places[at];
      if (one.low !== null) {
        group.append(element("line", { class: "curve", x1: left, x2: left, y1: y(one.low), y2: y(one.high), "stroke-width": 1.5 }));
      }
      group.append(marker(arm, left, y(one.mean), 4.5, true));
    });
    svg.append(group);
  });
  return svg;
}

/** The people of one arm as thin lines, and the model's mean. */
export function peopleChart(width, axes, people, points, arm, title, description) {
  const { svg, x, y } = courseFrame(width, 240, axes, title, description);
  const group = element("g", { class: groupOf(arm) });
  for (const person of people) {
    const path = person.map((value, place) => (value === null ? null : [x(place), y(value)])).filter((one) => one !== null);
    group.append(element("polyline", { class: "person", points: path.map((one) => one.map((at) => at.toFixed(1)).join(",")).join(" ") }));
  }
  group.append(curve(points.map((one) => [x(one.place), y(one.mean)]), arm, 3));
  for (const one of points) group.append(marker(arm, x(one.place), y(one.mean), 4.5, true));
  svg.append(group);
  return svg;
}
