import type { StepAnswers } from "../answers";
import type { StepRecord } from "../contract";
import type { Presented, Presenter, Sequence } from "../presenter";
import type { AnyRecord } from "../record";
import { rightAnswer, sequenceOf } from ".";
import type { Kit, Round, Step } from "./kit";
import { StepQueue } from "./queue";

/** What a round is played with. */
export interface Playing {
  readonly presenter: Presenter;
  readonly answers: StepAnswers;
  readonly visibleOnly: boolean;
  /** Milliseconds since the sitting began. */
  readonly now: () => number;
  readonly record: (entry: AnyRecord) => void;
  /** Resolves when the next step may begin, with everything the round shows. */
  readonly ready: (round: Round) => Promise<Kit>;
  /** Called between steps with how many are left. */
  readonly left: (steps: number) => void;
  /** Changes a sequence before it is shown, for bots in a hurry. */
  readonly adapt?: (sequence: Sequence) => Sequence;
}

/** Plays the steps of one round and records them. */
export class RoundPlayer {
  readonly queue: StepQueue<Step>;

  constructor(
    readonly round: Round,
    private readonly playing: Playing,
  ) {
    this.queue = new StepQueue<Step>(round.steps, round.repeats_at_most);
  }

  /** Records that the round began. */
  start(): void {
    this.note("start");
  }

  /** Records that the round ended; from here a session can be resumed. */
  end(): void {
    this.note("end");
  }

  /** Plays one step that came from the queue. */
  async play(step: Step): Promise<StepRecord> {
    const { presenter, answers, visibleOnly, adapt } = this.playing;
    const kit = await this.playing.ready(this.round);
    const sequence = sequenceOf(this.round, step, kit, presenter.hz, visibleOnly);
    answers.expect(step);
    const presented = await presenter.present(adapt ? adapt(sequence) : sequence, answers);
    const record = stepRecord(step, this.queue.attempt(step), presented, this.playing.now());
    this.queue.report(step, presented.status);
    this.playing.record(record);
    this.playing.left(this.queue.left);
    return record;
  }

  private note(event: "start" | "end"): void {
    this.playing.record({ kind: "round", event, round: this.round.id, at: this.playing.now() });
  }
}

function stepRecord(step: Step, attempt: number, presented: Presented, at: number): StepRecord {
  const { answer } = presented;
  return {
    kind: "step",
    at,
    step: step.id,
    attempt,
    status: presented.status,
    answer: answer?.value ?? null,
    correct: answer === null ? null : answer.value === rightAnswer(step),
    late: presented.late,
    rt_ms: presented.rt === null ? null : Math.round(presented.rt * 1000) / 1000,
    input: answer?.input ?? null,
    refresh_hz: Math.round(presented.hz * 1000) / 1000,
    shown: presented.shown,
    gaps_ms: presented.gaps,
    refresh_runs: presented.runs,
  };
}
