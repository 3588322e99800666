import type { Echo } from "./echo";
import { recordable, refreshRuns, shownRefreshes } from "./log";
import { followedRate } from "./refreshes";
import type { Answer, AnswerSource, Phase, Sequence } from "./sequence";
import type { RefreshSource } from "./source";
import { Stamps } from "./stamps";
import type { Surface } from "./surface";
import { criticalGaps, judge, lastNeeded, type Status, type Stretch } from "./verdict";

/** What came of one sequence. Times in ms. */
export interface Presented {
  readonly status: Status;
  readonly answer: Answer | null;
  /** From the refresh at which the target came up to the input event. */
  readonly rt: number | null;
  /** The time to answer ran out. */
  readonly late: boolean;
  readonly hz: number;
  readonly shown: Record<string, number>;
  readonly gaps: number[];
  readonly runs: [number, number][];
}

/** The state of one sequence while it runs. */
class Run {
  readonly onsets: { name: string; at: number }[] = [];
  answer: Answer | null = null;
  onset: number | null = null;
  late = false;
  hidden = false;
  stretch: Stretch | null = null;
  phase: Phase | null = null;
  /** The refresh at which the last phase ended. */
  end = 0;
  /** When the page got to the latest refresh, in ms. */
  now = 0;
  private readonly queue: Phase[];

  constructor(
    private readonly sequence: Sequence,
    readonly answers: AnswerSource,
    readonly step: number,
    readonly stamps: Stamps,
    readonly finished: (run: Run) => void,
  ) {
    this.queue = [...sequence.phases];
  }

  get refresh(): number {
    return this.stamps.times.length - 1;
  }

  /** Whether the phase on screen has had its time, or its answer. */
  over(timestamp: number): boolean {
    if (this.phase === null) return true;
    if (this.phase.until === "answer") {
      this.answer = this.answers.take(timestamp);
      if (this.answer !== null) return true;
    }
    return this.refresh - (this.onsets.at(-1)?.at ?? 0) >= this.phase.refreshes;
  }

  /** Leaves the phase on screen and takes up the next that has any refreshes, or none. */
  advance(timestamp: number): Phase | null {
    if (this.phase?.until === "answer") this.closeAnswers();
    do this.phase = this.queue.shift() ?? null;
    while (this.phase?.refreshes === 0);
    if (this.phase === null) this.end = this.refresh;
    else this.begin(this.phase, timestamp);
    if (this.stretch !== null && this.refresh <= this.stretch.until) this.stamps.ask();
    return this.phase;
  }

  /** Whether all refreshes that the verdict needs have been seen. */
  get judgeable(): boolean {
    return this.stretch === null || this.refresh >= lastNeeded(this.stretch);
  }

  private begin(phase: Phase, timestamp: number): void {
    const at = this.refresh;
    this.onsets.push({ name: phase.name, at });
    if (phase.critical) this.stretch = { from: this.stretch?.from ?? at, until: at + phase.refreshes };
    if (phase.until !== "answer") return;
    this.onset = timestamp;
    this.answers.open(timestamp);
  }

  private closeAnswers(): void {
    this.answers.close();
    this.late = this.answer === null;
    this.queue.push(...(this.sequence.after?.(this.answer) ?? []));
  }
}

/**
 * Shows sequences, one at a time, counting refreshes and logging each.
 *
 * The only loop is the refresh source's; inside a sequence nothing but the surface is touched, and the surface only when
 * a phase changes.
 */
export class Presenter {
  private run: Run | null = null;
  private steps = 0;

  /**
   * @param surface where to draw
   * @param source the display's refreshes
   * @param hz the measured refresh rate; followed if the display changes its own
   * @param slowest a rate below this, in Hz, is not followed
   * @param echo tells when refreshes reached the screen, where the browser can
   */
  constructor(
    private readonly surface: Surface,
    private readonly source: RefreshSource,
    public hz: number,
    private readonly slowest: number = 0,
    private readonly echo: Echo | null = null,
  ) {}

  /** A sequence is running. */
  get busy(): boolean {
    return this.run !== null;
  }

  /** Shows one sequence; resolves in the refresh in which it ended. */
  present(sequence: Sequence, answers: AnswerSource): Promise<Presented> {
    if (this.run !== null) throw new Error("A sequence is still running.");
    return new Promise((resolve) => {
      const stamps = new Stamps(1000 / this.hz, this.echo);
      const run = new Run(sequence, answers, this.steps, stamps, (finished) => {
        resolve(this.finish(finished));
      });
      this.steps += 1;
      this.run = run;
      this.listen(run);
    });
  }

  /** Ends the running sequence, if any, as `hidden`: the page was hidden, left or paused. */
  spoil(): void {
    const run = this.run;
    if (run === null) return;
    run.hidden = true;
    run.end = run.refresh;
    run.answers.close();
    this.surface.show([]);
    run.finished(run);
  }

  private listen(run: Run): void {
    const refresh = (timestamp: number, answered = timestamp): void => {
      if (this.run !== run) return;
      run.now = answered;
      run.stamps.take(timestamp, answered);
      this.onRefresh(run, timestamp);
      if (this.run === run) this.source.next(refresh);
    };
    this.source.next(refresh);
  }

  private onRefresh(run: Run, timestamp: number): void {
    const ended = run.phase === null && run.refresh > 0;
    if (!ended && run.over(timestamp)) {
      const phase = run.advance(timestamp);
      if (phase) this.surface.show(phase.draw);
    }
    if (run.phase === null && run.judgeable) run.finished(run);
    else this.surface.mark?.({ step: run.step, phase: run.onsets.length - 1, refresh: run.refresh });
  }

  private finish(run: Run): Presented {
    this.run = null;
    const { stretch, hidden, answer, late, onset } = run;
    const stamps = run.stamps.settled(run.now);
    const hz = this.hz;
    const period = 1000 / hz;
    const gaps = criticalGaps(stamps, stretch);
    this.hz = hidden ? hz : followedRate(hz, run.stamps.gaps(), this.slowest);
    return {
      status: judge(gaps, period, hidden),
      answer,
      rt: answer === null || onset === null ? null : Math.max(0, answer.at - onset),
      late,
      hz,
      shown: shownRefreshes(stamps, run.onsets, run.end, period),
      gaps: recordable(gaps),
      runs: refreshRuns(stamps, period),
    };
  }
}
