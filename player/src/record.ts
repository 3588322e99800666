import type { DeviceRecord, EndRecord, MomentRecord, RoundRecord, StepRecord, TrialRecord } from "./contract";

/** Everything a player can report, told apart by `kind`. */
export type AnyRecord = DeviceRecord | RoundRecord | StepRecord | TrialRecord | MomentRecord | EndRecord;
