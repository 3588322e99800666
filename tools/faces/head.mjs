// Head, ears, neck and clothes, with the soft shadows that make a face more than an outline.
import { both, curve, darker, lighter, line, mirrored, oval, shape } from './shapes.mjs'

/** Right half of the outline: `width` is the half width at the cheeks, `jaw` 0 (narrow) to 1 (square). */
export function outline({ width, jaw, chin, cheek }) {
  return mirrored([
    [0, 28],
    [width * 0.5, 34],
    [width * 0.86, 60],
    [width * 0.99, 102],
    [width, 136],
    [width * cheek, 170],
    [width * (0.77 + 0.11 * jaw), 212],
    [width * (0.3 + 0.16 * jaw), chin - 7],
    [0, chin],
  ])
}

export function throat({ tone, neck, chin }) {
  const base = chin + 28
  const skin = curve(
    mirrored([
      [0, 200],
      [neck, 205],
      [neck * 0.96, base - 8],
      [neck + 14, base + 14],
      [60, 345],
      [0, 345],
    ]),
  )
  return (
    shape(skin, darker(tone, 0.13)) +
    `<clipPath id="neck"><path d="${skin}"/></clipPath><g clip-path="url(#neck)">` +
    `${oval(0, chin - 4, neck * 1.05, 26, darker(tone, 0.42), 'filter="url(#soft)"')}</g>`
  )
}

export function clothes({ neck, chin, top, collar }) {
  const base = chin + 28
  const cut = collar === 'v' ? 38 : collar === 'wide' ? 24 : 12
  const edge = neck + (collar === 'wide' ? 22 : 9)
  const shirt = `M${160 - edge},${base + 4} Q160,${base + cut * 2} ${160 + edge},${base + 4} C${195 + neck},${base + 16} 285,${base + 22} 300,330 L20,330 C35,${base + 22} ${125 - neck},${base + 16} ${160 - edge},${base + 4}Z`
  const vee = `M${160 - edge},${base + 3} L160,${base + 34} L${160 + edge},${base + 3} C${195 + neck},${base + 14} 285,${base + 22} 300,330 L20,330 C35,${base + 22} ${125 - neck},${base + 14} ${160 - edge},${base + 3}Z`
  const flaps =
    collar === 'shirt'
      ? both(
          shape(
            `M${160 + neck - 4},${base - 8} L163,${base + 26} L${160 + neck + 12},${base + 36} L${160 + neck + 16},${base + 2}Z`,
            lighter(top, 0.25),
          ),
        )
      : ''
  return shape(collar === 'v' || collar === 'shirt' ? vee : shirt, top) + flaps
}

export function ears({ width, tone }) {
  const x = width + 3
  return both(
    oval(x, 153, 9, 18, darker(tone, 0.1)) +
      line(
        [
          [x - 2, 142],
          [x + 4, 147],
          [x + 2, 157],
          [x - 2, 163],
        ],
        darker(tone, 0.34),
        2,
      ),
  )
}

export function face(person) {
  const { tone, width, chin } = person
  const path = curve(outline(person))
  return (
    `<clipPath id="face"><path d="${path}"/></clipPath>` +
    shape(path, tone) +
    '<g clip-path="url(#face)">' +
    shape(path, 'none', `stroke="${darker(tone, 0.4)}" stroke-width="26" filter="url(#broad)" opacity="0.75"`) +
    oval(0, 84, 42, 26, lighter(tone, 0.3), 'filter="url(#broad)" opacity="0.75"') +
    oval(0, chin - 12, 17, 9, lighter(tone, 0.22), 'filter="url(#soft)" opacity="0.6"') +
    both(
      oval(width * 0.56, 181, 20, 15, person.blush, 'filter="url(#broad)" opacity="0.55"') +
        oval(width * 0.53, 172, 13, 9, lighter(tone, 0.3), 'filter="url(#soft)" opacity="0.6"') +
        oval(33, 133, 22, 12, darker(tone, 0.42), 'filter="url(#soft)" opacity="0.42"'),
    ) +
    '</g>'
  )
}

/** Lines and folds that come with age; `ageing` runs from 0 (none) to 1. A smile deepens some of them. */
export function lines({ tone, ageing, width }, smile) {
  const ink = darker(tone, 0.48)
  const faint = (strength) => `opacity="${Math.min(0.85, strength).toFixed(2)}"`
  const fold = smile
    ? line(
        [
          [23, 191],
          [32, 199],
          [38, 210],
          [39, 221],
        ],
        ink,
        1.5 + ageing,
        faint(0.28 + 0.4 * ageing),
      )
    : line(
        [
          [22, 191],
          [28, 199],
          [31, 209],
        ],
        ink,
        1.3 + ageing,
        faint(0.04 + 0.5 * ageing),
      )
  const underEye = line(
    [
      [21, 148],
      [28, 152 + 2 * ageing],
      [37, 153 + 2 * ageing],
      [46, 150],
    ],
    ink,
    1.2,
    faint(smile ? 0.22 + 0.35 * ageing : 0.03 + 0.4 * ageing),
  )
  const feet =
    ageing > 0.4 || smile
      ? [
          [-5, -1],
          [0, 4],
          [4, 9],
        ]
          .map(([a, b]) =>
            line(
              [
                [53, 141 + a / 2],
                [60, 139 + b],
              ],
              ink,
              1.1,
              faint((smile ? 0.22 : 0) + 0.45 * (ageing - 0.25)),
            ),
          )
          .join('')
      : ''
  const forehead =
    ageing > 0.4
      ? [88, 98, 107]
          .map((y, i) =>
            line(
              [
                [-30 + 3 * i, y + 2],
                [-10, y - 1],
                [12, y],
                [31 - 2 * i, y + 2],
              ],
              ink,
              1.3,
              faint(0.5 * (ageing - 0.2)),
            ),
          )
          .join('')
      : ''
  const jowl =
    ageing > 0.7
      ? both(
          line(
            [
              [36, 222],
              [40, 232],
              [37, 241],
            ],
            ink,
            1.4,
            faint(0.3),
          ),
        )
      : ''
  const hollow =
    ageing > 0.7 ? both(oval(width * 0.7, 200, 7, 18, darker(tone, 0.4), 'filter="url(#soft)" opacity="0.4"')) : ''
  return hollow + both(fold + underEye + feet) + forehead + jowl
}
