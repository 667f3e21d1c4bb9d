import {
  type ImageEncoderDescription,
  type Manifest,
  type MatcherDescription,
  PREVIOUS_IMAGE,
  type TextEncoderDescription,
} from '../bundle/index.js';
import { WordbrushError } from '../errors.js';
import type { GraphSession, ValueDescription } from '../runtime/platform.js';
import { TEXT_LENGTH } from '../text/characters.js';
import type { LoadedStage } from './loaded-stage.js';

/** What the manifest says of a value; undefined for a dimension that is open. */
interface ExpectedValue {
  type: 'float32' | 'int32';
  dims: readonly (number | undefined)[];
}

type Expectations = ReadonlyMap<string, ExpectedValue>;

/** @throws WordbrushError MODEL_INVALID if the text encoder's graph does not fit the manifest. */
export function checkTextEncoder(session: GraphSession, description: TextEncoderDescription): void {
  const { wordDim, sentenceDim } = description;
  const inputs: Expectations = new Map([
    ['token_ids', integers(undefined, undefined)],
    ['lengths', integers(undefined)],
    ['characters', integers(undefined, TEXT_LENGTH)],
  ]);
  const outputs: Expectations = new Map([
    ['words', floats(undefined, undefined, wordDim)],
    ['sentence', floats(undefined, sentenceDim)],
  ]);
  checkGraph(session, description, inputs, outputs);
}

/**
 * Checks the last of a generator's stages against the manifest and the stages before it.
 * @throws WordbrushError MODEL_INVALID if its graph does not fit.
 */
export function checkStages(stages: readonly LoadedStage[], { noise, textEncoder }: Manifest): void {
  const last = stages.at(-1);
  if (last === undefined) {
    return;
  }
  const inputs = new Map<string, ExpectedValue>([
    ['z', floats(undefined, noise.zDim)],
    ['eps', floats(undefined, noise.epsDim)],
    ['sentence', floats(undefined, textEncoder?.sentenceDim)],
    ['words', floats(undefined, undefined, textEncoder?.wordDim)],
    ['lengths', integers(undefined)],
  ]);
  for (const { description, session } of stages.slice(0, -1)) {
    for (const output of session.outputs) {
      inputs.set(output.name === 'image' ? PREVIOUS_IMAGE : output.name, likeOutput(output));
    }
    inputs.set(PREVIOUS_IMAGE, floats(undefined, 3, description.size, description.size));
  }
  const { size } = last.description;
  const outputs: Expectations = new Map([
    ['image', floats(undefined, 3, size, size)],
    ['attention', floats(undefined, undefined, undefined, undefined)],
  ]);
  checkGraph(last.session, last.description, inputs, outputs);
}

/** @throws WordbrushError MODEL_INVALID if the image encoder's graph does not fit the manifest. */
export function checkImageEncoder(session: GraphSession, description: ImageEncoderDescription): void {
  const { size, regionsSide, dim } = description;
  const inputs: Expectations = new Map([['image', floats(undefined, 3, size, size)]]);
  const outputs: Expectations = new Map([
    ['regions', floats(undefined, dim, regionsSide, regionsSide)],
    ['global', floats(undefined, dim)],
  ]);
  checkGraph(session, description, inputs, outputs);
}

/** @throws WordbrushError MODEL_INVALID if the matcher's graph does not fit the manifest. */
export function checkMatcher(
  session: GraphSession,
  description: MatcherDescription,
  { dim, regionsSide }: ImageEncoderDescription,
  { wordDim, sentenceDim }: TextEncoderDescription,
): void {
  const inputs: Expectations = new Map([
    ['regions', floats(undefined, dim, regionsSide, regionsSide)],
    ['global', floats(undefined, dim)],
    ['words', floats(undefined, undefined, wordDim)],
    ['lengths', integers(undefined)],
    ['sentence', floats(undefined, sentenceDim)],
  ]);
  const outputs: Expectations = new Map([
    ['sentence_scores', floats(undefined, undefined)],
    ['word_scores', floats(undefined, undefined)],
    ['word_relevance', floats(undefined, undefined, undefined)],
    ['word_regions', floats(undefined, undefined, undefined, regionsSide ** 2)],
  ]);
  checkGraph(session, description, inputs, outputs);
}

function checkGraph(
  session: GraphSession,
  { inputs, outputs, file }: { inputs: readonly string[]; outputs: readonly string[]; file: string },
  expectedInputs: Expectations,
  expectedOutputs: Expectations,
): void {
  checkValues(session.inputs, inputs, expectedInputs, file, 'input');
  checkValues(session.outputs, outputs, expectedOutputs, file, 'output');
}

function floats(...dims: (number | undefined)[]): ExpectedValue {
  return { type: 'float32', dims };
}

function integers(...dims: (number | undefined)[]): ExpectedValue {
  return { type: 'int32', dims };
}

/** A value that an earlier stage gives, as a later one has to take it. */
function likeOutput({ dims }: ValueDescription): ExpectedValue {
  return floats(...dims.map((dim) => (typeof dim === 'number' ? dim : undefined)));
}

function checkValues(
  actual: readonly ValueDescription[],
  names: readonly string[],
  expectations: Expectations,
  file: string,
  kind: 'input' | 'output',
): void {
  const actualNames = actual.map(({ name }) => name);
  if (actual.length !== names.length || !names.every((name) => actualNames.includes(name))) {
    throw doesNotFit(file, `${kind}s ${names.join(', ')}`, actualNames.join(', '));
  }
  for (const value of actual) {
    const expected = expectations.get(value.name);
    if (expected !== undefined && !fits(value, expected)) {
      const shape = expected.dims.map((dim) => dim ?? 'any').join(', ');
      throw doesNotFit(
        file,
        `${kind} ${value.name} as ${expected.type} [${shape}]`,
        `${value.type} [${value.dims.join(', ')}]`,
      );
    }
  }
}

function fits({ type, dims }: ValueDescription, expected: ExpectedValue): boolean {
  if (type !== expected.type) {
    return false;
  }
  // A graph need not declare shapes; then the first run shows them.
  if (dims.length === 0 || expected.dims.length === 0) {
    return true;
  }
  return (
    dims.length === expected.dims.length &&
    dims.every(
      (dim, i) => typeof dim === 'string' || expected.dims[i] === undefined || dim === expected.dims[i],
    )
  );
}

function doesNotFit(file: string, expected: string, received: string): WordbrushError {
  return new WordbrushError(
    'MODEL_INVALID',
    `Expected the graph ${file} to have ${expected}, received ${received}.`,
    {
      hint: 'The graph and the manifest come from different exports: export the model again.',
      details: { file, expected, received },
    },
  );
}
