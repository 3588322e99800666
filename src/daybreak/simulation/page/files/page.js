// Asks the server for power and an example whenever a figure changes; the newest question wins.

import { Controls } from "./controls.js";
import { meansChart, peopleChart, powerChart, sample } from "./charts.js";
import { inHundred, listed, number, percent, pValue, whole } from "./words.js";

const byId = (id) => document.getElementById(id);
const SPANNED = 3; // the chosen number of people and the outermost two: enough for a first curve
const PAUSE = { moved: 40, typed: 300 }; // milliseconds in which several moves, or digits, count as one
const page = { study: null, controls: null, points: new Map(), asked: null, example: null, running: false, finished: false };
const FREEDOM = {
  satterthwaite: "Satterthwaite", "kenward-roger": "Kenward and Roger", "kenward-roger-linear": "Kenward and Roger (linear)",
};
let stop = new AbortController();
let timer = 0;

async function ask(path, wish, signal) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish), signal,
  });
  if (answer.ok) return answer;
  throw Object.assign(new Error("refused"), await answer.json());
}

/** Ask anew after a short pause, unless only the question changed, which is all known. */
function changed(how = "moved") {
  clearTimeout(timer);
  timer = setTimeout(() => (JSON.stringify(page.controls.wish) === page.asked ? drawAll() : restart()), PAUSE[how]);
}

async function restart() {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  const wish = page.controls.wish;
  page.asked = JSON.stringify(wish);
  page.finished = false;
  page.running = true;
  keep();
  for (const id of ["sentence", "status", "power-chart"]) byId(id).classList.add("stale");
  byId("kept").textContent = "";
  byId("methods").hidden = true;
  await Promise.all([power(wish, signal).catch((error) => refused(error, signal)), example(wish, signal)]);
}

function refused(error, signal) {
  if (signal.aborted) return;
  const sentence = error.sentence ?? "The server does not answer. Start daybreak design again.";
  const beside = page.controls.complain(error.where ?? "", sentence);
  byId("trouble").textContent = beside
    ? `${page.answer ? "This is the answer to the figures before" : "There is no answer"}: see what is said beside the field.`
    : sentence;
  byId("trouble").hidden = false;
  page.running = false;
  for (const id of ["sentence", "status", "power-chart", "example-means"]) byId(id).classList.remove("stale");
  if (page.answer) return say();
  byId("sentence").textContent = "Nothing is known yet of this design.";
  byId("status").textContent = "";
  byId("progress").hidden = true;
}

async function power(wish, signal) {
  const answer = await ask("power", wish, signal);
  const points = new Map();
  let numbers = [];
  for await (const told of lines(answer.body)) {
    if (signal.aborted) return;
    if (told.design) {
      page.controls.complain("", "");
      byId("trouble").hidden = true;
      page.controls.tell(told.design);
      numbers = told.numbers;
    } else if (told.waiting) {
      byId("status").textContent = "Getting ready: the first time, compiling takes half a minute or more.";
    } else if (told.sentence) {
      throw Object.assign(new Error("refused"), told);
    } else {
      points.set(told.n, told);
      page.finished = told.finished && told.n === wish.n;
      page.running = !page.finished;
      page.wish = wish;
      page.answer = points.get(wish.n);
      if (points.size < Math.min(SPANNED, numbers.length)) say(); // the old curve, dimmed, until the new one spans as much
      else {
        page.points = points;
        byId("power-chart").classList.remove("stale");
        draw();
      }
    }
  }
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

async function example(wish, signal) {
  byId("example-means").classList.add("stale");
  try {
    page.example = await (await ask("example", wish, signal)).json();
    drawExample();
  } catch (error) {
    if (signal.aborted || document.querySelector(`[data-figure="${error.where}"]`)) return; // said beside the control
    byId("example-says").textContent = error.sentence ?? "There is no answer.";
  }
  byId("example-means").classList.remove("stale");
}

function draw() {
  if (!page.points.size) return;
  say();
  drawPower();
  keep();
}

function drawAll() {
  draw();
  if (page.example) drawExample();
}

/** The answer in words. */
function say() {
  const { study, controls, wish } = page;
  const point = page.answer;
  for (const id of ["sentence", "status"]) byId(id).classList.remove("stale");
  const row = point.rows[controls.state.question];
  const { one, other, at } = study.questions[controls.state.question];
  const nothing = Math.abs(row.truth ?? 0) < 1e-9;
  const strong = Object.assign(document.createElement("strong"), { textContent: `${inHundred(row.power)} in 100` });
  const rest = nothing
    ? ` such studies would claim a difference between ${one} and ${other} (${at}), where none is assumed.`
    : ` such studies would find a difference between ${one} and ${other} (${at}).`;
  const said = [`With ${whole(wish.n)} people, `, strong, rest];
  const words = said.map((part) => part.textContent ?? part).join("");
  if (byId("sentence").textContent !== words) byId("sentence").replaceChildren(...said); // else it would be read out again
  const lost = Math.round(point.trials * (1 - row.converged));
  byId("status").textContent =
    `${percent(row.power)} (${percent(row.low)} to ${percent(row.high)}) in ${whole(point.trials)} simulated studies` +
    `${lost ? `, ${whole(lost)} of them without a fit` : ""}${page.running ? ", more under way" : ""}. ` +
    `Assumed difference ${number(row.truth, 2)}.`;
  byId("progress").value = page.finished ? 1 : point.trials / study.full;
  byId("progress").hidden = !page.running;
}

function drawPower() {
  const { study, controls, wish } = page;
  const chosen = controls.state.question;
  const points = [...page.points.values()].sort((one, other) => one.n - other.n);
  const curves = study.questions.map((_, place) => points.map((one) => ({ n: one.n, ...one.rows[place] })));
  const label = study.questions[chosen].label;
  const says = `${label}: ${listed(curves[chosen].map((one) => `${percent(one.power)} with ${one.n} people`))}. The table below has all numbers.`;
  const place = byId("power-chart");
  place.replaceChildren(powerChart(place.clientWidth, curves, chosen, wish.n, "Power against the number of people", says));
  byId("power-legend").replaceChildren(...study.questions.map((one, at) => legend(at, one.label, at === chosen)));
  const head = ["people", "simulated", ...study.questions.map((one) => one.label)];
  byId("power-table").replaceChildren(
    ...table("Power with its 95 % limits for the chance in simulating", head,
      points.map((one) => [whole(one.n), whole(one.trials), ...one.rows.map((row) => `${percent(row.power)} (${percent(row.low)} to ${percent(row.high)})`)])),
  );
}

function legend(place, words, isChosen) {
  const item = document.createElement("li");
  item.className = isChosen ? "chosen" : "";
  item.append(sample(place), isChosen ? `${words} (with its limits)` : words);
  return item;
}

function table(caption, head, rows) {
  const title = Object.assign(document.createElement("caption"), { textContent: caption });
  const top = document.createElement("tr");
  for (const words of head) top.append(Object.assign(document.createElement("th"), { scope: "col", textContent: words }));
  const body = rows.map((cells) => {
    const row = document.createElement("tr");
    cells.forEach((words, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (!place) cell.scope = "row";
      cell.textContent = words;
      row.append(cell);
    });
    return row;
  });
  return [title, top, ...body];
}

function drawExample() {
  const { study, example: told, controls } = page;
  const answer = told.answers[controls.state.question];
  const { label } = study.questions[controls.state.question];
  const people = listed(told.arms.map((arm) => `${arm.arm} ${arm.n}`));
  byId("example-says").textContent = answer.estimate === null
    ? `Study ${told.number + 1} (${people}) cannot tell the difference: ${label}.`
    : `Study ${told.number + 1} (${people}) estimates ${number(answer.estimate)} (limits ${number(answer.low)} to ` +
      `${number(answer.high)}, ${pValue(answer.p)}) for ${label}: ${answer.found ? "found" : "not found"}.`;
  const visits = study.days.map((day) => String(day));
  const courses = told.arms.map((arm) => [
    { place: 0, mean: told.baseline, low: null, high: null },
    ...told.means.filter((one) => one.arm === arm.arm && one.mean !== null).map((one) => ({ ...one, place: told.visits.indexOf(one.visit) })),
  ]);
  drawMeans(visits, told, courses);
  drawPeople(visits, told, courses);
  byId("example-legend").replaceChildren(...told.arms.map((arm, place) => legend(place, arm.arm, false)));
  const head = ["arm", ...study.visits.slice(1)];
  const rows = told.arms.map((arm) => [arm.arm, ...told.visits.slice(1).map((visit) => {
    const one = told.means.find((mean) => mean.arm === arm.arm && mean.visit === visit);
    return one && one.mean !== null ? `${number(one.mean)} (${number(one.low)} to ${number(one.high)})` : "";
  })]);
  byId("example-table").replaceChildren(...table(`Model means of ${study.outcome} with 95 % limits`, head, rows));
}

function drawMeans(visits, told, courses) {
  const all = courses.flat().flatMap((one) => [one.mean, one.low ?? one.mean, one.high ?? one.mean]);
  const room = 0.06 * (Math.max(...all) - Math.min(...all)) || 1;
  const says = listed(told.arms.map((arm, place) => `${arm.arm} ends at ${number(courses[place].at(-1).mean)}`));
  const place = byId("example-means");
  const axes = { visits, outcome: page.study.outcome, low: Math.min(...all) - room, high: Math.max(...all) + room };
  place.replaceChildren(meansChart(place.clientWidth, axes, courses,
    `Model means of ${page.study.outcome} with 95 % limits`, `${says}. The table below has all means.`));
}

function drawPeople(visits, told, courses) {
  const values = told.arms.flatMap((arm) => arm.people.flat()).filter((value) => value !== null);
  const [low, high] = page.study.scale ?? [Math.min(...values), Math.max(...values)];
  const axes = { visits, outcome: page.study.outcome, low, high };
  const panels = told.arms.map(() => document.createElement("div"));
  byId("example-people").replaceChildren(...panels);
  told.arms.forEach((arm, place) => {
    const title = Object.assign(document.createElement("h3"), { textContent: `${arm.arm} (${arm.n})` });
    const lost = arm.n - arm.seen.at(-1);
    panels[place].append(title, peopleChart(panels[place].clientWidth, axes, arm.people, courses[place], place,
      `People of ${arm.arm}`, `Each thin line is a person's ${page.study.outcome}, the thick one the model's mean. ${lost} of ${arm.n} are not seen at the last visit.`));
  });
  const most = Math.max(...told.arms.map((arm) => arm.n));
  const shown = Math.max(...told.arms.map((arm) => arm.people.length));
  byId("example-note").textContent =
    `${page.study.outcome} of made-up people. Each thin line is a person, the thick one the model’s mean. Visits stand evenly apart, whatever days lie between.` +
    ` ${whole(told.seen)} of ${whole(told.planned)} values after the baseline were seen.` +
    `${most > shown ? ` Of an arm ${shown} people are drawn.` : ""} ${told.warnings.join(" ")}`;
}

/** The methods paragraph needs a finished run. */
function keep() {
  byId("copy").setAttribute("aria-disabled", String(!page.finished));
}

async function save() {
  try {
    const text = await (await ask("save", page.controls.wish)).text();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    link.download = page.study.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    byId("kept").textContent = `Saved as ${page.study.name} among your downloads, with the figures above.`;
  } catch (error) {
    byId("kept").textContent = error.sentence ?? "The server does not answer.";
  }
}

async function copy() {
  if (!page.finished) {
    byId("kept").textContent = `The paragraph can be copied once all ${whole(page.study.full)} studies are simulated.`;
    return;
  }
  try {
    const asked = { wish: page.controls.wish, question: page.controls.state.question };
    const { text } = await (await ask("methods", asked)).json();
    byId("methods").textContent = text;
    byId("methods").hidden = false;
    await navigator.clipboard.writeText(text);
    byId("kept").textContent = "Copied.";
  } catch (error) {
    byId("kept").textContent = error.sentence ?? "Not copied: select the paragraph and copy it yourself.";
  }
}

async function begin() {
  const study = await (await fetch("study")).json();
  page.study = study;
  document.title = `${study.title}: design`;
  byId("title").textContent = study.title;
  const planned = study.planned_df === study.df ? "" : ` (the file plans ${FREEDOM[study.planned_df] ?? study.planned_df})`;
  byId("about").textContent =
    `${study.name}, ${study.outcome}: ${study.formula}. Degrees of freedom by ${FREEDOM[study.df]}${planned}` +
    `${study.adjust === "none" ? "" : `, p values adjusted by ${study.adjust}`}.${study.looks ? " Without the file’s interim looks." : ""} Seed ${study.seed}, daybreak ${study.version}.`;
  page.controls = new Controls(study, changed);
  byId("another").addEventListener("click", () => page.controls.set({ study: page.controls.state.study + 1 }));
  byId("save").addEventListener("click", save);
  byId("copy").addEventListener("click", copy);
  addEventListener("resize", drawAll);
  await restart();
}

begin().catch(() => {
  byId("sentence").textContent = "The server does not answer. Start daybreak design again.";
});
