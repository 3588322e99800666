// Eyes, brows, nose and mouth. Only these, and the folds in head.mjs, know whether the face smiles.
import { between, both, darker, lighter, line, mixed, oval, shape } from './shapes.mjs'

const EYE = [33, 140]

export function eyes(person, smile) {
  const { eye, iris, tone, sex, id } = person
  const [x, y] = EYE
  const half = 15.5
  const open = eye.open * (smile ? 0.86 : 1)
  const lift = smile ? 1.6 : 0
  const inner = [x - half, y + 1.5 - eye.tilt]
  const outer = [x + half, y - eye.tilt * -1 - 2 * eye.tilt]
  const upper = [
    inner,
    [x - half * 0.45, y - open * 0.82],
    [x + 2, y - open],
    [x + half * 0.62, y - open * 0.66 - eye.tilt * 0.5],
    outer,
  ]
  const lower = [
    outer,
    [x + half * 0.5, y + 4.6 - lift],
    [x - 1, y + 5.4 - lift],
    [x - half * 0.6, y + 3.8 - lift * 0.6],
    inner,
  ]
  const clip = `eye-${id}-${smile ? 's' : 'n'}`
  const opening = between(upper, lower)
  const lash = darker(mixed(person.hair, '#22130d', 0.75), 0.3)
  const lashes = sex === 'female' ? 3.1 : 2.3
  const crease = line(
    [
      [x - half + 1, y - 4],
      [x - 4, y - open - eye.fold],
      [x + 7, y - open - eye.fold + 0.6],
      [x + half + 1, y - 3 - eye.tilt],
    ],
    darker(tone, 0.5),
    1.3,
    'opacity="0.75"',
  )
  const drawing =
    `<clipPath id="${clip}"><path d="${opening}"/></clipPath>` +
    shape(opening, mixed('#dfd8d0', tone, 0.2)) +
    `<g clip-path="url(#${clip})">` +
    oval(x, y - 0.6, 6.7, 6.7, darker(iris, 0.35)) +
    oval(x, y - 0.6, 5.7, 5.7, iris) +
    oval(x, y - 0.6, 2.9, 2.9, '#140c09') +
    line(
      upper.map(([a, b]) => [a, b + 2]),
      '#3a2a22',
      3,
      'opacity="0.3"',
    ) +
    '</g>' +
    oval(inner[0] + 1.6, inner[1] + 0.4, 1.7, 1.3, mixed('#c47f74', tone, 0.3)) +
    (eye.fold > 0 ? crease : '') +
    line(lower, darker(tone, 0.45), 1.1, 'opacity="0.7"') +
    line(upper, lash, lashes) +
    (sex === 'female'
      ? line(
          [
            [x + half - 1, y - 1 - eye.tilt],
            [x + half + 4, y - 4 - eye.tilt],
          ],
          lash,
          2,
        )
      : '')
  return both(drawing) + oval(x + 1.8, y - 3, 1.5, 1.5, '#ffffff') + oval(-x + 1.8, y - 3, 1.5, 1.5, '#ffffff')
}

export function brows({ brow, browColour }, smile) {
  const rise = smile ? -1.2 : 0
  const y = 121 + rise + brow.height
  const top = [
    [16, y + 1],
    [30, y - 4 - brow.arch],
    [44, y - 4.5 - brow.arch],
    [55, y + 2.5],
  ]
  const bottom = [
    [55, y + 3.2],
    [44, y - 4 + brow.weight * 0.75 - brow.arch],
    [30, y - 3.4 + brow.weight - brow.arch],
    [17, y + brow.weight],
  ]
  return both(shape(between(top, bottom), browColour, 'opacity="0.92"'))
}

export function nose({ nose, tone }, smile) {
  const wide = nose.width + (smile ? 1.6 : 0)
  const y = nose.tip
  const ink = darker(tone, 0.5)
  return (
    oval(0, 160, 5.5, 24, lighter(tone, 0.34), 'filter="url(#soft)" opacity="0.6"') +
    oval(0, y - 4, 7, 5, lighter(tone, 0.4), 'filter="url(#soft)" opacity="0.65"') +
    both(
      line(
        [
          [9, 128],
          [nose.bridge, 146],
          [nose.bridge + 1, 164],
        ],
        darker(tone, 0.4),
        4,
        'filter="url(#soft)" opacity="0.5"',
      ) +
        oval(wide - 3, y, 5, 6, darker(tone, 0.32), 'filter="url(#soft)" opacity="0.45"') +
        line(
          [
            [wide - 3.4, y - 7],
            [wide, y - 1],
            [wide - 2.6, y + 4],
          ],
          ink,
          1.8,
          'opacity="0.8"',
        ) +
        oval(wide * 0.47, y + 4.6, wide * 0.27, 2.1, darker(tone, 0.68)),
    ) +
    line(
      [
        [-wide * 0.42, y + 5.8],
        [0, y + 8.4],
        [wide * 0.42, y + 5.8],
      ],
      ink,
      1.7,
      'opacity="0.75"',
    ) +
    oval(0, y + 11, wide * 0.7, 3, darker(tone, 0.4), 'filter="url(#soft)" opacity="0.5"')
  )
}

export const mouth = (person, smile) => (smile ? smilingMouth(person) : neutralMouth(person))

function neutralMouth({ lips, mouthY: y, tone }) {
  const [w, full] = [lips.width, lips.full]
  const corner = y - 1.4
  const upper = [
    [-w, corner],
    [-w * 0.5, y - full * 0.6],
    [-w * 0.17, y - full * 0.86],
    [0, y - full * 0.62],
    [w * 0.17, y - full * 0.86],
    [w * 0.5, y - full * 0.6],
    [w, corner],
  ]
  const seam = [
    [w, corner],
    [w * 0.5, y + 1],
    [w * 0.16, y + 0.6],
    [0, y + 1.6],
    [-w * 0.16, y + 0.6],
    [-w * 0.5, y + 1],
    [-w, corner],
  ]
  const lower = [
    [-w, corner],
    [-w * 0.55, y + full * 0.95],
    [0, y + full * 1.35],
    [w * 0.55, y + full * 0.95],
    [w, corner],
  ]
  return (
    oval(0, y + full * 1.3 + 5, w * 0.55, 3.4, darker(tone, 0.45), 'filter="url(#soft)" opacity="0.55"') +
    shape(between(lower, seam), lips.colour) +
    oval(0, y + full * 0.72, w * 0.42, full * 0.3, lighter(lips.colour, 0.4), 'filter="url(#slight)" opacity="0.5"') +
    shape(between(upper, seam), darker(lips.colour, 0.1)) +
    line(seam, darker(lips.colour, 0.6), 1.7)
  )
}

function smilingMouth({ lips, mouthY, tone, ageing, id, beard }) {
  const [w, full, y] = [lips.width * 1.27, lips.full * 0.82, mouthY + 1]
  const corner = y - 9
  const depth = lips.open
  const outer = [
    [-w, corner],
    [-w * 0.5, y - 4 - full * 0.75],
    [-w * 0.14, y - 2.4 - full * 0.95],
    [0, y - 2 - full * 0.7],
    [w * 0.14, y - 2.4 - full * 0.95],
    [w * 0.5, y - 4 - full * 0.75],
    [w, corner],
  ]
  const teethTop = [
    [w * 0.93, corner + 0.6],
    [w * 0.5, y - 3.2],
    [0, y - 1],
    [-w * 0.5, y - 3.2],
    [-w * 0.93, corner + 0.6],
  ]
  const teethBottom = [
    [-w * 0.93, corner + 0.6],
    [-w * 0.55, y + depth * 0.5],
    [0, y + depth],
    [w * 0.55, y + depth * 0.5],
    [w * 0.93, corner + 0.6],
  ]
  const lower = [
    [-w, corner],
    [-w * 0.57, y + depth * 0.55 + full * 0.8],
    [0, y + depth + full * 1.25],
    [w * 0.57, y + depth * 0.55 + full * 0.8],
    [w, corner],
  ]
  const inside = between(teethBottom, teethTop)
  const clip = `mouth-${id}`
  const gaps = [-0.62, -0.4, -0.2, 0, 0.2, 0.4, 0.62]
    .map((at) =>
      line(
        [
          [w * at, y - 8],
          [w * at * 0.97, y + depth],
        ],
        '#a89c92',
        0.8,
        'opacity="0.7"',
      ),
    )
    .join('')
  return (
    oval(0, y + depth + full * 1.25 + 5, w * 0.45, 3, darker(tone, 0.45), 'filter="url(#soft)" opacity="0.55"') +
    shape(between(lower, [...outer].reverse()), lips.colour) +
    shape(between(outer, teethTop), darker(lips.colour, 0.16)) +
    `<clipPath id="${clip}"><path d="${inside}"/></clipPath>` +
    shape(inside, '#5a211f') +
    `<g clip-path="url(#${clip})">` +
    shape(
      between(
        teethTop.map(([a, b]) => [a * 0.94, b - 2]).reverse(),
        teethBottom.map(([a, b]) => [a * 0.9, b - 2.2]).reverse(),
      ),
      mixed(mixed('#d9d3ca', '#cdc1ab', ageing * 0.6), tone, 0.1),
    ) +
    gaps +
    '</g>' +
    oval(
      0,
      y + depth + full * 0.7,
      w * 0.34,
      full * 0.26,
      lighter(lips.colour, 0.4),
      'filter="url(#slight)" opacity="0.5"',
    ) +
    both(
      line(
        [
          [w - 1, corner + 1],
          [w + 3.5, corner - 2.5],
        ],
        darker(tone, 0.55),
        1.8,
        'opacity="0.7"',
      ) +
        (beard
          ? ''
          : line(
              [
                [w + 6, corner - 8],
                [w + 8.5, corner],
                [w + 6.5, corner + 8],
              ],
              darker(tone, 0.45),
              1.6,
              'opacity="0.3"',
            )),
    )
  )
}
