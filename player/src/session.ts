import { PersonAnswers, type StepAnswers } from "./answers";
import { type Bot, hurried } from "./bot";
import type { MomentRecord, PlayerTexts, TrainingPlan } from "./contract";
import { checkDevice, type DeviceFinding } from "./device-check";
import { element } from "./dom";
import { Gate } from "./gate";
import { fillScreen, leaveFullScreen, watchInterruptions } from "./interruptions";
import { type Echo, Presenter, type RefreshSource } from "./presenter";
import type { AnyRecord } from "./record";
import { beads } from "./screens/beads";
import { deviceView } from "./screens/device";
import { example } from "./screens/example";
import type { Screens } from "./screens/screens";
import type { Sitting } from "./sitting";
import type { PictureMaker } from "./stage/pictures";
import type { Stage } from "./stage/stage";
import { possibleAnswers } from "./tasks";
import { type Kit, makeKit, type Round } from "./tasks/kit";
import { PictureShelf } from "./tasks/picture-shelf";
import { type Playing, RoundPlayer } from "./tasks/round-player";
import { hostRounds } from "./timeline";

/** How a session ended. */
export type Outcome = "completed" | "left" | "taken-over";

/** What a session is played with; all of it can be replaced in tests. */
export interface Equipment {
  readonly sitting: Sitting;
  readonly texts: PlayerTexts;
  readonly screens: Screens;
  readonly stage: Stage;
  readonly maker: PictureMaker;
  readonly source: RefreshSource;
  /** Tells when refreshes reached the screen, where the browser can. */
  readonly echo?: Echo | null;
  /** Plays in place of a person. */
  readonly bot: Bot | null;
}

/** One sitting from the device check to the last record. */
export class Session {
  private readonly plan: TrainingPlan;
  private readonly gate = new Gate();
  private readonly shelf: PictureShelf;
  private readonly ending = new AbortController();
  private readonly answers: StepAnswers;
  private presenter: Presenter | null = null;
  private visibleOnly: boolean;
  private playing = false;
  /** What the round on stage shows. */
  private ready: Kit | null = null;
  private readonly instructed = new Set<Round["task"]>();
  private afterPractice = false;
  private later: MomentRecord["event"][] = [];
  private stop: (outcome: Outcome) => void = () => undefined;

  constructor(private readonly with_: Equipment) {
    this.plan = with_.sitting.answer.plan;
    this.visibleOnly = this.plan.visible_only;
    this.shelf = new PictureShelf((id) => with_.sitting.picture(id));
    const person = new PersonAnswers(possibleAnswers);
    this.answers = with_.bot ?? person;
    if (!with_.bot) with_.stage.listen(person, this.ending.signal);
  }

  /** Plays all that is left of the session. */
  async play(): Promise<Outcome> {
    this.watch();
    try {
      const stopped = new Promise<Outcome>((resolve) => {
        this.stop = resolve;
      });
      const outcome = await Promise.race([this.checkAndPlay(), stopped]);
      if (outcome !== "taken-over") this.record({ kind: "end", outcome, at: this.with_.sitting.now() });
      return outcome;
    } finally {
      // A step on screen is still recorded, but no other begins.
      this.gate.close();
      this.presenter?.spoil();
      this.ending.abort();
      this.release();
      await leaveFullScreen();
    }
  }

  private async checkAndPlay(): Promise<Outcome> {
    const device = await this.check();
    this.visibleOnly ||= device.verdict === "visible-only";
    const { stage, source, echo, sitting } = this.with_;
    this.presenter = new Presenter(stage.surface, source, device.refresh_hz, this.plan.device.slowest_hz, echo);
    const rounds = this.plan.rounds.slice(sitting.answer.first_round);
    const hosted = hostRounds(rounds, {
      before: (round) => this.beforeRound(round),
      after: (round, index) => this.afterRound(round, rounds[index + 1]),
    });
    this.ending.signal.addEventListener("abort", hosted.stop);
    await hosted.done;
    this.ending.signal.removeEventListener("abort", hosted.stop);
    return "completed";
  }

  /** Checks the device until the person begins. */
  private async check(): Promise<DeviceFinding> {
    const { screens, texts, source, sitting } = this.with_;
    for (;;) {
      screens.show({ says: texts.device_checking, busy: true });
      const finding = await checkDevice(source, this.plan.device);
      this.record({ ...finding, at: sitting.now() });
      const view = deviceView(finding, texts, sitting.answer.began === "resumed");
      const row = beads(sitting.answer.sessions, this.plan.session, false);
      if ((await screens.choose({ ...view, more: [...view.more, row] })) === "begin") return finding;
    }
  }

  private async beforeRound(round: Round): Promise<RoundPlayer> {
    const { stage } = this.with_;
    stage.arrange(round);
    stage.fit();
    const early = this.kit(round).catch(() => null);
    await this.introduce(round);
    this.advance(round, round.steps.length);
    this.ready = await early;
    const playing: Playing = {
      presenter: this.readyPresenter(),
      answers: this.answers,
      visibleOnly: this.visibleOnly,
      now: () => this.with_.sitting.now(),
      record: (entry) => { this.record(entry); },
      ready: async () => {
        await this.gate.pass();
        if (stage.fit()) this.release();
        this.ready ??= await this.insist(round);
        this.showStage();
        return this.ready;
      },
      left: (steps) => { this.advance(round, steps); },
      ...(this.with_.bot?.manner.hurry ? { adapt: hurried } : {}),
    };
    return new RoundPlayer(round, playing);
  }

  /** The screen before a round: what the task is, or that the practice is over, or nothing when the rest told it. */
  private async introduce(round: Round): Promise<void> {
    const { screens, texts } = this.with_;
    const actions = [{ key: "ready", label: texts.ready }] as const;
    if (!this.instructed.has(round.task)) {
      const task = this.plan.texts[round.task];
      this.moment("instruction");
      const trying = new AbortController();
      const model = example(this.plan, round, trying.signal);
      const more = [task?.instruction ?? "", model, ...(round.practice ? [texts.practice] : [])];
      await screens.choose({ says: task?.title ?? "", more, actions });
      trying.abort();
    } else if (this.afterPractice && !round.practice) {
      await screens.choose({ says: texts.practice_done, actions });
    }
    this.instructed.add(round.task);
    this.afterPractice = round.practice;
    if (!this.with_.bot) await fillScreen();
  }

  private async afterRound(round: Round, next: Round | undefined): Promise<void> {
    this.hideStage();
    this.release();
    if (round.practice || next === undefined) return;
    const { screens, texts, bot } = this.with_;
    const scored = this.plan.rounds.filter((each) => !each.practice);
    const done = scored.indexOf(round) + 1;
    const progress = texts.rest_progress.replace("{done}", String(done)).replace("{total}", String(scored.length));
    this.moment("rest");
    const choice = await screens.choose({
      says: texts.rest,
      more: [progress, beads(scored.length, done, true), ...this.reminder(next)],
      actions: [
        { key: "on", label: texts.keep_going, after: bot?.manner.hurry ? 0 : round.rest_at_least.ms },
        { key: "leave", label: texts.leave, quiet: true },
      ],
    });
    if (choice === "leave" && (await this.wantsToLeave())) await this.leave();
    else if (choice === "on") this.moment("continue");
  }

  /** The name and the two keys of a task the person knows already; a new one gets a screen of its own. */
  private reminder(round: Round): Node[] {
    if (!this.instructed.has(round.task)) return [];
    const title = element("h2", {}, this.plan.texts[round.task]?.title ?? "");
    const keys = round.task === "faces" ? [] : [example(this.plan, round, this.ending.signal)];
    return [element("div", { class: "reminder" }, title, ...keys)];
  }

  /** Pauses between steps; the step on screen, if any, is shown again later. */
  private async pause(event: "pause" | "hidden"): Promise<void> {
    if (event === "hidden") this.moment("hidden");
    if (!this.playing || this.gate.isClosed) return;
    this.gate.close();
    this.presenter?.spoil();
    this.hideStage();
    if (event === "pause") this.moment("pause");
    const { screens, texts } = this.with_;
    const actions = [
      { key: "resume", label: texts.resume },
      { key: "leave", label: texts.leave, quiet: true },
    ] as const;
    for (;;) {
      const choice = await screens.choose({ says: texts.paused, actions });
      if (this.ending.signal.aborted) return;
      if (choice === "resume") break;
      if (await this.wantsToLeave()) {
        this.stop("left");
        return;
      }
    }
    if (!this.with_.bot) await fillScreen();
    this.moment("continue");
    this.gate.open();
  }

  private async wantsToLeave(): Promise<boolean> {
    const { screens, texts } = this.with_;
    const actions = [
      { key: "stay", label: texts.stay },
      { key: "leave", label: texts.leave, quiet: true },
    ] as const;
    return (await screens.choose({ says: texts.leave_question, more: [texts.leave_safe], actions })) === "leave";
  }

  /** Ends the session; never resolves, so that nothing follows. */
  private leave(): Promise<never> {
    this.stop("left");
    return new Promise(() => undefined);
  }

  /** Prepares a round however often the network fails, with the person's leave. */
  private async insist(round: Round): Promise<Kit> {
    const { screens, texts } = this.with_;
    for (;;) {
      try {
        return await this.kit(round);
      } catch {
        this.hideStage();
        await screens.choose({ says: texts.trouble, actions: [{ key: "again", label: texts.try_again }] });
      }
    }
  }

  private release(): void {
    this.ready?.release();
    this.ready = null;
  }

  private kit(round: Round): Promise<Kit> {
    const { maker, texts, stage } = this.with_;
    const { width, height, scale } = stage.surface;
    const fetchPicture = (id: string): Promise<Blob> => this.shelf.get(id);
    return makeKit(this.plan, round, { maker, width, height, scale, texts, fetchPicture });
  }

  private readyPresenter(): Presenter {
    if (this.presenter === null) throw new Error("The device has not been checked.");
    return this.presenter;
  }

  private showStage(): void {
    if (this.playing) return;
    this.playing = true;
    this.with_.screens.hide();
    this.with_.stage.root.inert = false;
  }

  private hideStage(): void {
    this.playing = false;
    this.with_.stage.root.inert = true;
  }

  /** Moves the progress line over the whole session; steps shown again do not move it back. */
  private advance(round: Round, left: number): void {
    const before = this.plan.rounds.slice(0, this.plan.rounds.indexOf(round));
    const steps = (rounds: readonly Round[]): number => rounds.reduce((sum, each) => sum + each.steps.length, 0);
    const here = Math.max(0, round.steps.length - left);
    this.with_.stage.advance((steps(before) + here) / steps(this.plan.rounds));
  }

  private watch(): void {
    const { sitting, stage, screens, texts } = this.with_;
    const { signal } = this.ending;
    watchInterruptions(
      {
        hidden: () => void this.pause("hidden"),
        shown: () => { this.moment("shown"); },
        pause: () => void this.pause("pause"),
        resized: () => {
          if (this.playing && stage.stale) this.presenter?.spoil();
        },
      },
      signal,
    );
    stage.pause.addEventListener("click", () => void this.pause("pause"), { signal });
    sitting.onHeld((held) => {
      if (!held) this.stop("taken-over");
    });
    let offline = false;
    sitting.onNetwork((state) => {
      screens.say(state === "offline" ? texts.offline : "");
      if (offline !== (state === "offline")) this.moment(offline ? "online" : "offline");
      offline = state === "offline";
    });
  }

  private moment(event: MomentRecord["event"]): void {
    if (this.ending.signal.aborted) return;
    this.later.push(event);
    // Nothing is written while a sequence runs; its own record takes these along.
    if (!this.presenter?.busy) this.recordMoments();
  }

  private recordMoments(): void {
    const { sitting } = this.with_;
    for (const event of this.later.splice(0)) sitting.record({ kind: "moment", event, at: sitting.now() });
  }

  private record(entry: AnyRecord): void {
    this.with_.sitting.record(entry);
    this.recordMoments();
  }
}
