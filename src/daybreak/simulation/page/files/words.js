// Numbers and sentences as people read them.

export const number = (value, digits = 1) =>
  value === null || value === undefined ? "unknown" : value.toFixed(digits).replace("-", "−");

export const whole = (value) => value.toLocaleString("en-US");

export const percent = (value, digits = 1) => (value === null ? "unknown" : `${(100 * value).toFixed(digits)}\u00a0%`);

/** A number with one decimal, unless it is whole. */
export const round = (value) => value.toFixed(Math.abs(value - Math.round(value)) < 1e-9 ? 0 : 1);

/** A share as so many in 100, never rounded to none or all. */
export function inHundred(share) {
  if (share > 0 && share < 0.005) return "fewer than 1";
  if (share < 1 && share > 0.995) return "more than 99";
  return String(Math.round(100 * share));
}

export function pValue(p) {
  return p < 0.001 ? "p\u00a0<\u00a00.001" : `p\u00a0=\u00a0${p.toFixed(3)}`;
}

export function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
