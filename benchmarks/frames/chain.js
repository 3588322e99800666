// The same steps as a stock jsPsych timeline: one html-keyboard-response trial for each phase, as its manual has it.
import htmlKeyboardResponse from "@jspsych/plugin-html-keyboard-response";
import { initJsPsych } from "jspsych";

const bench = { state: "running", error: "", records: [] };
window.daybreakBench = bench;

async function main() {
  const trials = await (await fetch("chain.json")).json();
  // A browser that has just started has other things to do than to hand out every frame.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const jsPsych = initJsPsych();
  await jsPsych.run(
    trials.map(({ html, ms }) => ({
      type: htmlKeyboardResponse,
      stimulus: html,
      choices: "NO_KEYS",
      trial_duration: ms,
    })),
  );
  bench.state = "done";
}

main().catch((error) => {
  bench.state = "failed";
  bench.error = String(error);
});
