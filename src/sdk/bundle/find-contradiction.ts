import { show } from '../validation/describe-issue.js';
import type { Manifest } from './manifest.js';

/** The picture of the stage before, as a stage's input. */
export const PREVIOUS_IMAGE = 'previous_image';

/** What the graphs beside the stages take and give. */
export const GRAPH_VALUES = {
  wordEncoder: { inputs: ['token_ids', 'lengths'], outputs: ['words', 'sentence'] },
  characterEncoder: { inputs: ['characters'], outputs: ['sentence'] },
  imageEncoder: { inputs: ['image'], outputs: ['regions', 'global'] },
  matcher: {
    inputs: ['regions', 'global', 'words', 'lengths', 'sentence'],
    outputs: ['sentence_scores', 'word_scores', 'word_relevance', 'word_regions'],
  },
} as const;

/** A field that does not go with the others. */
export interface Contradiction {
  field: string;
  expected: string;
  received: string;
}

/** The first field of a manifest, each of whose fields is right by itself, that does not fit another. */
export function findContradiction(manifest: Manifest): Contradiction | undefined {
  return (
    findWrongPurpose(manifest) ??
    findWrongText(manifest) ??
    findWrongScoring(manifest) ??
    findMissingFile(manifest) ??
    findWrongNames(manifest) ??
    findWrongStage(manifest) ??
    findWrongSelfTest(manifest)
  );
}

/** A model draws in stages from noise, or is there to score. */
function findWrongPurpose({
  architecture,
  stages,
  noise,
  matcher,
  selfTest,
}: Manifest): Contradiction | undefined {
  const nothing = 'nothing in a model that only scores';
  if (architecture !== 'damsm') {
    if (stages.length === 0) return { field: 'stages', expected: 'at least one stage', received: 'none' };
    if (noise.zDim === 0) return { field: 'noise.zDim', expected: 'at least 1', received: '0' };
  } else if (stages.length > 0) {
    return { field: 'stages', expected: nothing, received: show(stages) };
  } else if (matcher === undefined) {
    return { field: 'matcher', expected: 'an object in a model that scores', received: 'nothing' };
  } else if (selfTest !== undefined) {
    return { field: 'selfTest', expected: nothing, received: show(selfTest) };
  }
  return undefined;
}

/** Text belongs to a conditional model, and only to one. */
function findWrongText({
  conditional,
  textEncoder,
  tokenizer,
  selfTest,
}: Manifest): Contradiction | undefined {
  const parts = {
    textEncoder,
    tokenizer,
    ...(selfTest !== undefined && { 'selfTest.prompt': selfTest.prompt }),
  };
  for (const [field, part] of Object.entries(parts)) {
    if (conditional && part === undefined) {
      return { field, expected: field === 'selfTest.prompt' ? 'a text' : 'an object', received: 'nothing' };
    }
    if (!conditional && part !== undefined) {
      return { field, expected: 'nothing in a model without text', received: show(part) };
    }
  }
  if (textEncoder !== undefined && tokenizer !== undefined) {
    const readsWords = tokenizer.kind === 'words';
    if (readsWords !== (textEncoder.wordDim !== undefined)) {
      const expected = readsWords ? 'an integer' : 'nothing beside a tokenizer of characters';
      return { field: 'textEncoder.wordDim', expected, received: show(textEncoder.wordDim) };
    }
  }
  return undefined;
}

/** Scoring takes both graphs, and words to match. */
function findWrongScoring({ imageEncoder, matcher, tokenizer }: Manifest): Contradiction | undefined {
  if ((imageEncoder === undefined) !== (matcher === undefined)) {
    const field = matcher === undefined ? 'matcher' : 'imageEncoder';
    return { field, expected: 'an object, since scoring takes both graphs', received: 'nothing' };
  }
  if (matcher !== undefined && tokenizer?.kind !== 'words') {
    return { field: 'matcher', expected: 'nothing without a tokenizer of words', received: 'an object' };
  }
  return undefined;
}

function findMissingFile(manifest: Manifest): Contradiction | undefined {
  const { tokenizer, textEncoder, stages, imageEncoder, matcher, card } = manifest;
  const references: [field: string, path: string | undefined][] = [
    ['tokenizer.vocabularyFile', tokenizer?.kind === 'words' ? tokenizer.vocabularyFile : undefined],
    ['textEncoder.file', textEncoder?.file],
    ...stages.map(({ file }, i): [string, string] => [`stages.${i}.file`, file]),
    ['imageEncoder.file', imageEncoder?.file],
    ['matcher.file', matcher?.file],
    ['card', card],
  ];
  const missing = references.find(([, path]) => path !== undefined && !Object.hasOwn(manifest.files, path));
  if (missing === undefined) {
    return undefined;
  }
  const [field, path] = missing;
  return { field, expected: 'a file listed under files', received: `"${path}"` };
}

function findWrongNames({
  tokenizer,
  textEncoder,
  imageEncoder,
  matcher,
}: Manifest): Contradiction | undefined {
  const encoder = tokenizer?.kind === 'characters' ? 'characterEncoder' : 'wordEncoder';
  const graphs = [
    ['textEncoder', textEncoder, GRAPH_VALUES[encoder]],
    ['imageEncoder', imageEncoder, GRAPH_VALUES.imageEncoder],
    ['matcher', matcher, GRAPH_VALUES.matcher],
  ] as const;
  for (const [field, graph, expected] of graphs) {
    for (const kind of ['inputs', 'outputs'] as const) {
      const names = graph?.[kind];
      if (names !== undefined && !sameNames(names, expected[kind])) {
        return { field: `${field}.${kind}`, expected: expected[kind].join(', '), received: names.join(', ') };
      }
    }
  }
  return undefined;
}

/**
 * Each stage may take what is given, what an earlier stage made and, under the name `previous_image`, the
 * picture of the stage before; and it makes a larger picture.
 */
function findWrongStage({ stages, noise, textEncoder }: Manifest): Contradiction | undefined {
  const available = new Set(['z', ...(noise.epsDim > 0 ? ['eps'] : []), ...(textEncoder?.outputs ?? [])]);
  if (textEncoder?.outputs.includes('words')) {
    available.add('lengths');
  }
  let previousSize = 0;
  for (const [i, { inputs, outputs, size }] of stages.entries()) {
    const unknown = inputs.findIndex((name) => !available.has(name));
    if (unknown >= 0) {
      const expected = `one of ${[...available].join(', ')}`;
      return { field: `stages.${i}.inputs.${unknown}`, expected, received: `"${inputs[unknown]}"` };
    }
    if (!outputs.includes('image')) {
      return { field: `stages.${i}.outputs`, expected: '"image" among them', received: outputs.join(', ') };
    }
    if (size <= previousSize) {
      return { field: `stages.${i}.size`, expected: `more than ${previousSize}`, received: String(size) };
    }
    previousSize = size;
    for (const name of [...outputs, PREVIOUS_IMAGE]) {
      available.add(name);
    }
    // A graph cannot call an input and an output by the same name.
    available.delete('image');
  }
  return undefined;
}

/** A self-test draws at sizes that there are, from a text that says something. */
function findWrongSelfTest({ stages, selfTest }: Manifest): Contradiction | undefined {
  if (selfTest?.prompt?.trim() === '') {
    return { field: 'selfTest.prompt', expected: 'a text with a word', received: 'white space only' };
  }
  const sizes = stages.map(({ size }) => size);
  const checks = selfTest?.checks ?? [];
  const unknown = checks.findIndex(({ size }) => !sizes.includes(size));
  return unknown < 0
    ? undefined
    : {
        field: `selfTest.checks.${unknown}.size`,
        expected: `one of ${sizes.join(', ')}`,
        received: String(checks[unknown]?.size),
      };
}

function sameNames(names: readonly string[], expected: readonly string[]): boolean {
  return names.length === expected.length && expected.every((name) => names.includes(name));
}
