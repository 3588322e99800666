import { type JsPsychPlugin, ParameterType, type TrialType } from "jspsych";

import type { StepRecord, TrainingPlan } from "../contract";
import type { Step } from "./kit";

/** Plays one step and says how it went. */
export type PlayStep = (step: Step) => Promise<StepRecord>;

const PARAMETERS = {
  /** A step of the training plan. */
  step: { type: ParameterType.OBJECT, default: undefined },
  /** Plays it; a function because jsPsych copies plain objects deeply. */
  play: { type: ParameterType.FUNCTION, default: undefined },
} as const;

const DATA = {
  step: { type: ParameterType.STRING },
  attempt: { type: ParameterType.INT },
  status: { type: ParameterType.STRING },
  answer: { type: ParameterType.STRING },
  correct: { type: ParameterType.BOOL },
  late: { type: ParameterType.BOOL },
  rt_ms: { type: ParameterType.FLOAT },
  input: { type: ParameterType.STRING },
  refresh_hz: { type: ParameterType.FLOAT },
  shown: { type: ParameterType.OBJECT },
} as const;

/** jsPsych's plugin contract for one task: jsPsych hosts and orders, the presenter keeps time. */
export function stepPlugin(name: TrainingPlan["rounds"][number]["task"]) {
  const info = { name, version: "0.1.0", parameters: PARAMETERS, data: DATA } as const;
  return class implements JsPsychPlugin<typeof info> {
    static readonly info = info;

    async trial(_display: HTMLElement, trial: TrialType<typeof info>): Promise<Record<string, unknown>> {
      const play = trial.play as PlayStep;
      return { ...(await play(trial.step as Step)) };
    }
  };
}
