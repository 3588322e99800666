import { initJsPsych, type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from "jspsych";

import { PLUGINS } from "./tasks";
import type { Round } from "./tasks/kit";
import type { RoundPlayer } from "./tasks/round-player";

type Timeline = Parameters<JsPsych["run"]>[0];

/** What happens around the rounds; each may show screens. */
export interface Between {
  /** Resolves with the player of the round when its first step may begin. */
  before(round: Round, index: number): Promise<RoundPlayer>;
  /** Resolves when the next round may be prepared. */
  after(round: Round, index: number): Promise<void>;
}

const INFO = {
  name: "between-rounds",
  version: "0.1.0",
  parameters: { run: { type: ParameterType.FUNCTION, default: undefined } },
  data: {},
} as const;

/** Gives the floor to the session's own screens. */
class BetweenPlugin implements JsPsychPlugin<typeof INFO> {
  static readonly info = INFO;

  async trial(_display: HTMLElement, trial: TrialType<typeof INFO>): Promise<Record<string, unknown>> {
    await (trial.run as () => Promise<void>)();
    return {};
  }
}

/** Plays `rounds` one after another as a jsPsych timeline. `stop` ends it after, or within, the current step. */
export function hostRounds(rounds: readonly Round[], between: Between): { done: Promise<void>; stop: () => void } {
  // jsPsych focuses its element before every trial; a hidden one cannot take the focus from where the person put it.
  const host = document.createElement("div");
  host.hidden = true;
  document.body.append(host);
  const jsPsych = initJsPsych({ display_element: host, use_webaudio: false });
  const done = jsPsych.run(rounds.map((round, index) => roundNode(round, index, between)) as Timeline).then(() => {
    host.remove();
  });
  return {
    done,
    stop: () => {
      jsPsych.abortExperiment();
    },
  };
}

function roundNode(round: Round, index: number, between: Between): object {
  let player: RoundPlayer | null = null;
  const playing = (): RoundPlayer => {
    if (player === null) throw new Error("The round has not been prepared.");
    return player;
  };
  const steps = {
    timeline: [
      {
        type: PLUGINS[round.task],
        step: () => playing().queue.next(),
        play: (step: Parameters<RoundPlayer["play"]>[0]) => playing().play(step),
      },
    ],
    loop_function: () => playing().queue.left > 0,
  };
  const before = async (): Promise<void> => {
    player = await between.before(round, index);
    player.start();
  };
  const after = async (): Promise<void> => {
    playing().end();
    await between.after(round, index);
  };
  return { timeline: [{ type: BetweenPlugin, run: before }, steps, { type: BetweenPlugin, run: after }] };
}
