import { PersonAnswers, type StepAnswers } from "./answers";
import { Bot, botFrom, hurried } from "./bot";
import type { TrainingPlan } from "./contract";
import { checkDevice, type DeviceFinding } from "./device-check";
import { browserRefreshes, CanvasSurface, ElementEcho, Presenter, type Witness } from "./presenter";
import type { AnyRecord } from "./record";
import { CanvasPictures } from "./stage/pictures";
import { Stage } from "./stage/stage";
import { possibleAnswers } from "./tasks";
import { makeKit, type Round } from "./tasks/kit";
import { RoundPlayer } from "./tasks/round-player";
import { hostRounds } from "./timeline";
import { barCodeAtOnsets, drawBarCode } from "./witness";

/*
 * Plays a plan with the real presenter and tasks, without a server. The address says how:
 *   ?plan=plan-en.json  &task=masked-words  &steps=20 (of each round)  &rounds=2  &hz=60 (else the device is checked)
 *   &witness=1 (or onsets)  &echo=0  &visible=1  &wait=2000 (ms)  &bot=1&speed=2&seed=7&hurry=1
 * `window.daybreakBench` holds `records`, `hz`, what the check found, and `state`: "running", "done" or "failed".
 */

interface Bench {
  state: "running" | "done" | "failed";
  error: string;
  hz: number;
  device: DeviceFinding | null;
  visibleOnly: boolean;
  records: AnyRecord[];
}

declare global {
  interface Window {
    daybreakBench: Bench;
  }
}

const TEXTS = { pause: "Pause", help: "Help", right: "Right.", other_key: "It was the other one.", faster: "A little faster." };
const WITNESSES: Record<string, Witness> = { 1: drawBarCode, onsets: barCodeAtOnsets() };
const bench: Bench = { state: "running", error: "", hz: 0, device: null, visibleOnly: false, records: [] };
window.daybreakBench = bench;

async function main(query: URLSearchParams): Promise<void> {
  const plan = (await (await fetch(query.get("plan") ?? "plan-en.json")).json()) as TrainingPlan;
  const witness = WITNESSES[query.get("witness") ?? ""];
  const surfaceOn = (canvas: HTMLCanvasElement) => new CanvasSurface(canvas, plan.appearance.background, witness);
  const stage = new Stage(plan, TEXTS, "#", surfaceOn);
  document.body.append(stage.root);
  const maker = new CanvasPictures(plan.appearance.ink);
  await maker.ready();
  await new Promise((resolve) => setTimeout(resolve, Number(query.get("wait")) || 0));
  bench.visibleOnly = query.get("visible") === "1";
  bench.hz = Number(query.get("hz")) || (await check(plan)).refresh_hz;
  const echo = query.get("echo") === "0" ? null : ElementEcho.where();
  const presenter = new Presenter(stage.surface, browserRefreshes, bench.hz, plan.device.slowest_hz, echo);
  const answers = answersFor(query, stage);
  const between = {
    async before(round: Round): Promise<RoundPlayer> {
      stage.arrange(round);
      stage.fit();
      const { width, height, scale } = stage.surface;
      const kit = await makeKit(plan, round, { maker, width, height, scale, texts: TEXTS, fetchPicture: standIn });
      return new RoundPlayer(round, {
        presenter,
        answers,
        visibleOnly: bench.visibleOnly,
        now: () => performance.now(),
        record: (entry) => bench.records.push(entry),
        ready: () => Promise.resolve(kit),
        left: () => undefined,
        ...(answers instanceof Bot && answers.manner.hurry ? { adapt: hurried } : {}),
      });
    },
    after: () => Promise.resolve(),
  };
  await hostRounds(chosen(plan, query), between).done;
}

/** Checks the device as a session does, and follows its verdict. */
async function check(plan: TrainingPlan): Promise<DeviceFinding> {
  const device = await checkDevice(browserRefreshes, plan.device);
  bench.device = device;
  if (device.verdict === "stop") throw new Error("The device check says stop.");
  bench.visibleOnly ||= device.verdict === "visible-only";
  return device;
}

function answersFor(query: URLSearchParams, stage: Stage): StepAnswers {
  const bot = botFrom(query, true);
  if (bot) return bot;
  const person = new PersonAnswers(possibleAnswers);
  stage.listen(person, new AbortController().signal);
  return person;
}

function chosen(plan: TrainingPlan, query: URLSearchParams): Round[] {
  const task = query.get("task");
  const steps = Number(query.get("steps")) || Infinity;
  const rounds = plan.rounds.filter((round) => task === null || round.task === task);
  return rounds
    .slice(0, Number(query.get("rounds")) || undefined)
    .map((round) => ({ ...round, steps: round.steps.slice(0, steps) }) as Round);
}

/** A grey disc in place of a face, its shade told by the id, so that the page needs no pictures. */
async function standIn(id: string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 320;
  const context = canvas.getContext("2d");
  if (context) {
    const shade = 60 + (parseInt(id.replace(/\W/g, ""), 36) % 120 || 0);
    context.fillStyle = `rgb(${shade} ${shade} ${shade})`;
    context.arc(160, 160, 150, 0, 2 * Math.PI);
    context.fill();
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("No picture."));
    });
  });
}

main(new URLSearchParams(location.search)).then(
  () => {
    bench.state = "done";
  },
  (error: unknown) => {
    bench.state = "failed";
    bench.error = String(error);
  },
);
