// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";

import type { Round } from "../src/tasks/kit";
import { open, steady } from "./display";
import { goldenPlan, quickPlan, Theatre } from "./theatre";

const ids = (rounds: readonly Round[]): string[] => rounds.flatMap((round) => round.steps.map(({ id }) => id));

/** Plays as a person: takes the first button of each screen and gives `answer` whenever something is to be answered. */
function playing(theatre: Theatre, answer: () => void): () => void {
  return () => {
    const first = theatre.screens.root.querySelector<HTMLButtonElement>(".screen-actions button");
    if (theatre.screens.visible) first?.click();
    else answer();
  };
}

describe("a session", () => {
  it("is played to its end by a bot, every step once, between its borders", async () => {
    const theatre = new Theatre();
    expect(await theatre.play()).toBe("completed");
    expect(theatre.steps.map(({ step }) => step)).toEqual(ids(theatre.plan.rounds));
    expect(theatre.steps.every(({ status, input }) => status === "ok" && input === "bot")).toBe(true);
    expect(theatre.events).toEqual([
      "device ok",
      "instruction", "start round-1", "end round-1", "rest", "continue",
      "instruction", "start round-2", "end round-2", "rest", "continue",
      "instruction", "start round-3", "end round-3",
      "end completed",
    ]);
  });

  it("plays the plan that the server's tests read", async () => {
    const plan = goldenPlan("plan-en.json");
    const theatre = new Theatre({ plan });
    expect(await theatre.play()).toBe("completed");
    expect(theatre.steps.map(({ step }) => step)).toEqual(ids(plan.rounds));
    expect(theatre.steps.every(({ status }) => status === "ok")).toBe(true);
  });

  it("frees the pictures of every round", async () => {
    open.clear();
    await new Theatre().play();
    expect(open.size).toBe(0);
  });

  it("shows planned refreshes on the measured display", async () => {
    const theatre = new Theatre({ gaps: steady(144) });
    await theatre.play();
    const masked = theatre.steps.filter(({ step }) => step.startsWith("masked"));
    expect(masked.every(({ shown }) => shown["cue"] === 2 && shown["trait"] === 2)).toBe(true);
    expect(masked.every(({ refresh_hz }) => Math.abs(refresh_hz - 144) < 0.1)).toBe(true);
  });

  it("shows words visibly only on a display that saves power", async () => {
    const theatre = new Theatre({ gaps: steady(30) });
    await theatre.play();
    expect(theatre.events[0]).toBe("device visible-only");
    const masked = theatre.steps.filter(({ step }) => step.startsWith("masked"));
    expect(masked.map(({ shown }) => Object.keys(shown).includes("mask"))).toEqual([false, false, false]);
    expect(masked.every(({ shown, status }) => shown["cue"] === 9 && status === "ok")).toBe(true);
  });

  it("resumes at a round border and says so", async () => {
    const theatre = new Theatre({ firstRound: 1, bot: null });
    const said = new Set<string | null>();
    const each = playing(theatre, () => { theatre.press("f"); theatre.press("1"); });
    await theatre.play(() => { said.add(theatre.says); each(); });
    expect(said.has("welcome_back")).toBe(true);
    expect([...new Set(theatre.steps.map(({ step }) => step))]).toEqual(ids(theatre.plan.rounds.slice(1)));
  });

  it("shows failed exposures again at the end of their round", async () => {
    let hiccup = 0;
    const theatre = new Theatre({ gaps: () => (hiccup-- === 1 ? 60 : 1000 / 60) });
    let done = false;
    await theatre.play(() => {
      if (!done && theatre.shows.includes("I")) {
        hiccup = 1;
        done = true;
      }
    });
    const masked = theatre.steps.filter(({ step }) => step.startsWith("masked"));
    expect(masked.map(({ step, status, attempt }) => [step, status, attempt])).toEqual([
      ["masked-0", "long", 1],
      ["masked-1", "ok", 1],
      ["masked-2", "ok", 1],
      ["masked-0", "ok", 2],
    ]);
  });

  it("practises first, says when it is over, and repeats nothing of it", async () => {
    const plan = quickPlan();
    const first = plan.rounds[0];
    if (!first) throw new Error("No round.");
    const steps = first.steps.map((step) => ({ ...step, id: `practice-${step.id}`, exposure: false }));
    const practice = { ...first, id: "practice", practice: true, steps } as Round;
    const theatre = new Theatre({ plan: { ...plan, rounds: [practice, ...plan.rounds] } });
    const said: (string | null)[] = [];
    await theatre.play(() => { if (said.at(-1) !== theatre.says) said.push(theatre.says); });
    expect(said.filter((each) => each !== null)).toContain("practice_done");
    expect(theatre.events.slice(0, 5)).toEqual(["device ok", "instruction", "start practice", "end practice", "start round-1"]);
    expect(theatre.surface.shows.some(({ labels }) => labels.includes("right"))).toBe(true);
  });
});

describe("a person", () => {
  it("answers by the plan's keys, by arrows and in the grid, and is told the same for wrong and late answers", async () => {
    const theatre = new Theatre({ bot: null });
    const targets = new Set(["table", "drilf", "kind"]);
    const each = playing(theatre, () => {
      const shown = theatre.shows.at(-1) ?? "";
      if (targets.has(shown)) theatre.press(shown === "drilf" ? "ArrowRight" : "f");
      if (shown === "Robin") theatre.press("1");
      if (shown === "face-2") theatre.press("4");
    });
    expect(await theatre.play(each)).toBe("completed");
    const answers = theatre.steps.map(({ step, answer, correct, input }) => [step, answer, correct, input]);
    expect(answers.slice(0, 2)).toEqual([["masked-0", "left", true, "key"], ["masked-1", "right", true, "key"]]);
    expect(answers.slice(-3)).toEqual([
      ["faces-0", "0", true, "key"],
      ["faces-1", "3", false, "key"],
      ["faces-2", "0", false, "key"],
    ]);
    expect(theatre.surface.shows.some(({ labels }) => labels.includes("other_key"))).toBe(true);
  });

  it("taps the large buttons and the fields", async () => {
    const theatre = new Theatre({ bot: null });
    const tap = (selector: string, pointerType: string): void => {
      const event = new Event("pointerdown", { bubbles: true });
      theatre.stage.root.querySelector(selector)?.dispatchEvent(theatre.stamped(Object.assign(event, { isPrimary: true, button: 0, pointerType })));
    };
    const each = playing(theatre, () => {
      tap('[data-side="left"]', "touch");
      tap(".stage-cell", "mouse");
    });
    await theatre.play(each);
    expect(new Set(theatre.steps.filter(({ answer }) => answer !== null).map(({ answer, input }) => `${answer ?? ""} ${input ?? ""}`))).toEqual(new Set(["left touch", "0 mouse"]));
  });

  it("who does not answer is asked to be faster and goes on", async () => {
    const theatre = new Theatre({ bot: null, plan: quickPlan(1) });
    await theatre.play(playing(theatre, () => undefined));
    expect(theatre.steps.map(({ late, answer, correct, rt_ms }) => [late, answer, correct, rt_ms])).toEqual(
      Array.from({ length: 3 }, () => [true, null, null, null]),
    );
    expect(theatre.surface.shows.filter(({ labels }) => labels.includes("faster"))).toHaveLength(3);
  });

  it("walks the grid by arrow keys", () => {
    const theatre = new Theatre();
    const faces = theatre.plan.rounds[2];
    if (faces) theatre.stage.arrange(faces);
    const stop = new AbortController();
    theatre.stage.listen({ give: () => undefined } as never, stop.signal);
    theatre.stage.root.inert = false;
    const focused: (string | null)[] = [];
    for (const key of ["ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]) {
      theatre.press(key);
      focused.push(document.activeElement?.getAttribute("aria-label") ?? null);
    }
    expect(focused).toEqual(["1", "2", "4", "3", "1"]);
    stop.abort();
  });
});

describe("pausing", () => {
  it("breaks the step off, shows it again later, and goes on", async () => {
    const theatre = new Theatre({ bot: { hurry: false, speed: 1 } });
    let pressed = false;
    await theatre.play(() => {
      if (pressed || !theatre.shows.includes("table")) return;
      pressed = true;
      theatre.press("Escape");
    });
    const first = theatre.steps.filter(({ step }) => step === "masked-0");
    expect(first.map(({ status, attempt, answer }) => [status, attempt, answer === null])).toEqual([
      ["hidden", 1, true],
      ["ok", 2, false],
    ]);
    expect(theatre.events).toContain("pause");
  });

  it("happens by itself when the page is hidden", async () => {
    const theatre = new Theatre();
    const state = vi.spyOn(document, "visibilityState", "get");
    let hidden = false;
    await theatre.play(() => {
      if (hidden || !theatre.shows.includes("drilf")) return;
      hidden = true;
      state.mockReturnValue("hidden");
      document.dispatchEvent(new Event("visibilitychange"));
      state.mockReturnValue("visible");
      document.dispatchEvent(new Event("visibilitychange"));
    });
    state.mockRestore();
    expect(theatre.steps.filter(({ status }) => status === "hidden")).toHaveLength(1);
    expect(theatre.events.filter((event) => event === "hidden")).toHaveLength(1);
  });

  it("may end in leaving, after a question, with an end on record", async () => {
    const theatre = new Theatre({ bot: null });
    const outcome = await theatre.play(() => {
      if (theatre.says === null) theatre.press("Escape");
      else if (!theatre.click("begin") && !theatre.click("ready")) theatre.click("leave");
    });
    expect(outcome).toBe("left");
    expect(theatre.events.slice(-2)).toEqual(["pause", "end left"]);
  });

  it("does not lose a person who decides to stay", async () => {
    const theatre = new Theatre({ bot: null, plan: quickPlan(1) });
    const path: (string | null)[] = [];
    const outcome = await theatre.play(() => {
      path.push(theatre.says);
      if (theatre.says === "paused") theatre.click(path.includes("leave_question") ? "resume" : "leave");
      else if (theatre.says === null && !path.includes("paused")) theatre.press("Escape");
      else theatre.screens.root.querySelector<HTMLButtonElement>(".screen-actions button")?.click();
    });
    expect(outcome).toBe("completed");
    expect(path).toContain("leave_question");
  });
});

describe("around a session", () => {
  it("a take-over stops it at once, without an end on record", async () => {
    const theatre = new Theatre();
    const outcome = await theatre.play(() => {
      if (theatre.steps.length === 2 && theatre.shows.includes("I")) theatre.sitting.takeOver();
    });
    expect(outcome).toBe("taken-over");
    expect(theatre.steps.at(-1)?.status).toBe("hidden");
    expect(theatre.events.at(-1)).toBe("start round-1");
  });

  it("a lost network is told on screens and kept on record, and play goes on", async () => {
    const theatre = new Theatre();
    const notes = new Set<string>();
    await theatre.play(() => {
      if (theatre.steps.length === 1) theatre.sitting.cut("offline");
      if (theatre.steps.length === 5) theatre.sitting.cut("saved");
      notes.add(theatre.screens.root.querySelector("[role=status]")?.textContent ?? "");
    });
    expect(notes).toEqual(new Set(["", "offline"]));
    expect(theatre.events.filter((event) => event.endsWith("line"))).toEqual(["offline", "online"]);
  });

  it("pictures that do not come are asked for again with the person's leave", async () => {
    const theatre = new Theatre();
    let failures = 3;
    theatre.sitting.pictures = (id) => (failures-- > 0 ? Promise.reject(new Error("away")) : Promise.resolve(new Blob([id])));
    const said = new Set<string | null>();
    expect(await theatre.play(() => said.add(theatre.says))).toBe("completed");
    expect(said.has("trouble")).toBe(true);
    expect(theatre.steps.filter(({ step }) => step.startsWith("faces"))).toHaveLength(3);
  });

  it("a page that changes its size breaks the step off and draws everything anew", async () => {
    const theatre = new Theatre();
    let turned = false;
    await theatre.play(() => {
      if (turned || !theatre.shows.includes("I")) return;
      turned = true;
      theatre.surface.stale = true;
      window.dispatchEvent(new Event("resize"));
    });
    expect(theatre.steps.filter(({ step }) => step === "masked-0").map(({ status }) => status)).toEqual(["hidden", "ok"]);
    expect(theatre.surface.stale).toBe(false);
  });

  it("nothing is written in the middle of a step; what happened then follows its record", async () => {
    const theatre = new Theatre();
    let before = -1;
    await theatre.play(() => {
      if (before >= 0 || !theatre.shows.includes("I")) return;
      before = theatre.sitting.records.length;
      theatre.sitting.cut("offline");
      expect(theatre.sitting.records).toHaveLength(before);
    });
    expect(theatre.sitting.records.slice(before, before + 2)).toMatchObject([
      { kind: "step", step: "masked-0" },
      { kind: "moment", event: "offline" },
    ]);
  });
});
