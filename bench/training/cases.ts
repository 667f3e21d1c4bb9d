/** What is timed: a step of one training in the sizes of one preset. */
export interface TrainingCase {
  name: CaseName;
  preset: Preset;
  /** Pictures, or captions of DAMSM, in a step. */
  batch: number;
}

export const CASE_NAMES = ['stackgan-stage1', 'stackgan-stage2', 'stackgan-pp', 'attngan', 'damsm'] as const;
export type CaseName = (typeof CASE_NAMES)[number];
export const PRESETS = ['small', 'paper'] as const;
export type Preset = (typeof PRESETS)[number];

/** Small ones, so that a step of the full width takes seconds; those of DAMSM are official. */
const BATCHES: Record<CaseName, Record<Preset, number>> = {
  'stackgan-stage1': { small: 16, paper: 16 },
  'stackgan-stage2': { small: 4, paper: 4 },
  'stackgan-pp': { small: 4, paper: 4 },
  attngan: { small: 4, paper: 4 },
  damsm: { small: 48, paper: 48 },
};

/** All of them, or those of which a name, `attngan`, or a name and preset, `attngan.small`, is in `only`. */
export function selectedCases(only: readonly string[] | undefined): TrainingCase[] {
  const all = CASE_NAMES.flatMap((name) =>
    PRESETS.map((preset) => ({ name, preset, batch: BATCHES[name][preset] })),
  );
  if (only === undefined) return all;
  const asked = (wanted: string, { name, preset }: TrainingCase) =>
    wanted === name || wanted === `${name}.${preset}`;
  const unknown = only.filter((wanted) => !all.some((each) => asked(wanted, each)));
  if (unknown.length > 0) throw new RangeError(`There is no ${unknown.join(', ')}.`);
  return all.filter((each) => only.some((wanted) => asked(wanted, each)));
}
