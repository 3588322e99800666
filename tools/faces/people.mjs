// The cast: 48 adults, every combination of apparent age, sex and skin about equally often. Whatever is not set by hand
// is drawn from the identity's own seed, so that adding a person leaves the others as they are.
import { chance, darker, mixed } from './shapes.mjs'

// Close in luminance on purpose (docs/faces.md): skin differs in hue and saturation more than in lightness, so that matching
// the pictures afterwards moves no face far from how it was drawn.
const TONES = {
  light: ['#d6a387', '#cf987a', '#d6a78f', '#d09b78'],
  medium: ['#bd8a60', '#b88358', '#c0906a', '#b07d55'],
  dark: ['#a1745a', '#98694f', '#a67a5c', '#95684f'],
}
const HAIR = {
  light: ['#3b2418', '#6b4528', '#a8743c', '#8c3f1f', '#1f1714', '#a9854c'],
  medium: ['#1c1412', '#2b1b14', '#241a18', '#3a2519', '#17110f', '#4a2e1c'],
  dark: ['#15100e', '#1d1512', '#120d0c', '#241916', '#181210', '#1a1311'],
}
const GREYS = ['#a39c95', '#8f8983', '#7d776f', '#b3ada6']
const LIPS = { light: '#b0625c', medium: '#a3584c', dark: '#8f4a46' }
const TOPS = ['#5a6b7d', '#6f6a62', '#7a5c5c', '#58705f', '#6a5f7c', '#4d5560', '#86735a', '#5f7476']
const IRISES = {
  light: ['#5f7f94', '#6d7f58', '#6b4a2e', '#7a8a92'],
  medium: ['#5a3a22', '#4a3020', '#6d5030'],
  dark: ['#3f281a', '#4a3020', '#38241a'],
}
const COLLARS = ['crew', 'v', 'shirt', 'wide']

// sex, skin, age, hair style, and what else makes the person: b beard, g glasses
const CAST = [
  'f light younger long',
  'f light younger bob',
  'f light younger wavy',
  'f light middle shoulder',
  'f light middle tied g:square',
  'f light middle pixie',
  'f light older chin',
  'f light older pixie g:round',
  'f medium younger wavy',
  'f medium younger tied',
  'f medium younger bun g:round',
  'f medium middle long',
  'f medium middle chin',
  'f medium middle curly',
  'f medium older bun',
  'f medium older bob g:square',
  'f dark younger afro',
  'f dark younger locs',
  'f dark younger bun',
  'f dark middle curly',
  'f dark middle coiled g:square',
  'f dark middle shoulder',
  'f dark older coiled',
  'f dark older tied g:round',
  'm light younger parted',
  'm light younger swept b:stubble',
  'm light younger coiled g:round',
  'm light middle crop b:stubble',
  'm light middle thin g:square',
  'm light middle parted',
  'm light older rim b:moustache',
  'm light older parted g:round',
  'm medium younger crop',
  'm medium younger swept b:goatee',
  'm medium younger coiled g:square',
  'm medium middle parted b:stubble',
  'm medium middle thin',
  'm medium middle crop b:moustache',
  'm medium older rim g:square',
  'm medium older swept b:full',
  'm dark younger fade',
  'm dark younger locs b:stubble',
  'm dark younger coiled',
  'm dark middle shaved b:goatee',
  'm dark middle fade g:round',
  'm dark middle bald g:square',
  'm dark older coiled b:full',
  'm dark older rim g:square',
]

function person(entry, i) {
  const [letter, skin, age, style, ...extras] = entry.split(' ')
  const id = `drawn-${String(i + 1).padStart(2, '0')}`
  const random = chance(`daybreak ${id}`)
  const within = (low, high) => low + random() * (high - low)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const male = letter === 'm'
  const extra = (key) => extras.find((word) => word.startsWith(`${key}:`))?.slice(2)
  const tone = TONES[skin][i % 4]
  const ageing = { younger: within(0, 0.12), middle: within(0.42, 0.55), older: within(0.85, 1) }[age]
  const natural = pick(HAIR[skin])
  const hair = age === 'older' ? pick(GREYS) : age === 'middle' ? mixed(natural, '#8f8983', within(0, 0.28)) : natural
  const chin = within(male ? 254 : 249, male ? 263 : 256)
  const full =
    within(5.2, 7) +
    (skin === 'dark' ? 2.4 : skin === 'medium' ? 0.8 : 0) +
    (male ? -0.6 : 0.9) -
    (age === 'older' ? 1.2 : 0)
  return {
    id,
    age,
    skin,
    sex: male ? 'male' : 'female',
    style,
    tone,
    ageing,
    hair,
    chin,
    width: within(male ? 70 : 67, male ? 77 : 73),
    jaw: male ? within(0.4, 1) : within(0, 0.55),
    cheek: within(0.93, 0.99),
    neck: male ? within(41, 48) : within(31, 36),
    blush: mixed(tone, '#c8543f', 0.36),
    eye: {
      open: within(7.9, 9.6) - (age === 'older' ? 0.8 : 0),
      tilt: within(-0.6, 2.2),
      fold: pick([2.4, 3, 3.6, 2.8]),
    },
    iris: pick(IRISES[skin]),
    brow: {
      height: within(-1.5, 1.5),
      arch: male ? within(-1, 1) : within(0.5, 3),
      weight: male ? within(6, 8) : within(3.8, 5.4),
    },
    browColour: age === 'older' ? mixed(hair, '#6a6058', 0.55) : darker(mixed(natural, '#2a1a12', 0.35), 0.2),
    nose: {
      width: within(15, 18) + (skin === 'dark' ? 3 : 0) + (male ? 1.6 : 0),
      tip: within(182, 188),
      bridge: within(7, 9.5),
    },
    mouthY: within(211, 215),
    lips: {
      width: within(24, 28) + (male ? 1 : 0),
      full,
      open: within(8, 12),
      colour: mixed(LIPS[skin], tone, male ? 0.45 : within(0.08, 0.25)),
    },
    beard: extra('b'),
    beardColour: age === 'older' ? mixed(hair, '#6f675f', 0.3) : mixed(natural, tone, 0.22),
    glasses: extra('g'),
    top: pick(TOPS),
    collar: pick(COLLARS),
  }
}

export const PEOPLE = CAST.map(person)
