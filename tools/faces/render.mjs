// Draws every person: `node render.mjs FOLDER` writes `people.json` and, for each, four layers as PNG pictures: what lies
// under the skin (hair behind), the skin with a smile and without, and what lies over it (clothes, hair, glasses). The layers stay
// apart because `scripts/draw_faces.py` matches the luminance of the skin and leaves hair and clothes as drawn.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { brows, eyes, mouth, nose } from './features.mjs'
import { STYLES } from './hair.mjs'
import { clothes, ears, face, lines, throat } from './head.mjs'
import { PEOPLE } from './people.mjs'
import { beard, glasses } from './worn.mjs'

const SIDE = 320
const blur = (id, by) =>
  `<filter id="${id}" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="${by}"/></filter>`

function layer(drawing) {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 ${SIDE} ${SIDE}">` +
    `<defs>${blur('slight', 1)}${blur('soft', 3)}${blur('broad', 8)}</defs>${drawing}</svg>`
  return new Resvg(svg).render().asPng()
}

const skin = (person, smile) =>
  throat(person) +
  ears(person) +
  face(person) +
  lines(person, smile) +
  beard(person, smile) +
  nose(person, smile) +
  mouth(person, smile) +
  eyes(person, smile) +
  brows(person, smile)

function layers(person) {
  const hair = STYLES[person.style](person)
  return {
    under: layer(hair.back),
    smiling: layer(skin(person, true)),
    neutral: layer(skin(person, false)),
    over: layer(clothes(person) + hair.front + glasses(person)),
  }
}

const folder = process.argv[2]
if (!folder) throw new Error('say where to: node render.mjs FOLDER')
mkdirSync(folder, { recursive: true })
for (const person of PEOPLE) {
  for (const [name, png] of Object.entries(layers(person))) writeFileSync(join(folder, `${person.id}-${name}.png`), png)
}
const described = PEOPLE.map(({ id, age, sex, skin }) => ({ identity: id, age, sex, skin }))
writeFileSync(join(folder, 'people.json'), `${JSON.stringify(described, null, 1)}\n`)
