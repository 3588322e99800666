import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Sitting } from "../../src/sitting";
import { Browser, names, type Page, seeded, step, until } from "./browser";
import { ContractServer, type Fault } from "./server";

const QUICK: Fault[] = ["lost-request", "lost-answer", "error", "busy", "portal", "unsaid"];
/** The late answer costs a whole time limit, so it is rarer than the others. */
const FAULTS: Fault[] = [...QUICK, ...QUICK, ...QUICK, "late"];
const RUNS = 200;
const STEPS = 40;

/** One person playing on a bad day: what was recorded, by sitting, and what the server ended up with. */
class BadDay {
  readonly recorded = new Map<string, string[]>();
  crashes = 0;
  private page: Page;
  private sitting: Sitting | undefined;

  constructor(
    private readonly server: ContractServer,
    private readonly browser: Browser,
    private readonly chance: () => number,
  ) {
    this.page = browser.page();
  }

  async play(): Promise<void> {
    for (let number = 1; number <= STEPS; number += 1) {
      this.sitting ??= await this.reopen();
      this.recordStep(this.sitting, `step-${number}`);
      if (number % 10 === 0) this.sitting.record({ at: 0, kind: "round", event: "end", round: "r" });
      if (this.chance() < 0.5) await new Promise((resolve) => setTimeout(resolve, this.chance() * 3));
      if (this.chance() < 0.08) await this.mishap();
    }
  }

  async end(): Promise<void> {
    this.server.fault = () => null;
    this.page.online = true;
    this.sitting ??= await this.reopen();
    await this.sitting.flush();
    await until(async () => (await this.browser.chunksKept()).length === 0);
    this.page.crash();
  }

  private recordStep(sitting: Sitting, name: string): void {
    sitting.record(step(name));
    const before = this.recorded.get(sitting.answer.sitting) ?? [];
    this.recorded.set(sitting.answer.sitting, [...before, name]);
  }

  private async mishap(): Promise<void> {
    const kind = Math.floor(this.chance() * 4);
    if (kind === 0) this.page.online = !this.page.online;
    if (kind === 1) await this.sitting?.close();
    if (kind === 2) this.page.window.dispatchEvent(new Event("pagehide"));
    if (kind === 0) return;
    this.page.crash();
    this.crashes += 1;
    this.sitting = undefined;
  }

  private async reopen(): Promise<Sitting> {
    for (;;) {
      this.page = this.browser.page();
      // A sitting whose opening answer was lost still holds the session; a person would press "Go on here".
      const opened = await this.page.open(this.server.api, 1, true).catch(() => null);
      if (opened) return opened;
      this.page.crash();
    }
  }
}

describe("at-least-once delivery and a server that takes each chunk once", () => {
  const server = new ContractServer();
  beforeAll(() => server.start());
  afterAll(() => server.kill());

  test.each(Array.from({ length: RUNS / 20 }, (_, index) => index))(
    "keep every recorded step exactly once and in order, whatever fails (schedules %i of ten)",
    async (batch) => {
      let crashes = 0;
      for (let seed = batch * 20; seed < batch * 20 + 20; seed += 1) {
        const chance = seeded(seed);
        const often = chance() * 0.5;
        server.person = `person-${seed}`;
        server.fault = () => (chance() < often ? (FAULTS[Math.floor(chance() * FAULTS.length)] ?? null) : null);
        const day = new BadDay(server, new Browser(chance), chance);
        await day.play();
        await day.end();
        crashes += day.crashes;
        for (const [sitting, steps] of day.recorded) {
          const stored = names(server.records(sitting)).filter((name) => name !== "round");
          expect(stored, `seed ${seed}, ${sitting}`).toEqual(steps);
        }
      }
      expect(crashes).toBeGreaterThan(10);
    },
    120_000,
  );
});
