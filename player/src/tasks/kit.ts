import type { PlayerTexts, TrainingPlan } from "../contract";
import type { Picture } from "../presenter";
import { type Field, gridFields, letterSize, wordSize } from "../stage/layout";
import type { PictureMaker } from "../stage/pictures";

/** Any round of a plan. */
export type Round = TrainingPlan["rounds"][number];
/** Any step of a plan. */
export type Step = Round["steps"][number];

/** Everything a round needs, decoded: its assets by id and the furniture every round shares. */
export interface Kit {
  readonly width: number;
  readonly height: number;
  readonly grid: readonly Field[];
  readonly fixation: Picture;
  readonly fields: Picture | null;
  readonly right: Picture;
  readonly otherKey: Picture;
  readonly faster: Picture;
  picture(id: string): Picture;
  /** Frees the pictures; phones have little memory for them. The kit is of no use afterwards. */
  release(): void;
}

/** Where a kit's pictures come from and what they must fit. */
export interface Workshop {
  readonly maker: PictureMaker;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly texts: Pick<PlayerTexts, "right" | "other_key" | "faster">;
  /** Fetches a picture of the plan. */
  readonly fetchPicture: (id: string) => Promise<Blob>;
}

/** The ids of all assets a round shows, each once. */
export function assetsOf(round: Round): Set<string> {
  const ids = round.steps.flatMap((step) => {
    if ("target" in step) return [step.cue, step.trait, step.target];
    return "trait" in step ? [step.cue, step.trait] : [step.cue, step.face];
  });
  return new Set(round.task === "masked-words" ? [round.mask, ...ids] : ids);
}

/** Prepares a round: fetches, draws and decodes all it shows. */
export async function makeKit(plan: TrainingPlan, round: Round, shop: Workshop): Promise<Kit> {
  const { maker, width, height, scale, texts } = shop;
  const grid = gridFields(width, height, scale);
  const faces = round.task === "faces";
  const message = (text: string): Promise<Picture> => 
    maker.word(text, letterSize(width, text.length * 0.75, 28 * scale), 0.94 * width);
  const [pictures, fixation, fields, right, otherKey, faster] = await Promise.all([
    assetPictures(plan, round, shop, grid[0]?.side ?? 1),
    maker.cross(Math.round(28 * scale)),
    faces ? maker.fields(grid, width, height) : null,
    message(texts.right),
    message(texts.other_key),
    message(texts.faster),
  ]);
  const picture = (id: string): Picture => {
    const found = pictures.get(id);
    if (!found) throw new Error(`The plan has no asset ${id}.`);
    return found;
  };
  const release = (): void => {
    for (const each of [...pictures.values(), fixation, fields, right, otherKey, faster]) each?.close?.();
  };
  return { width, height, grid, fixation, fields, right, otherKey, faster, picture, release };
}

async function assetPictures(plan: TrainingPlan, round: Round, shop: Workshop, side: number): Promise<Map<string, Picture>> {
  const wanted = assetsOf(round);
  const assets = plan.assets.filter((asset) => wanted.has(asset.id));
  const longest = Math.max(1, ...plan.assets.map((asset) => (asset.kind === "word" ? asset.text.length : 0)));
  const inField = round.task === "faces";
  const size = inField
    ? letterSize(side, longest, 40 * shop.scale)
    : wordSize(shop.width, shop.height, longest, shop.scale);
  const made = await Promise.all(
    assets.map(async (asset): Promise<[string, Picture]> => {
      if (asset.kind === "word") return [asset.id, await shop.maker.word(asset.text, size, 0.94 * (inField ? side : shop.width))];
      return [asset.id, await shop.maker.image(await shop.fetchPicture(asset.id), side)];
    }),
  );
  return new Map(made);
}
