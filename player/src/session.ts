import { PersonAnswers, type StepAnswers } from "./answers";
import { type Bot, hurried } from "./bot";
import type { TrainingPlan } from "./contract";
import { element } from "./dom";
import { fillScreen } from "./interruptions";
import { Play, type Scene } from "./play";
import { beads } from "./screens/beads";
import { example } from "./screens/example";
import type { Sitting } from "./sitting";
import type { PictureMaker } from "./stage/pictures";
import type { Stage } from "./stage/stage";
import { possibleAnswers } from "./tasks";
import { type Kit, makeKit, type Round } from "./tasks/kit";
import { PictureShelf } from "./tasks/picture-shelf";
import { type Playing, RoundPlayer } from "./tasks/round-player";
import { hostRounds } from "./timeline";

/** What a session is played with; all of it can be replaced in tests. */
export interface Equipment extends Scene {
  readonly sitting: Sitting;
  readonly stage: Stage;
  readonly maker: PictureMaker;
  /** Plays in place of a person. */
  readonly bot: Bot | null;
}

/** One sitting of a training session from the device check to the last record. */
export class Session extends Play {
  private readonly plan: TrainingPlan;
  private readonly shelf: PictureShelf;
  private readonly answers: StepAnswers;
  private visibleOnly: boolean;
  /** What the round on stage shows. */
  private ready: Kit | null = null;
  private readonly instructed = new Set<Round["task"]>();
  private afterPractice = false;

  constructor(protected override readonly with_: Equipment) {
    super(with_);
    this.plan = with_.sitting.answer.plan;
    this.visibleOnly = this.plan.visible_only;
    this.shelf = new PictureShelf((id) => with_.sitting.picture(id));
    const person = new PersonAnswers(possibleAnswers);
    this.answers = with_.bot ?? person;
    if (!with_.bot) with_.stage.listen(person, this.ending.signal);
  }

  protected async perform(): Promise<void> {
    const { sitting } = this.with_;
    const row = beads(sitting.answer.sessions, this.plan.session, false);
    const device = await this.check(this.plan.device, sitting.answer.began === "resumed", [row]);
    this.visibleOnly ||= device.verdict === "visible-only";
    const rounds = this.plan.rounds.slice(sitting.answer.first_round);
    const hosted = hostRounds(rounds, {
      before: (round) => this.beforeRound(round),
      after: (round, index) => this.afterRound(round, rounds[index + 1]),
    });
    this.ending.signal.addEventListener("abort", hosted.stop);
    await hosted.done;
    this.ending.signal.removeEventListener("abort", hosted.stop);
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

  protected override release(): void {
    this.ready?.release();
    this.ready = null;
  }

  private kit(round: Round): Promise<Kit> {
    const { maker, texts, stage } = this.with_;
    const { width, height, scale } = stage.surface;
    const fetchPicture = (id: string): Promise<Blob> => this.shelf.get(id);
    return makeKit(this.plan, round, { maker, width, height, scale, texts, fetchPicture });
  }

  /** Moves the progress line over the whole session; steps shown again do not move it back. */
  private advance(round: Round, left: number): void {
    const before = this.plan.rounds.slice(0, this.plan.rounds.indexOf(round));
    const steps = (rounds: readonly Round[]): number => rounds.reduce((sum, each) => sum + each.steps.length, 0);
    const here = Math.max(0, round.steps.length - left);
    this.with_.stage.advance((steps(before) + here) / steps(this.plan.rounds));
  }
}
