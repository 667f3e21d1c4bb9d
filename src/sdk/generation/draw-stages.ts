import { PREVIOUS_IMAGE } from '../bundle/index.js';
import { HeldTensorLost, isHeld } from '../runtime/held-tensor.js';
import type { GraphValue, TensorValue } from '../runtime/platform.js';
import { sameSizes, stackRows, stackValues } from './batch.js';
import { inLanes } from './in-lanes.js';
import { type LoadedStage, SHOWN_OUTPUTS } from './loaded-stage.js';
import type { PictureNoise } from './picture-noise.js';
import { requireFloats, runHolding, type TensorValues } from './run-graph.js';

/** One picture to draw. */
export interface PictureRequest {
  /** What the text encoder gave, batch 1; empty without text. */
  text: TensorValues;
  noise: PictureNoise;
}

/** What one stage made of one picture. */
export interface DrawnStage {
  /** Which of the requests, from 0. */
  index: number;
  /** Which stage, from 0. */
  stage: number;
  /** Width and height in pixels. */
  size: number;
  /** Channel by channel, [3, size, size] in [-1, 1]. */
  image: Float32Array;
  /** [time, side, side], where each word was looked at, if the stage attends to words. */
  attention: { data: Float32Array; side: number } | undefined;
  /** The stage's time by the number of pictures that shared it. */
  elapsedMs: number;
}

export interface DrawStagesOptions {
  stages: readonly LoadedStage[];
  requests: readonly PictureRequest[];
  /** How many pictures a run may have. */
  atOnce: number;
  /** How many runs may go on at once, in workers. @default 1 */
  lanes?: number;
  /** Called before each run; throws to stop. */
  mayGoOn(): void;
  signal: AbortSignal | undefined;
}

/**
 * Draws pictures, stage by stage; later stages take by name what earlier ones made. Neighbours whose texts have the
 * same number of words are drawn together. Of each picture the stages come in order and, in one lane, of each stage the
 * pictures; several lanes share the pictures evenly.
 * @throws WordbrushError MODEL_INVALID if a graph fails or gives no picture.
 */
export async function* drawStages(options: DrawStagesOptions): AsyncGenerator<DrawnStage, void, undefined> {
  const { requests, atOnce, lanes = 1 } = options;
  const most = Math.min(atOnce, Math.ceil(requests.length / lanes));
  const pieces: AsyncGenerator<DrawnStage, void, undefined>[] = [];
  let first = 0;
  while (first < requests.length) {
    const group = groupFrom(requests, first, most);
    pieces.push(drawGroup(options, group, first));
    first += group.length;
  }
  if (lanes > 1) {
    yield* inLanes(pieces, lanes);
    return;
  }
  for (const piece of pieces) yield* piece;
}

function groupFrom(requests: readonly PictureRequest[], first: number, atOnce: number): PictureRequest[] {
  const group: PictureRequest[] = [];
  for (const request of requests.slice(first, first + atOnce)) {
    const [leader = request] = group;
    if (!sameSizes(leader.text, request.text)) break;
    group.push(request);
  }
  return group;
}

/** Draws one group; where what a stage held is lost with its device or worker, from the first stage again. */
async function* drawGroup(
  options: DrawStagesOptions,
  group: readonly PictureRequest[],
  first: number,
): AsyncGenerator<DrawnStage, void, undefined> {
  // Lost between two stages: of those that gave pictures, all pictures were given.
  let reached = -1;
  for (;;) {
    const given = reached;
    try {
      for await (const drawn of drawOnce(options, group, first)) {
        if (drawn.stage <= given) continue;
        reached = drawn.stage;
        yield drawn;
      }
      return;
    } catch (error) {
      if (!(error instanceof HeldTensorLost)) throw error;
    }
  }
}

async function* drawOnce(
  { stages, mayGoOn, signal }: DrawStagesOptions,
  group: readonly PictureRequest[],
  first: number,
): AsyncGenerator<DrawnStage, void, undefined> {
  const values: Map<string, GraphValue> = stackValues(group.map(({ text }) => text));
  values.set('z', stackRows(group.map(({ noise }) => vector(noise.z))));
  let epsUsed = 0;
  try {
    for (const [stage, { description, session }] of stages.entries()) {
      mayGoOn();
      const started = performance.now();
      const { file, size, inputs } = description;
      if (inputs.includes('eps')) {
        const index = epsUsed++;
        values.set(
          'eps',
          stackRows(group.map(({ noise }) => vector(noise.eps[index] ?? new Float32Array(0)))),
        );
      }
      const later = new Set(stages.slice(stage + 1).flatMap((one) => one.description.inputs));
      const outputs = description.outputs.filter((name) => SHOWN_OUTPUTS.includes(name) || later.has(name));
      for (const [name, value] of await runHolding(session, values, file, { outputs, signal })) {
        drop(values, name);
        values.set(name, value);
      }
      const image = requireFloats(values, 'image', [group.length, 3, size, size], file);
      values.set(PREVIOUS_IMAGE, image);
      // A square for each word: one of another shape would show a word's heat elsewhere.
      const time = group[0]?.text.get('words')?.dims[1];
      const side = values.get('attention')?.dims[3];
      const attention = description.outputs.includes('attention')
        ? requireFloats(values, 'attention', [group.length, time, side, side], file)
        : undefined;
      // Maps that no later stage takes are freed early: they are what is large.
      for (const name of values.keys()) {
        if (!later.has(name)) drop(values, name);
      }
      const elapsedMs = (performance.now() - started) / group.length;
      for (const index of group.keys()) {
        yield {
          index: first + index,
          stage,
          size,
          image: rowOf(image.data, index, group.length),
          attention: attention && {
            data: rowOf(attention.data, index, group.length),
            side: attention.dims[3] ?? 0,
          },
          elapsedMs,
        };
      }
    }
  } finally {
    for (const name of values.keys()) drop(values, name);
  }
}

function drop(values: Map<string, GraphValue>, name: string): void {
  const value = values.get(name);
  if (value !== undefined && isHeld(value)) value.dispose();
  values.delete(name);
}

function vector(data: Float32Array): TensorValue {
  return { data, dims: [1, data.length] };
}

function rowOf(data: Float32Array, index: number, rows: number): Float32Array {
  const length = data.length / rows;
  return data.subarray(index * length, (index + 1) * length);
}
