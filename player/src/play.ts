import type { Bot } from "./bot";
import type { DeviceRules, MomentRecord, PlayerTexts } from "./contract";
import { checkDevice, type DeviceFinding } from "./device-check";
import { Gate } from "./gate";
import { fillScreen, leaveFullScreen, watchInterruptions } from "./interruptions";
import { type Echo, Presenter, type RefreshSource, type Surface } from "./presenter";
import type { AnyRecord } from "./record";
import { deviceView } from "./screens/device";
import type { Screens } from "./screens/screens";
import type { Talk } from "./sitting";

/** How a play ended. */
export type Outcome = "completed" | "left" | "taken-over";

/** What every play needs; all of it can be replaced in tests. */
export interface Scene {
  readonly sitting: Talk;
  readonly texts: PlayerTexts;
  readonly screens: Screens;
  readonly stage: PlayStage;
  readonly source: RefreshSource;
  /** Tells when refreshes reached the screen, where the browser can. */
  readonly echo?: Echo | null;
  /** Plays in place of a person. */
  readonly bot: Pick<Bot, "manner"> | null;
}

/** What every stage has. */
export interface PlayStage {
  readonly surface: Surface;
  readonly root: HTMLElement;
  readonly pause: HTMLButtonElement;
  /** Whether what is on stage no longer fits the page. */
  readonly stale: boolean;
}

/** One sitting from the device check to the last record: pauses, leaving and being taken over, the same in all plays. */
export abstract class Play {
  protected readonly gate = new Gate();
  protected readonly ending = new AbortController();
  private presenter: Presenter | null = null;
  private playing = false;
  private later: MomentRecord["event"][] = [];
  private stop: (outcome: Outcome) => void = () => undefined;

  constructor(protected readonly with_: Scene) {}

  /** Plays all that is left. */
  async play(): Promise<Outcome> {
    this.watch();
    try {
      const stopped = new Promise<Outcome>((resolve) => {
        this.stop = resolve;
      });
      const completed = this.perform().then((): Outcome => "completed");
      const outcome = await Promise.race([completed, stopped]);
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

  /** Plays from the device check to the end; nothing of it goes on once `ending` is aborted. */
  protected abstract perform(): Promise<void>;

  /** Frees what the stage shows. */
  protected release(): void {
    // Most stages hold nothing.
  }

  /** Checks the device until the person begins; `more` stands below what was found. */
  protected async check(rules: DeviceRules, resumed: boolean, more: readonly Node[]): Promise<DeviceFinding> {
    const { screens, texts, source, sitting, stage, echo } = this.with_;
    for (;;) {
      screens.show({ says: texts.device_checking, busy: true });
      const finding = await checkDevice(source, rules);
      this.record({ ...finding, at: sitting.now() });
      const view = deviceView(finding, texts, resumed);
      if ((await screens.choose({ ...view, more: [...view.more, ...more] })) !== "begin") continue;
      this.presenter = new Presenter(stage.surface, source, finding.refresh_hz, rules.slowest_hz, echo);
      return finding;
    }
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

  protected async wantsToLeave(): Promise<boolean> {
    const { screens, texts } = this.with_;
    const actions = [
      { key: "stay", label: texts.stay },
      { key: "leave", label: texts.leave, quiet: true },
    ] as const;
    return (await screens.choose({ says: texts.leave_question, more: [texts.leave_safe], actions })) === "leave";
  }

  /** Ends the play; never resolves, so that nothing follows. */
  protected leave(): Promise<never> {
    this.stop("left");
    return new Promise(() => undefined);
  }

  protected readyPresenter(): Presenter {
    if (this.presenter === null) throw new Error("The device has not been checked.");
    return this.presenter;
  }

  protected showStage(): void {
    if (this.playing) return;
    this.playing = true;
    this.with_.screens.hide();
    this.with_.stage.root.inert = false;
  }

  protected hideStage(): void {
    this.playing = false;
    this.with_.stage.root.inert = true;
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

  protected moment(event: MomentRecord["event"]): void {
    if (this.ending.signal.aborted) return;
    this.later.push(event);
    // Nothing is written while a sequence runs; its own record takes these along.
    if (!this.presenter?.busy) this.recordMoments();
  }

  private recordMoments(): void {
    const { sitting } = this.with_;
    for (const event of this.later.splice(0)) sitting.record({ kind: "moment", event, at: sitting.now() });
  }

  protected record(entry: AnyRecord): void {
    this.with_.sitting.record(entry);
    this.recordMoments();
  }
}
