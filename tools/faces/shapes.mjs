// Curves, colours and a seeded source of small irregularities. Coordinates are picture pixels with x counted from the
// middle of the face, so that a mirrored shape is a minus sign.
const MIDDLE = 160

const number = (value) => String(Math.round(value * 100) / 100)
const pair = ([x, y]) => `${number(x + MIDDLE)},${number(y)}`

/** A smooth curve through all points (Catmull-Rom as cubic Bezier pieces). */
export function curve(points, closed = true) {
  const at = (i) =>
    closed ? points[(i + points.length) % points.length] : points[Math.min(Math.max(i, 0), points.length - 1)]
  let path = `M${pair(points[0])}`
  for (let i = 0; i < points.length - (closed ? 0 : 1); i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    const near = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const far = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    path += `C${pair(near)} ${pair(far)} ${pair(to)}`
  }
  return closed ? `${path}Z` : path
}

/** The right half of an outline, from the top middle to the bottom middle, as a whole outline. */
export const mirrored = (half) => [
  ...half,
  ...half
    .filter(([x]) => x !== 0)
    .map(([x, y]) => [-x, y])
    .reverse(),
]

/** Two curves joined end to end: along the first, back along the second. */
export const between = (there, back) => `${curve(there, false)}${curve(back, false).replace('M', 'L')}Z`

export const shape = (path, fill, more = '') => `<path d="${path}" fill="${fill}" ${more}/>`
export const line = (points, colour, width, more = '') =>
  `<path d="${curve(points, false)}" fill="none" stroke="${colour}" stroke-width="${number(width)}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`
export const oval = (x, y, rx, ry, fill, more = '') =>
  `<ellipse cx="${number(x + MIDDLE)}" cy="${number(y)}" rx="${number(rx)}" ry="${number(ry)}" fill="${fill}" ${more}/>`
/** The same drawing on both sides of the face. */
export const both = (drawing) => `${drawing}<g transform="translate(${2 * MIDDLE} 0) scale(-1 1)">${drawing}</g>`

/** `#rrggbb` mixed with another by `share` in 0..1. */
export function mixed(colour, other, share) {
  const channel = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16)
  return (
    '#' +
    [0, 1, 2]
      .map((i) =>
        Math.round(channel(colour, i) * (1 - share) + channel(other, i) * share)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')
  )
}
export const darker = (colour, share) => mixed(colour, '#1c0d08', share)
export const lighter = (colour, share) => mixed(colour, '#fff4ea', share)

/** Numbers in 0..1, the same for the same seed (mulberry32). */
export function chance(seed) {
  let state = [...seed].reduce((sum, letter) => Math.imul(sum ^ letter.codePointAt(0), 0x01000193), 0x811c9dc5)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
