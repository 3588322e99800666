import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Bot, type BotManner, ORDINARY } from "../src/bot";
import type { PlayerTexts, StepRecord, TrainingPlan } from "../src/contract";
import type { AnyRecord } from "../src/record";
import { Screens } from "../src/screens/screens";
import type { Outcome } from "../src/play";
import { Session } from "../src/session";
import type { Sitting } from "../src/sitting";
import { Stage } from "../src/stage/stage";
import { type Gaps, labelMaker, RecordingSurface, SimulatedDisplay, steady } from "./display";
import { samplePlan } from "./sample-plan";

/** The English sentences as the server sends them: the key stands for the sentence where wording does not matter. */
export const TEXTS = new Proxy({} as PlayerTexts, {
  get: (_, key) => (key === "rest_progress" ? "{done} of {total}" : String(key)),
});

/** A sitting without a server: keeps the records, and can be taken over or cut off. */
export class MemorySitting implements Sitting {
  readonly lasting = true;
  readonly records: AnyRecord[] = [];
  readonly answer: Sitting["answer"];
  pictures = (id: string): Promise<Blob> => Promise.resolve(new Blob([id]));
  private held: (held: boolean) => void = () => undefined;
  private network: (state: "saved" | "saving" | "offline") => void = () => undefined;

  constructor(
    plan: TrainingPlan,
    firstRound: number,
    private readonly display: SimulatedDisplay,
  ) {
    this.answer = {
      sitting: "one", chain_start: "0".repeat(64), plan, first_round: firstRound, sessions: 8, lease_seconds: 60,
      began: firstRound > 0 ? "resumed" : "fresh", closes_at: "2031-01-01T00:00:00+00:00", padding: "",
    };
  }

  record(entry: AnyRecord): void {
    this.records.push(entry);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  picture(id: string): Promise<Blob> {
    return this.pictures(id);
  }

  onHeld(listener: (held: boolean) => void): void {
    this.held = listener;
  }

  onNetwork(listener: (state: "saved" | "saving" | "offline") => void): void {
    this.network = listener;
    listener("saved");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  now(): number {
    return this.display.now;
  }

  takeOver(): void {
    this.held(false);
  }

  cut(state: "saved" | "offline"): void {
    this.network(state);
  }
}

export interface Casting {
  plan?: TrainingPlan;
  gaps?: Gaps;
  firstRound?: number;
  /** Null for a person. */
  bot?: Partial<BotManner> | null;
}

/** A whole session on a simulated display, with everything a test may want to look at or press. */
export class Theatre {
  readonly plan: TrainingPlan;
  readonly display: SimulatedDisplay;
  readonly sitting: MemorySitting;
  readonly stage: Stage;
  readonly surface: RecordingSurface;
  readonly screens: Screens;
  private readonly session: Session;

  constructor({ plan = quickPlan(), gaps = steady(60), firstRound = 0, bot = {} }: Casting = {}) {
    this.plan = plan;
    this.display = new SimulatedDisplay(gaps);
    this.sitting = new MemorySitting(plan, firstRound, this.display);
    this.surface = new RecordingSurface(this.display);
    this.stage = new Stage(plan, TEXTS, "/help/", () => this.surface);
    this.screens = new Screens(TEXTS, "/help/", bot === null ? null : 1);
    this.stage.root.inert = true;
    document.body.replaceChildren(this.stage.root, this.screens.root);
    this.session = new Session({
      sitting: this.sitting,
      texts: TEXTS,
      screens: this.screens,
      stage: this.stage,
      maker: labelMaker,
      source: this.display,
      bot: bot === null ? null : new Bot({ ...ORDINARY, hurry: true, speed: 4, ...bot }),
    });
  }

  /** Plays to the end; `each` is called after every refresh. */
  play(each: () => void = () => undefined): Promise<Outcome> {
    return this.display.run(this.session.play(), each);
  }

  get steps(): StepRecord[] {
    return this.sitting.records.filter((record) => record.kind === "step");
  }

  /** What happened, apart from the steps. */
  get events(): string[] {
    return this.sitting.records.flatMap((record) => {
      if (record.kind === "step" || record.kind === "trial") return [];
      if (record.kind === "device") return [`device ${record.verdict}`];
      if (record.kind === "end") return [`end ${record.outcome}`];
      return [record.kind === "round" ? `${record.event} ${record.round}` : record.event];
    });
  }

  /** What the screen says, or null while the stage shows. */
  get says(): string | null {
    return this.screens.visible ? (this.screens.root.querySelector("h1")?.textContent ?? "") : null;
  }

  /** What stands on the canvas. */
  get shows(): string[] {
    return this.surface.shows.at(-1)?.labels ?? [];
  }

  /** Clicks the button with this label, if it is there. */
  click(label: string): boolean {
    const buttons = [...this.screens.root.querySelectorAll<HTMLButtonElement>(".screen-actions button")];
    const found = buttons.find((button) => button.textContent === label && !button.disabled);
    found?.click();
    return found !== undefined;
  }

  /** Presses a key now, by the simulated clock. */
  press(key: string): void {
    window.dispatchEvent(this.stamped(new KeyboardEvent("keydown", { key, cancelable: true })));
  }

  /** Gives any event the simulated time. */
  stamped<E extends Event>(event: E): E {
    Object.defineProperty(event, "timeStamp", { value: this.display.now + 1 });
    return event;
  }
}

/** A plan without waiting in rests. */
export function quickPlan(steps = 3): TrainingPlan {
  const plan = samplePlan(steps);
  return { ...plan, rounds: plan.rounds.map((round) => ({ ...round, rest_at_least: { ms: 0 } })) };
}

/** A plan that Python wrote, read by the tests on both sides of the contract. */
export function goldenPlan(name: string): TrainingPlan {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../tests/contract", name), "utf8")) as TrainingPlan;
}
