"""How exactly cue and trait are shown: daybreak's presenter beside a stock jsPsych timeline."""
