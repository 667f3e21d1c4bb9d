import type { Series } from './read-metrics.js';

/** Curves that share a chart. */
export interface ChartGroup {
  title: string;
  /** What the numbers mean, in a sentence. */
  note: string;
  series: Series[];
}

interface GroupRule {
  title: string;
  note: string;
  /** Names without the side of the pictures, `real` for `real64`. */
  names: readonly string[];
  /** Whether each side of pictures has a chart of its own. */
  bySide?: boolean;
}

const RULES: readonly GroupRule[] = [
  {
    title: 'Losses',
    note: 'What the networks minimise. Neither has to fall: they compete.',
    names: ['total', 'loss', 'discriminator', 'generator', 'generatorTotal'],
  },
  {
    title: 'Judged rightly',
    note: 'Share of real, drawn and mismatched pictures that the discriminator takes for what they are.',
    names: ['accuracyReal', 'accuracyFake', 'accuracyWrong'],
    bySide: true,
  },
  {
    title: 'Samples beside real pictures',
    note: 'Diversity under one prompt, effect of the prompt under one noise, distance to the nearest training picture; 1 is what real pictures have among themselves.',
    names: ['sampleDiversity', 'textEffect', 'nearestTraining'],
  },
  {
    title: 'Kernel distance',
    note: 'Of EfficientNet-Lite0 features, samples against held-out pictures: the lower, the better.',
    names: ['kernelDistance'],
  },
  {
    title: 'Captions that find their picture',
    note: 'Share of first captions whose own picture is the nearest of the split.',
    names: ['retrievalTrain', 'retrievalTest'],
  },
  {
    title: 'Terms of the discriminator',
    note: 'Its loss on real, mismatched and drawn pictures, with their text and alone.',
    names: ['discriminator', 'real', 'wrong', 'fake', 'realAlone', 'wrongAlone', 'fakeAlone'],
    bySide: true,
  },
  {
    title: 'Terms of the generator',
    note: 'How far the discriminators are from taking its pictures for real.',
    names: ['generator', 'generatorAlone'],
    bySide: true,
  },
  {
    title: 'DAMSM',
    note: 'How far pictures and captions are from finding each other, by words and by sentences.',
    names: [
      'words',
      'sentences',
      'wordsImageToText',
      'wordsTextToImage',
      'sentencesImageToText',
      'sentencesTextToImage',
    ],
  },
  {
    title: 'Captions and pictures',
    note: 'How far they are from finding each other, by sentences.',
    names: ['contrastive'],
  },
  {
    title: 'Divergence of the conditioning augmentation',
    note: 'How much the condition says of its text.',
    names: ['kl'],
  },
  {
    title: 'Colours of neighbouring scales',
    note: 'How far apart they are.',
    names: ['colorMean', 'colorCovariance'],
    bySide: true,
  },
  { title: 'Pictures a second', note: 'Mean over the last steps.', names: ['imagesPerSecond'] },
];

/** Which curves are drawn together; those that no rule knows come last, each by itself. */
export function chartGroups(series: readonly Series[]): ChartGroup[] {
  const left = new Set(series);
  const groups = RULES.flatMap((rule) => {
    const found = [...left].filter((one) => fits(rule, one.name));
    for (const one of found) left.delete(one);
    return rule.bySide ? perSide(rule, found) : group(rule.title, rule.note, found);
  });
  return [...groups, ...[...left].flatMap((one) => group(one.name, '', [one]))];
}

/** Rules without sides take names without a side alone: `discriminator`, but not `discriminator64`. */
function fits({ names, bySide = false }: GroupRule, name: string): boolean {
  const plain = names.includes(name);
  return bySide ? names.includes(withoutSide(name)) || plain : plain;
}

function perSide({ title, note }: GroupRule, series: readonly Series[]): ChartGroup[] {
  const sides = [...new Set(series.map(({ name }) => sideOf(name)))].sort((a, b) => Number(a) - Number(b));
  return sides.flatMap((side) =>
    group(
      side === '' ? title : `${title}, ${side} pixels`,
      note,
      series.filter(({ name }) => sideOf(name) === side),
    ),
  );
}

function group(title: string, note: string, series: readonly Series[]): ChartGroup[] {
  return series.length === 0 ? [] : [{ title, note, series: [...series] }];
}

function sideOf(name: string): string {
  return /\d+$/.exec(name)?.[0] ?? '';
}

function withoutSide(name: string): string {
  return name.replace(/\d+$/, '');
}
