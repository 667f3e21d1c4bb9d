import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import * as handler from '../../tools/export/handler.js';
import * as exporter from '../../tools/export/index.js';
import * as layerOptions from '../../tools/export/ops/layer-options.js';
import { compareWithOnnx } from '../tools/export/compare-with-onnx.js';
import { layerExamples, refusedLayers } from '../tools/export/layer-examples/index.js';
import type { LayerExample } from '../tools/export/layer-examples/layer-example.js';
import { runCode } from './run-code.js';

const FILE = new URL('../../docs/exporter-layers.md', import.meta.url);

/** Written around layers where their layout ends, and removed where they can be. */
const LAYOUT = ['Transpose', 'Identity'];

describe('docs/exporter-layers.md', () => {
  it('has the tables that the examples make; WRITE_DOCS=1 writes them', () => {
    const converted = layerExamples.map((example) => [
      `\`${example.className}\``,
      operatorsOf(example).join(', ') || '-',
      example.covers,
    ]);
    const refused = refusedLayers.map(({ className, reason }) => [`\`${className}\``, reason]);
    const text = readFileSync(FILE, 'utf8');
    const written = withTable(
      withTable(text, 'converted layers', ['Layer', 'ONNX operators', 'Covered'], converted),
      'refused layers',
      ['Layer', 'Why'],
      refused,
    );
    if (process.env.WRITE_DOCS === '1') writeFileSync(FILE, written);
    else expect(text).toBe(written);
  });

  it('adds a layer of one’s own with code that runs', async () => {
    const modules = { '@tensorflow/tfjs': tf, 'wordbrush/export': exporter };
    const { converted, maxAbsoluteDifference } = await runCode(codeUnder('## A layer of your own'), modules, [
      'converted',
      'maxAbsoluteDifference',
    ]);
    expect(converted).toMatchObject({ summary: { operators: { Sin: 1, Mul: 2, Div: 1, Add: 1 } } });
    expect(maxAbsoluteDifference).toBeLessThan(1e-6);
  });

  it('adds an op in one file with code that runs', async () => {
    const modules = { '../handler.js': handler, './layer-options.js': layerOptions };
    const { upSampling1dHandler } = await runCode(codeUnder('## An op in the repository'), modules, [
      'upSampling1dHandler',
    ]);
    const x = tf.input({ shape: [5, 3], name: 'x' });
    const outputs = new UpSampling1D({}).apply(x) as tf.SymbolicTensor;
    const converted = await compareWithOnnx(tf.model({ inputs: x, outputs }), {
      handlers: [...exporter.standardHandlers, upSampling1dHandler as exporter.LayerHandler],
    });
    expect(converted.summary.operators).toEqual({ Unsqueeze: 1, Expand: 1, Reshape: 1 });
  });
});

class UpSampling1D extends tf.layers.Layer {
  static className = 'UpSampling1D';
  override getConfig() {
    return { ...super.getConfig(), size: 2 };
  }
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, time, channels = null] = inputShape as tf.Shape;
    return [batch, typeof time === 'number' ? 2 * time : null, channels];
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x] = Array.isArray(inputs) ? inputs : [inputs];
      if (x === undefined) throw new RangeError('Expected an input.');
      const [batch = 0, time = 0, channels = 0] = x.shape;
      return x
        .expandDims(2)
        .tile([1, 1, 2, 1])
        .reshape([batch, 2 * time, channels]);
    });
  }
}

/** The operators that the handler writes beside those of layouts, in alphabetical order. */
function operatorsOf({ models, comparison = {} }: LayerExample): string[] {
  const { verification: _, tolerance: __, ...options } = comparison;
  const operators = models.flatMap((make) =>
    Object.keys(exporter.convert(make(), { ...options, passes: [] }).summary.operators),
  );
  const own = [...new Set(operators)].filter((operator) => !LAYOUT.includes(operator)).sort();
  return own.length === 0 && operators.includes('Transpose') ? ['Transpose'] : own;
}

function withTable(text: string, marker: string, head: readonly string[], rows: readonly string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const between = new RegExp(`(<!-- ${marker} -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!between.test(text)) throw new Error(`Expected a place marked "${marker}".`);
  return text.replace(
    between,
    (_all, begin: string, end: string) => `${begin}\n${lines.join('\n')}\n\n${end}`,
  );
}

/** The first code block under a heading, without its indentation. */
function codeUnder(heading: string): string {
  const text = readFileSync(FILE, 'utf8');
  const section = text.slice(text.indexOf(`${heading}\n`));
  const [, indentation = '', code] = section.match(/^( *)```js\n([\s\S]*?)^ *```$/m) ?? [];
  if (code === undefined) throw new Error(`Expected code under "${heading}".`);
  return code.replace(new RegExp(`^${indentation}`, 'gm'), '');
}
