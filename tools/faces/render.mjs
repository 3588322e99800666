// Draws every person smiling and neutral: `node render.mjs FOLDER` writes PNG pictures and `people.json` there.
// `scripts/draw_faces.py` calls this, matches luminance and writes the shipped set.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { brows, eyes, mouth, nose } from './features.mjs'
import { beard, glasses, STYLES } from './hair.mjs'
import { ears, face, lines, neckAndClothes } from './head.mjs'
import { PEOPLE } from './people.mjs'

const SIDE = 320
const blur = (id, by) => `<filter id="${id}" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="${by}"/></filter>`

function picture(person, smile) {
  const hair = STYLES[person.style](person)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 ${SIDE} ${SIDE}">`
    + `<defs>${blur('slight', 1)}${blur('soft', 3)}${blur('broad', 8)}</defs>`
    + hair.back + neckAndClothes(person) + ears(person) + face(person)
    + lines(person, smile) + beard(person, smile) + nose(person, smile) + mouth(person, smile)
    + eyes(person, smile) + brows(person, smile) + hair.front + glasses(person) + '</svg>'
}

const folder = process.argv[2]
if (!folder) throw new Error('say where to: node render.mjs FOLDER')
mkdirSync(folder, { recursive: true })
for (const person of PEOPLE) {
  for (const expression of ['smiling', 'neutral']) {
    const svg = picture(person, expression === 'smiling')
    writeFileSync(join(folder, `${person.id}-${expression}.png`), new Resvg(svg).render().asPng())
  }
}
const described = PEOPLE.map(({ id, age, sex, skin }) => ({ identity: id, age, sex, skin }))
writeFileSync(join(folder, 'people.json'), JSON.stringify(described, null, 1) + '\n')
