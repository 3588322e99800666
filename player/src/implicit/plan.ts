import type { ImplicitAnswer } from "../contract";
import type { Talk } from "../sitting";

/** A sitting of a test. */
export type TestTalk = Talk<ImplicitAnswer>;
/** What is played in one test. */
export type Plan = ImplicitAnswer["plan"];
export type Round = Plan["rounds"][number];
export type Step = Round["steps"][number];
export type Side = Step["correct"];
