// What ONNX Runtime's own profiler says of a file: multiply-adds, and where the time goes.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { feedsFor, openSession } from './sessions.js';

const shapes = z.array(z.record(z.string(), z.array(z.number())));

const nodeEvent = z.object({
  cat: z.literal('Node'),
  name: z.string().endsWith('_kernel_time'),
  dur: z.number(),
  args: z.object({ op_name: z.string(), input_type_shape: shapes, output_type_shape: shapes }),
});

type NodeEvent = z.infer<typeof nodeEvent>;

/** Products of a run in convolutions and matrix products, of the graph as it stands in the file. */
export async function multiplyAdds(file: string, batch: number): Promise<number> {
  const events = await profile(file, batch, { graphOptimizationLevel: 'disabled' }, 1);
  return events.reduce((sum, event) => sum + multiplyAddsOf(event), 0);
}

/** The share of each operator in the time of a run, largest first. */
export async function timeByOperator(
  file: string,
  batch: number,
  threads: number,
): Promise<Map<string, number>> {
  const events = await profile(file, batch, {}, threads);
  const total = events.reduce((sum, { dur }) => sum + dur, 0);
  const shares = new Map<string, number>();
  for (const { args, dur } of events) shares.set(args.op_name, (shares.get(args.op_name) ?? 0) + dur / total);
  return new Map([...shares].sort(([, a], [, b]) => b - a));
}

function multiplyAddsOf({ args }: NodeEvent): number {
  const [inputs, [output = []]] = [
    args.input_type_shape.map(onlyShape),
    args.output_type_shape.map(onlyShape),
  ];
  const [first = [], second = []] = inputs;
  const outputs = product(output);
  // Each element of the output sums over all but the first axis of the kernel.
  if (args.op_name === 'Conv') return outputs * product(second.slice(1));
  if (args.op_name === 'Gemm' || args.op_name === 'MatMul') return outputs * (first.at(-1) ?? 1);
  return 0;
}

async function profile(
  file: string,
  batch: number,
  options: { graphOptimizationLevel?: 'disabled' },
  threads: number,
): Promise<NodeEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-profile-'));
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: join(folder, 'profile') };
    const session = await openSession(file, threads, { ...options, ...profiling });
    await session.run(feedsFor(session, batch));
    session.endProfiling();
    await session.release();
    const [name = ''] = await readdir(folder);
    const events: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    return z
      .array(z.unknown())
      .parse(events)
      .flatMap((event) => nodeEvent.safeParse(event).data ?? []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function onlyShape(typed: Record<string, number[]>): number[] {
  return Object.values(typed)[0] ?? [];
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}
