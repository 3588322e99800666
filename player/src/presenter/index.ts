/** Frame-counted presentation on one canvas. Usable without jsPsych: nothing here knows of it, or of training. */
export { type Echo, ElementEcho } from "./echo";
export { type Presented, Presenter } from "./presenter";
export { followedRate, median, rateOf, refreshesFor } from "./refreshes";
export type { Answer, AnswerInput, AnswerSource, AnswerValue, Phase, Sequence } from "./sequence";
export { browserRefreshes, gapsOf, type RefreshSource } from "./source";
export {
  CanvasSurface,
  centredOn,
  type FittedSurface,
  type Mark,
  type Picture,
  type Placed,
  type Surface,
  type Witness,
} from "./surface";
export { judge, LONG, MISSED, type Status } from "./verdict";
