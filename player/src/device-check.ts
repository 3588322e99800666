import type { DeviceRecord, DeviceRules } from "./contract";
import { gapsOf, rateOf, type RefreshSource } from "./presenter";

/** What a display and its page were like while it was measured. */
export interface Reading {
  /** Gaps between refreshes in ms. */
  readonly gaps: readonly number[];
  /** The page was in front all the time. */
  readonly visible: boolean;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly touch: boolean;
  readonly agent: string;
}

/** A device record but for its time. */
export type DeviceFinding = Omit<DeviceRecord, "at">;
type Reason = DeviceRecord["reasons"][number];

/** Rates in Hz that phones fall to when they save power; iOS in low power mode runs at 30. */
const POWER_SAVING: readonly [number, number] = [26, 34];
/** The two halves of a measurement may differ in rate by this share. */
const UNSTABLE = 0.15;
/** Fewer refreshes than this tell nothing about a display. */
const FEWEST = 10;

/** Judges a reading by the study's rules. Pure. */
export function judgeDevice(reading: Reading, rules: DeviceRules): DeviceFinding {
  const { gaps } = reading;
  const measured = gaps.length >= FEWEST;
  const hz = measured ? rateOf(gaps) : 0;
  const jitter = measured ? deviation(gaps) : 0;
  const reasons = [
    ...(reading.visible && measured ? timingReasons(gaps, hz, jitter, rules) : (["hidden"] as const)),
    ...(reading.width < rules.narrowest_px ? (["narrow"] as const) : []),
  ];
  return {
    kind: "device",
    refresh_hz: rounded(hz),
    jitter_ms: rounded(jitter),
    worst_gap_ms: rounded(Math.max(0, ...gaps)),
    refreshes: gaps.length,
    visible: reading.visible,
    width: Math.round(reading.width),
    height: Math.round(reading.height),
    pixel_ratio: reading.pixelRatio,
    touch: reading.touch,
    agent: reading.agent.slice(0, 400),
    verdict: verdictOn(reasons, rules),
    reasons,
  };
}

/** Measures the display and looks at the page; resolves early when the page is hidden. */
export async function readDevice(source: RefreshSource, rules: DeviceRules): Promise<Reading> {
  let visible = document.visibilityState === "visible";
  const leave = (): void => {
    visible &&= document.visibilityState === "visible";
  };
  document.addEventListener("visibilitychange", leave);
  // A hidden page gets no refreshes at all, so the measurement would never end by itself.
  const gaps = visible ? await Promise.race([gapsOf(source, rules.refreshes, () => !visible), hiddenPage()]) : [];
  document.removeEventListener("visibilitychange", leave);
  return {
    gaps,
    visible,
    width: window.innerWidth,
    height: window.innerHeight,
    pixelRatio: window.devicePixelRatio || 1,
    touch: navigator.maxTouchPoints > 0,
    agent: navigator.userAgent,
  };
}

/** Checks the device; a miss that may be the page's own start-up is measured once more. */
export async function checkDevice(source: RefreshSource, rules: DeviceRules): Promise<DeviceFinding> {
  const first = judgeDevice(await readDevice(source, rules), rules);
  const passing = first.reasons.every((reason) => reason === "jitter" || reason === "unstable");
  if (first.reasons.length === 0 || !passing) return first;
  return judgeDevice(await readDevice(source, rules), rules);
}

function hiddenPage(): Promise<number[]> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (document.visibilityState === "visible") return;
      document.removeEventListener("visibilitychange", check);
      resolve([]);
    };
    document.addEventListener("visibilitychange", check);
  });
}

function timingReasons(gaps: readonly number[], hz: number, jitter: number, rules: DeviceRules): Reason[] {
  const [low, high] = POWER_SAVING;
  const reasons: Reason[] = [];
  if (hz >= low && hz <= high) reasons.push("power-saving");
  else if (hz < rules.slowest_hz) reasons.push("slow");
  if (jitter > rules.jitter_ms) reasons.push("jitter");
  const half = Math.floor(gaps.length / 2);
  const change = rateOf(gaps.slice(0, half)) / rateOf(gaps.slice(half));
  if (Math.abs(change - 1) > UNSTABLE) reasons.push("unstable");
  return reasons;
}

/** A hidden page was not measured, so it can never begin; a narrow one is no matter of timing. */
function verdictOn(reasons: readonly Reason[], rules: DeviceRules): DeviceRecord["verdict"] {
  if (reasons.length === 0) return "ok";
  if (reasons.includes("hidden")) return "stop";
  if (rules.on_miss === "stop") return "stop";
  return reasons.every((reason) => reason === "narrow") ? "warn" : rules.on_miss;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
