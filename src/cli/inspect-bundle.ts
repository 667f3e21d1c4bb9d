import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from '../../tools/export/writer/onnx_pb.js';
import { type Manifest, openBundle } from '../sdk/bundle/index.js';
import { reasonOf, WordbrushError } from '../sdk/errors.js';
import { nodePlatform } from '../sdk/runtime/node/node-platform.js';
import { alignColumns } from './align-columns.js';

interface GraphContents {
  file: string;
  bytes: number;
  parameters: number;
  /** How often each operator occurs. */
  operators: Record<string, number>;
}

export interface BundleContents {
  location: string;
  manifest: Manifest;
  graphs: GraphContents[];
}

/** Reads and verifies a bundle, and counts what its graphs hold. @throws WordbrushError as `loadModel()` does. */
export async function inspectBundle(place: string): Promise<BundleContents> {
  const bundle = await openBundle(
    await nodePlatform.openBundle(place, { purpose: 'drawing', signal: undefined, assets: undefined }),
  );
  const { manifest, location } = bundle;
  const graphs = [manifest.textEncoder, ...manifest.stages, manifest.imageEncoder, manifest.matcher];
  const paths = new Set(graphs.flatMap((graph) => graph?.file ?? []));
  const contents = await bundle.read(['text', 'drawing', 'scoring'], () => undefined, undefined);
  return {
    location,
    manifest,
    graphs: [...paths].map((file) => countGraph(file, contents.bytesOf(file))),
  };
}

function countGraph(file: string, bytes: Uint8Array): GraphContents {
  const { graph } = parseGraph(file, bytes);
  const operators: Record<string, number> = {};
  for (const { opType } of graph?.node ?? []) operators[opType] = (operators[opType] ?? 0) + 1;
  const sizes = (graph?.initializer ?? []).map(({ dims }) =>
    dims.reduce((product, dim) => product * Number(dim), 1),
  );
  return { file, bytes: bytes.byteLength, parameters: sizes.reduce((sum, size) => sum + size, 0), operators };
}

function parseGraph(file: string, bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new WordbrushError('MODEL_INVALID', `Expected ${file} to be an ONNX file: ${reasonOf(cause)}.`, {
      hint: 'Get the model bundle again, or export it again.',
      cause,
      details: { file },
    });
  }
}

export function describeBundle({ location, manifest, graphs }: BundleContents): string {
  const { name, architecture, precision, stages, noise, tokenizer, training } = manifest;
  const facts = alignColumns([
    ['name', name],
    ['place', location],
    ['architecture', `${architecture}, weights in ${precision}`],
    [
      'pictures',
      stages.length === 0 ? 'none: it only scores' : stages.map(({ size }) => `${size}×${size}`).join(', '),
    ],
    ['noise', `z ${noise.zDim}, eps ${noise.epsDim}`],
    ['reads', tokenizer === undefined ? 'no text' : tokenizer.kind],
    ['trained on', `${training.dataset} (${training.licence}), ${training.steps} steps`],
  ]);
  const rows = graphs.map(({ file, bytes, parameters, operators }) => [
    file,
    `${(bytes / 1e6).toFixed(1)} MB`,
    `${parameters.toLocaleString('en')} numbers`,
    Object.entries(operators)
      .sort(([, a], [, b]) => b - a)
      .map(([operator, times]) => `${operator} ${times}`)
      .join(', '),
  ]);
  return `${facts}\n\n${alignColumns(rows)}`;
}
