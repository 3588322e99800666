import type { PlayerTexts } from "../contract";
import type { DeviceFinding } from "../device-check";
import type { Action, View } from "./screens";

/** What a finding means for the person, the most useful sentence first, and what can be done. */
export function deviceView(
  finding: DeviceFinding,
  texts: PlayerTexts,
  resumed: boolean,
): View<"begin" | "again"> & { more: readonly string[] } {
  const sentences = [...remedies(finding, texts), ...verdictTexts(finding, texts)];
  const says = resumed && finding.verdict !== "stop" ? [texts.welcome_back, ...sentences] : sentences;
  const again: Action<"again"> = { key: "again", label: texts.try_again, quiet: finding.verdict !== "stop" };
  const begin: Action<"begin"> = { key: "begin", label: resumed ? texts.keep_going : texts.begin };
  const actions =
    finding.verdict === "stop" ? [again] : finding.reasons.length > 0 ? [begin, again] : [begin];
  return { says: says[0] ?? "", more: says.slice(1), actions };
}

function remedies({ reasons }: DeviceFinding, texts: PlayerTexts): string[] {
  if (reasons.includes("hidden")) return [texts.device_hidden];
  return [
    ...(reasons.includes("power-saving") ? [texts.device_power_saving] : []),
    ...(reasons.includes("narrow") ? [texts.device_narrow] : []),
  ];
}

function verdictTexts({ verdict, reasons }: DeviceFinding, texts: PlayerTexts): string[] {
  if (verdict === "ok") return [texts.device_ok];
  if (verdict === "visible-only") return [texts.device_visible_only];
  if (verdict === "stop") return reasons.includes("hidden") ? [] : [texts.device_stop];
  return reasons.every((reason) => reason === "narrow") ? [] : [texts.device_warn];
}
