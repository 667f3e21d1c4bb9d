import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ARCHITECTURES, buildGenerator } from '../../../bench/export/generators.js';
import { layerHandlers } from '../../../src/training/export/layer-handlers.js';
import { convert, type Graph } from '../../../tools/export/index.js';

/** The first opset of `convert`. */
const OPSET = 17;

/** Operators that ONNX Runtime's WebGPU provider has at our opset, as the installed package documents them. */
const webgpuOperators = new Set(
  readFileSync(
    new URL('../../../node_modules/onnxruntime-web/docs/webgpu-operators.md', import.meta.url),
    'utf8',
  )
    .split('\n')
    .flatMap((line) => {
      const [, name = '', opsets = ''] = line.split('|').map((cell) => cell.trim());
      const own = /ai\.onnx\(([^)]*)\)/.exec(opsets)?.[1];
      return own?.split(',').some(includesOpset) === true ? [name] : [];
    }),
);

/** `7`, `7-12` or `13+` */
function includesOpset(range: string): boolean {
  const [from = '', to] = range.split('-');
  if (from.endsWith('+')) return OPSET >= Number.parseInt(from, 10);
  // A version alone holds up to the next one, which the list names too.
  return to !== undefined && OPSET >= Number(from) && OPSET <= Number(to);
}

beforeAll(() => tf.setBackend('cpu'));

describe.each(ARCHITECTURES)('the generator of %s', (architecture) => {
  // The operators are those of the paper's sizes, which take four times as long.
  const generator = buildGenerator(architecture, 'small');
  const models = [...generator.stages, generator.model];

  it.each(models)('$name: nothing but what WebGPU has, on small maps, with channels second', (model) => {
    const layout = ({ shape }: tf.SymbolicTensor) =>
      shape.length === 4 ? ('nchw' as const) : ('nhwc' as const);
    const { graph, summary } = convert(model, {
      handlers: layerHandlers,
      inputs: model.inputs.map((input, index) => ({
        name: model.inputNames[index] ?? '',
        layout: layout(input),
      })),
      outputs: model.outputs.map((output, index) => ({ name: `output${index}`, layout: layout(output) })),
    });
    const operators = Object.keys(summary.operators);
    expect(operators.filter((name) => !webgpuOperators.has(name))).toEqual([]);
    expect(operators).not.toContain('BatchNormalization');
    expect(operators).not.toContain('Resize');
    expect(transposedRanks(graph).filter((rank) => rank > 3)).toEqual([]);
  });
});

it('reads the list of operators', () => {
  expect(webgpuOperators).toContain('Conv');
  expect(webgpuOperators.has('Gelu')).toBe(false);
  expect(webgpuOperators.has('LSTM')).toBe(false);
});

/** Of words only, `[batch, words, features]`, is the order turned: once as keys, once as values. */
function transposedRanks({ nodes }: Graph): number[] {
  return nodes.flatMap(({ op, inputs }) =>
    op === 'Transpose' ? [inputs[0]?.shape?.length ?? Number.NaN] : [],
  );
}
