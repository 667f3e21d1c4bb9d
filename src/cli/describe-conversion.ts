import type { FileConversion, Value } from '../../tools/export/index.js';
import { alignColumns } from './align-columns.js';

/** What `wordbrush convert --json` prints. */
export interface ConversionSummary {
  model: string;
  file: string;
  sizeBytes: number;
  opset: number;
  precision: string;
  arithmetic: string;
  inputs: Port[];
  outputs: Port[];
  /** Number of nodes by operator, most frequent first. */
  operators: Readonly<Record<string, number>>;
  nodeCount: number;
  parameterCount: number;
  weightBytes: number;
  fp32WeightBytes: number;
  verification: FileConversion['verification'];
}

interface Port {
  name: string;
  dataType: string;
  dims: (number | string | null)[];
}

export function summarizeConversion(
  model: string,
  file: string,
  { converted, verification, sizeBytes }: FileConversion,
): ConversionSummary {
  const { opset, precision, arithmetic, summary } = converted;
  const { operators, nodeCount, parameterCount, weightBytes, fp32WeightBytes } = summary;
  return {
    model,
    file,
    sizeBytes,
    opset,
    precision,
    arithmetic,
    inputs: summary.inputs.map(portOf),
    outputs: summary.outputs.map(portOf),
    operators,
    nodeCount,
    parameterCount,
    weightBytes,
    fp32WeightBytes,
    verification,
  };
}

function portOf({ name, dataType, shape = [] }: Value): Port {
  return { name, dataType, dims: [...shape] };
}

/** The summary as tables: ends, nodes, sizes and how the file compares. */
export function describeConversion(summary: ConversionSummary): string {
  const { model, file, opset, precision, arithmetic } = summary;
  return [
    `${model} -> ${file}\nopset ${opset}, weights ${precision}, arithmetic ${arithmetic}`,
    [
      ...summary.inputs.map((port) => `input   ${describePort(port)}`),
      ...summary.outputs.map((port) => `output  ${describePort(port)}`),
    ].join('\n'),
    alignColumns([
      ['nodes', ''],
      ...Object.entries(summary.operators).map(([op, count]) => [`  ${op}`, String(count)]),
      ['  total', String(summary.nodeCount)],
    ]),
    alignColumns([
      ['sizes', ''],
      ['  weights', summary.parameterCount.toLocaleString('en')],
      ['  in fp32', megabytes(summary.fp32WeightBytes)],
      ...(precision === 'fp32' ? [] : [[`  in ${precision}`, megabytes(summary.weightBytes)]]),
      ['  file', megabytes(summary.sizeBytes)],
    ]),
    describeVerification(summary),
  ].join('\n\n');
}

/** Below this, pictures side by side are told apart. */
const VISIBLE_PSNR_DB = 35;

const OPTIMIZATIONS = { disabled: 'none', all: 'all' };

function describeVerification({ precision, verification }: ConversionSummary): string {
  const { cases, exactMaxAbsoluteDifference, psnrDb } = verification;
  const isPicture = psnrDb !== null;
  const rows = cases.flatMap(({ name, optimization, differences }) =>
    Object.entries(differences).map(([output, difference]) => [
      `  ${name}`,
      output,
      OPTIMIZATIONS[optimization],
      difference.maxAbsolute.toExponential(1),
      difference.relativeL2.toExponential(1),
      ...(isPicture ? [difference.psnrDb === null ? '' : difference.psnrDb.toFixed(1)] : []),
    ]),
  );
  const header = [
    '  inputs',
    'output',
    'optimisation',
    'largest',
    'relative L2',
    ...(isPicture ? ['PSNR dB'] : []),
  ];
  const title =
    precision === 'fp32'
      ? 'ONNX Runtime against TensorFlow.js: differences'
      : `ONNX Runtime against TensorFlow.js in fp32: differences (at most ${exactMaxAbsoluteDifference.toExponential(1)} with weights in full)`;
  const table = `${title}\n${alignColumns([header, ...rows])}`;
  if (psnrDb === null || psnrDb >= VISIBLE_PSNR_DB) return table;
  return `${table}\n\nPictures are below ${VISIBLE_PSNR_DB} dB: ${precision} changes them visibly. --precision fp16 keeps them.`;
}

function describePort({ name, dataType, dims }: Port): string {
  return `${name} [${dims.map((size) => size ?? '?').join(', ')}] ${dataType}`;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
