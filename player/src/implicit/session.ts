import { type BotManner } from "../bot";
import type { ImplicitTexts } from "../contract";
import { element } from "../dom";
import { fillScreen } from "../interruptions";
import { Play, type Scene } from "../play";
import { beads } from "../screens/beads";
import { PersonTrials, TrialBot, type TrialAnswers } from "./answers";
import type { Plan, Round, Side, Step, TestTalk } from "./plan";
import { sideLabel, sideName, type TestStage } from "./stage";
import { playTrial } from "./trial";
import { wordSign } from "./words";

/** A bot in a hurry waits so many ms before a word. */
const HURRIED_PAUSE = 50;

/** What a test is played with; all of it can be replaced in tests. */
export interface TestEquipment extends Scene {
  readonly sitting: TestTalk;
  readonly stage: TestStage;
  readonly words: ImplicitTexts;
  readonly bot: { readonly manner: BotManner } | null;
}

/** One sitting of an implicit association test from the device check to the last record. */
export class TestSession extends Play {
  private readonly plan: Plan;
  private readonly answers: TrialAnswers;

  constructor(protected override readonly with_: TestEquipment) {
    super(with_);
    this.plan = with_.sitting.answer.plan;
    const person = new PersonTrials();
    this.answers = with_.bot ? new TrialBot(with_.bot.manner) : person;
    if (!with_.bot) with_.stage.listen(person, this.ending.signal);
  }

  protected async perform(): Promise<void> {
    const { sitting } = this.with_;
    await this.check(this.plan.device, sitting.answer.began === "resumed", []);
    for (const round of this.plan.rounds.slice(sitting.answer.first_round)) {
      await this.introduce(round);
      await this.playRound(round);
      if (this.ending.signal.aborted) return;
    }
  }

  /** The screen before a round: what belongs where, and what to do. */
  private async introduce(round: Round): Promise<void> {
    const { screens, stage, texts, words } = this.with_;
    const number = this.plan.rounds.indexOf(round) + 1;
    const first = number - 1 === this.with_.sitting.answer.first_round;
    stage.arrange(round);
    this.advance(round, 0);
    this.moment("instruction");
    const part = words.part.replace("{number}", String(number)).replace("{total}", String(this.plan.rounds.length));
    const more = [
      beads(this.plan.rounds.length, number, false),
      this.sides(round),
      ...(this.turned(round) ? [words.turned] : []),
      ...(first ? [words.how, words.cross] : []),
      words.quick,
    ];
    const actions = [
      { key: "ready", label: texts.ready },
      { key: "leave", label: texts.leave, quiet: true },
    ] as const;
    while ((await screens.choose({ says: part, more, actions })) === "leave") {
      if (await this.wantsToLeave()) await this.leave();
    }
    this.moment("continue");
    if (!this.with_.bot) await fillScreen();
  }

  /** What belongs to each side, as on the stage, and as one sentence for who hears the page. */
  private sides(round: Round): HTMLElement {
    const { words } = this.with_;
    const side = (name: "left" | "right"): HTMLElement =>
      element("p", { class: "iat-label", "data-side": name }, ...sideLabel(this.plan, round, name, words.either));
    const said = words.sides
      .replace("{left}", sideName(this.plan, round, "left", words.either))
      .replace("{right}", sideName(this.plan, round, "right", words.either));
    const seen = element("div", { class: "iat-labels", "aria-hidden": "true" }, side("left"), side("right"));
    return element("div", { class: "iat-sides" }, seen, element("p", { class: "unseen" }, said));
  }

  /** Whether a category stands on another side than in the round before. */
  private turned(round: Round): boolean {
    const before = this.plan.rounds[this.plan.rounds.indexOf(round) - 1];
    if (!before) return false;
    const sides: readonly Side[] = ["left", "right"];
    return sides.some((side) => round[side].some((key) => before[side === "left" ? "right" : "left"].includes(key)));
  }

  private async playRound(round: Round): Promise<void> {
    const { sitting } = this.with_;
    this.record({ kind: "round", event: "start", round: round.id, at: sitting.now() });
    for (const [index, step] of round.steps.entries()) {
      await this.playStep(round, step);
      this.advance(round, index + 1);
    }
    this.record({ kind: "round", event: "end", round: round.id, at: sitting.now() });
    this.hideStage();
    this.with_.stage.surface.show([]);
  }

  /** Plays a step until it came to its end; one that was broken off by a pause comes again. */
  private async playStep(round: Round, step: Step): Promise<void> {
    const { sitting, bot } = this.with_;
    const pause = bot?.manner.hurry ? { ms: HURRIED_PAUSE } : this.plan.pause;
    const word = wordSign(step.word, this.plan.categories[step.category]?.kind ?? "target");
    const mixed = round.left.length > 1;
    for (let attempt = 1; ; attempt += 1) {
      await this.gate.pass();
      this.showStage();
      const kit = { presenter: this.readyPresenter(), answers: this.answers, pause, mixed };
      const finding = await playTrial(step, word, attempt, kit);
      this.record({ ...finding, at: sitting.now() });
      if (finding.status !== "hidden") return;
    }
  }

  private advance(round: Round, done: number): void {
    const steps = (rounds: readonly Round[]): number => rounds.reduce((sum, each) => sum + each.steps.length, 0);
    const before = steps(this.plan.rounds.slice(0, this.plan.rounds.indexOf(round)));
    this.with_.stage.advance((before + done) / steps(this.plan.rounds));
  }
}
