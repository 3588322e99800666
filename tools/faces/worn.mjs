// What some wear on the face: beards, which move with a smile, and glasses.
import { between, curve, line, mirrored, shape } from './shapes.mjs'

const flip = (points) => points.map(([x, y]) => [-x, y])

/** From the nose to just above the upper lip; a smile draws it wide and up. */
function moustache({ mouthY, lips }, smile) {
  const w = lips.width * (smile ? 1.2 : 1.02)
  const tip = smile ? mouthY - 9 : mouthY - 4
  const top = [
    [-w, tip],
    [-w * 0.62, mouthY - 11],
    [-7, mouthY - 15],
    [7, mouthY - 15],
    [w * 0.62, mouthY - 11],
    [w, tip],
  ]
  const low = [
    [w, tip + 2],
    [w * 0.5, mouthY - 5],
    [0, mouthY - 4.5],
    [-w * 0.5, mouthY - 5],
    [-w, tip + 2],
  ]
  return between(top, low)
}
/** From ear to ear around the mouth. */
function fullBeard({ width, jaw, chin, mouthY: m, lips }) {
  const right = [
    [width, 146],
    [width * 0.99, 172],
    [width * (0.79 + 0.11 * jaw) + 1, 213],
    [width * (0.32 + 0.16 * jaw), chin - 3],
    [0, chin + 4],
  ]
  const inner = [
    [width - 6, 150],
    [width * 0.86, 184],
    [lips.width + 12, 200],
    [lips.width + 8, m + 2],
    [lips.width * 0.7, m + 16],
    [0, m + 18],
  ]
  const whole = (half) => [...half, ...flip(half.slice(0, -1)).reverse()]
  return between(whole(right), whole(inner).reverse())
}
function tuft({ chin, mouthY, lips }) {
  const half = [
    [0, mouthY + 17],
    [lips.width * 0.6, mouthY + 20],
    [lips.width * 0.72, chin - 8],
    [0, chin + 3],
  ]
  return curve(mirrored(half))
}

/** Beards leave the lips free. */
export function beard(person, smile) {
  const looks = person.beard === 'stubble' ? 'opacity="0.3" filter="url(#slight)"' : 'opacity="0.92"'
  const parts =
    {
      moustache: [moustache],
      goatee: [moustache, tuft],
      full: [fullBeard, moustache],
      stubble: [fullBeard, moustache],
    }[person.beard] ?? []
  return parts.map((part) => shape(part(person, smile), person.beardColour, looks)).join('')
}

export function glasses({ glasses: frame }) {
  if (!frame) return ''
  const lens = (s) =>
    `<rect x="${160 + s * 34 - 25}" y="122" width="50" height="${frame === 'round' ? 42 : 36}" rx="${frame === 'round' ? 21 : 9}" fill="#ffffff" fill-opacity="0.06" stroke="#2b2624" stroke-width="2.6"/>`
  return (
    lens(-1) +
    lens(1) +
    line(
      [
        [-9, 137],
        [0, 133],
        [9, 137],
      ],
      '#2b2624',
      2.6,
    ) +
    line(
      [
        [59, 134],
        [74, 138],
      ],
      '#2b2624',
      2.6,
    ) +
    line(
      [
        [-59, 134],
        [-74, 138],
      ],
      '#2b2624',
      2.6,
    )
  )
}
