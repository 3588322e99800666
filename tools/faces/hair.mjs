// Hair in two layers: `back` lies behind head and shoulders, `front` over the forehead. One entry a style in STYLES.
import { between, chance, curve, darker, lighter, line, mirrored, oval, shape } from './shapes.mjs'

const flip = (points) => points.map(([x, y]) => [-x, y])
/** From the left temple over the crown to the right one. */
function crown(width, volume, side, spread = 4) {
  const half = [
    [width + spread, side],
    [width + spread + 3, 106],
    [width * 0.9 + spread, 62 - volume * 0.6],
    [width * 0.48, 33 - volume * 0.95],
  ]
  return [...flip(half), [0, 27 - volume], ...half.slice().reverse()]
}
/** Hairlines, from the right temple to the left one. */
const hairlines = {
  even: (w, side) => [
    [w + 1, side],
    [w - 3, 108],
    [w * 0.72, 80],
    [w * 0.35, 71],
    [0, 69],
    [-w * 0.35, 71],
    [-w * 0.72, 80],
    [-w + 3, 108],
    [-w - 1, side],
  ],
  peak: (w, side) => [
    [w + 1, side],
    [w - 3, 106],
    [w * 0.7, 76],
    [w * 0.4, 63],
    [0, 72],
    [-w * 0.4, 63],
    [-w * 0.7, 76],
    [-w + 3, 106],
    [-w - 1, side],
  ],
  receding: (w, side) => [
    [w + 1, side],
    [w - 2, 110],
    [w * 0.8, 84],
    [w * 0.6, 52],
    [w * 0.25, 53],
    [0, 58],
    [-w * 0.25, 53],
    [-w * 0.6, 52],
    [-w * 0.8, 84],
    [-w + 2, 110],
    [-w - 1, side],
  ],
  centre: (w, side) => [
    [w - 4, side],
    [w - 7, 122],
    [w * 0.66, 92],
    [w * 0.25, 64],
    [0, 54],
    [-w * 0.25, 64],
    [-w * 0.66, 92],
    [-w + 7, 122],
    [-w + 4, side],
  ],
  aside: (w, side) => [
    [w - 2, side],
    [w - 4, 118],
    [w * 0.74, 86],
    [w * 0.48, 58],
    [w * 0.2, 74],
    [-w * 0.25, 92],
    [-w * 0.68, 108],
    [-w + 6, 126],
    [-w + 2, side],
  ],
  fringe: (w, side) => [
    [w - 3, side],
    [w - 7, 122],
    [w * 0.72, 108],
    [w * 0.35, 107],
    [0, 106],
    [-w * 0.35, 107],
    [-w * 0.72, 108],
    [-w + 7, 122],
    [-w + 3, side],
  ],
}

const sheen = (colour) => `stroke="${lighter(colour, 0.3)}"`
/** Strands from the parting to the edge, clipped to the hair. */
function strands(id, path, colour, from, count = 15) {
  const random = chance(id)
  const drawn = Array.from({ length: count }, (_, i) => {
    const at = -96 + (192 * i) / (count - 1)
    const tint = random() < 0.5 ? darker(colour, 0.45) : lighter(colour, 0.22)
    return line(
      [
        [from + at * 0.08, 22],
        [from * 0.6 + at * 0.62, 46 + random() * 8],
        [at, 112],
        [at * 1.04, 260],
      ],
      tint,
      1 + random() * 1.3,
      `opacity="${(0.3 + random() * 0.3).toFixed(2)}"`,
    )
  }).join('')
  return `<clipPath id="${id}"><path d="${path}"/></clipPath><g clip-path="url(#${id})">${drawn}</g>`
}
function smoothCap(person, { volume = 10, side = 132, hairline = 'even', spread = 4, parting = 0, drop = null }) {
  const { width, hair, id } = person
  const path = between(crown(width, volume, side, spread), hairlines[hairline](width, drop ?? side))
  return (
    shape(path, hair) +
    strands(`cap-${id}`, path, hair, parting) +
    `<path d="${curve(
      [
        [-width * 0.55, 60 - volume * 0.3],
        [-width * 0.2, 46 - volume * 0.5],
        [width * 0.3, 47 - volume * 0.5],
      ],
      false,
    )}" fill="none" ${sheen(hair)} stroke-width="6" opacity="0.35" filter="url(#soft)"/>`
  )
}
function fall(person, { length, spread, wave = 0 }) {
  const { width, hair, id } = person
  const w = width + spread
  const ripple = (i) => (wave ? wave * (i % 2 ? 1 : -1) : 0)
  const half = [
    [0, 20],
    [w * 0.7, 36],
    [w, 88],
  ]
  for (let i = 0, y = 118; y < length - 12; y += 26, i++) half.push([w + 3 + ripple(i), y])
  half.push([w - 6, length - 4], [w * 0.55, length], [0, length - 10])
  const path = curve(mirrored(half))
  return shape(path, darker(hair, 0.22)) + strands(`fall-${id}`, path, darker(hair, 0.1), 0, 21)
}
/** Tight curls: many small discs in a band around the crown, seeded by the identity. */
function curls(person, { volume, low, size, reach = 8, hairline = 74 }) {
  const { width, hair, id } = person
  const random = chance(`curl-${id}`)
  const edge = crown(width, volume, low, reach)
  const path = between(
    edge,
    hairlines.even(width, low).map(([x, y]) => [x, y < 100 ? y - 71 + hairline : y]),
  )
  let discs = ''
  for (let i = 0; i < edge.length - 1; i++) {
    for (let k = 0; k < 5; k++) {
      const t = k / 5
      const [x, y] = [edge[i][0] * (1 - t) + edge[i + 1][0] * t, edge[i][1] * (1 - t) + edge[i + 1][1] * t]
      discs += oval(x, y, size * (0.8 + random() * 0.5), size * (0.8 + random() * 0.5), hair)
    }
  }
  let coils = ''
  for (let i = 0; i < 120; i++) {
    const angle = Math.PI * (1.02 + random() * 0.96)
    const far = 0.72 + random() * 0.42
    const [x, y] = [Math.cos(angle) * (width + reach) * far, 108 + Math.sin(angle) * (84 + volume) * far]
    const r = size * (0.3 + random() * 0.3)
    coils += line(
      [
        [x - r, y],
        [x, y - r],
        [x + r, y],
        [x, y + r * 0.6],
      ],
      random() < 0.5 ? lighter(hair, 0.2) : darker(hair, 0.5),
      1.4,
      'opacity="0.45"',
    )
  }
  const clip = `curls-${id}`
  const whole = shape(path, hair) + discs
  return `<clipPath id="${clip}"><path d="${path}"/></clipPath>${whole}<g clip-path="url(#${clip})">${coils}</g>`
}
function cloud(person, { volume, low, size, reach }) {
  const { width, hair, id } = person
  const random = chance(`cloud-${id}`)
  const half = [
    [0, 26 - volume],
    [width * 0.6, 30 - volume * 0.8],
    [width + reach * 0.8, 66],
    [width + reach, 120],
    [width + reach * 0.9, low - 24],
    [width * 0.7, low],
    [0, low - 6],
  ]
  const rim = mirrored(half)
  const dots = rim
    .map(([x, y], i) =>
      [0, 0.33, 0.66]
        .map((t) => {
          const [nx, ny] = rim[(i + 1) % rim.length]
          return oval(
            x * (1 - t) + nx * t,
            y * (1 - t) + ny * t,
            size * (0.8 + random() * 0.5),
            size * (0.8 + random() * 0.5),
            darker(hair, 0.15),
          )
        })
        .join(''),
    )
    .join('')
  return shape(curve(rim), darker(hair, 0.15)) + dots
}
function locs(person, { length, from }) {
  const { width, hair, id } = person
  const random = chance(`locs-${id}`)
  return [...Array(9).keys()]
    .map((i) => {
      const x = width * 0.62 + i * 5.2
      const end = length - random() * 24 - (i > 6 ? 20 : 0)
      const rope = (s) =>
        line(
          [
            [s * x * 0.8, from],
            [s * (x + 4), from + 40],
            [s * (x + 6 + random() * 4), (from + end) / 2 + 20],
            [s * (x + 3), end],
          ],
          i % 2 ? hair : darker(hair, 0.3),
          8,
        )
      return rope(1) + rope(-1)
    })
    .join('')
}
const knot = ({ hair }, y, size) =>
  oval(0, y, size, size * 0.82, hair) +
  line(
    [
      [-size * 0.6, y + 2],
      [0, y - size * 0.42],
      [size * 0.6, y + 2],
    ],
    lighter(hair, 0.25),
    2,
    'opacity="0.5"',
  ) +
  line(
    [
      [-size * 0.5, y + 8],
      [0, y],
      [size * 0.5, y + 8],
    ],
    darker(hair, 0.5),
    2,
    'opacity="0.5"',
  )
/** Hair so short that the scalp shines through. */
function stubble({ width, hair }, hairline, strength = 0.75) {
  const path = between(crown(width - 2, 2, 128, 2), hairlines[hairline](width, 128))
  return shape(path, hair, `opacity="${strength}"`)
}
/** Hair left at the sides only. */
function rim({ width, hair }) {
  const half = [
    [width - 5, 96],
    [width + 3, 84],
    [width + 9, 106],
    [width + 6, 142],
    [width - 1, 148],
    [width - 2, 118],
  ]
  return shape(curve(half), hair) + shape(curve(flip(half)), hair)
}

export const STYLES = {
  long: (p) => ({
    back: fall(p, { length: 306, spread: 11 }),
    front: smoothCap(p, { hairline: 'centre', side: 178, spread: 8, drop: 170 }),
  }),
  wavy: (p) => ({
    back: fall(p, { length: 296, spread: 17, wave: 5 }),
    front: smoothCap(p, { hairline: 'aside', side: 176, spread: 9, volume: 14, parting: 30, drop: 160 }),
  }),
  shoulder: (p) => ({
    back: fall(p, { length: 252, spread: 14 }),
    front: smoothCap(p, { hairline: 'aside', side: 182, spread: 9, volume: 12, parting: 30, drop: 172 }),
  }),
  bob: (p) => ({
    back: fall(p, { length: 232, spread: 13 }),
    front: smoothCap(p, { hairline: 'fringe', side: 186, spread: 9, drop: 184 }),
  }),
  chin: (p) => ({
    back: fall(p, { length: 236, spread: 15, wave: 3 }),
    front: smoothCap(p, { hairline: 'centre', side: 186, spread: 10, volume: 13, drop: 176 }),
  }),
  bun: (p) => ({ back: knot(p, 16, 29), front: smoothCap(p, { hairline: 'even', volume: 4, side: 134, spread: 1 }) }),
  tied: (p) => ({
    back: fall({ ...p, width: p.width - 24 }, { length: 292, spread: 8 }),
    front: smoothCap(p, { hairline: 'peak', volume: 6, side: 136, spread: 2 }),
  }),
  pixie: (p) => ({
    back: '',
    front: smoothCap(p, { hairline: 'aside', volume: 12, side: 150, spread: 5, parting: 34, drop: 138 }),
  }),
  curly: (p) => ({
    back: cloud(p, { volume: 10, low: 246, size: 15, reach: 28 }),
    front: curls(p, { volume: 14, low: 150, size: 12, reach: 12 }),
  }),
  afro: (p) => ({
    back: cloud(p, { volume: 16, low: 190, size: 15, reach: 36 }),
    front: curls(p, { volume: 18, low: 128, size: 11, reach: 10, hairline: 70 }),
  }),
  locs: (p) => ({
    back: locs(p, { length: 290, from: 70 }),
    front: smoothCap(p, { hairline: 'peak', volume: 9, side: 150, spread: 7 }),
  }),
  coiled: (p) => ({ back: '', front: curls(p, { volume: 10, low: 142, size: 9, reach: 5 }) }),
  crop: (p) => ({ back: '', front: smoothCap(p, { hairline: 'peak', volume: 6, side: 132, spread: 2 }) }),
  parted: (p) => ({
    back: '',
    front: smoothCap(p, { hairline: 'aside', volume: 13, side: 132, spread: 2, parting: 34, drop: 132 }),
  }),
  swept: (p) => ({
    back: '',
    front: smoothCap(p, { hairline: 'peak', volume: 17, side: 134, spread: 3, parting: -20 }),
  }),
  thin: (p) => ({ back: '', front: smoothCap(p, { hairline: 'receding', volume: 5, side: 132, spread: 2 }) }),
  shaved: (p) => ({ back: '', front: stubble(p, 'peak') }),
  fade: (p) => ({ back: '', front: curls(p, { volume: 3, low: 118, size: 5, reach: 1, hairline: 70 }) }),
  rim: (p) => ({ back: rim(p), front: '' }),
  bald: () => ({ back: '', front: '' }),
}
