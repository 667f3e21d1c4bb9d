import type { Manifest, StageDescription } from '../bundle/index.js';
import { WordbrushError } from '../errors.js';
import type { GraphSession, ValueDescription } from '../runtime/platform.js';

/** What the manifest says of a value; undefined for a dimension that is open. */
interface ExpectedValue {
  type: 'float32' | 'int32';
  dims: readonly (number | undefined)[];
}

type Expectations = ReadonlyMap<string, ExpectedValue | undefined>;

/** @throws WordbrushError MODEL_INVALID if the text encoder's graph does not fit the manifest. */
export function checkTextEncoder(session: GraphSession, { textEncoder }: Manifest): void {
  const inputs: Expectations = new Map([
    ['token_ids', { type: 'int32', dims: [undefined, undefined] }],
    ['lengths', { type: 'int32', dims: [undefined] }],
  ]);
  const outputs: Expectations = new Map([
    ['words', { type: 'float32', dims: [undefined, undefined, textEncoder.wordDim] }],
    ['sentence', { type: 'float32', dims: [undefined, textEncoder.sentenceDim] }],
  ]);
  checkValues(session.inputs, textEncoder.inputs, inputs, textEncoder.file, 'input');
  checkValues(session.outputs, textEncoder.outputs, outputs, textEncoder.file, 'output');
}

/** @throws WordbrushError MODEL_INVALID if a stage's graph does not fit the manifest. */
export function checkStage(session: GraphSession, stage: StageDescription, manifest: Manifest): void {
  const { noise, textEncoder } = manifest;
  const inputs: Expectations = new Map([
    ['z', { type: 'float32', dims: [undefined, noise.zDim] }],
    ['eps', { type: 'float32', dims: [undefined, noise.epsDim] }],
    ['sentence', { type: 'float32', dims: [undefined, textEncoder.sentenceDim] }],
    ['words', { type: 'float32', dims: [undefined, undefined, textEncoder.wordDim] }],
    ['lengths', { type: 'int32', dims: [undefined] }],
  ]);
  const outputs: Expectations = new Map([
    ['image', { type: 'float32', dims: [undefined, 3, stage.size, stage.size] }],
  ]);
  checkValues(session.inputs, stage.inputs, inputs, stage.file, 'input');
  checkValues(session.outputs, stage.outputs, outputs, stage.file, 'output');
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
  if (dims.length === 0) {
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
