// npm run bench:export [-- --json] [--architecture NAME] [--batch N] [--rounds N] [--threads N]
// The full-size generators in ONNX Runtime: our export against the same without its passes, eager PyTorch and PyTorch's
// own export, all with the same weights. PyTorch where the Python that WORDBRUSH_PYTHON names has it.
import { parseArgs } from 'node:util';
import { hasPyTorch } from './export/eager-pytorch.js';
import { ARCHITECTURES, type Architecture } from './export/generators.js';
import { type Measurement, measure, NOT_RUN } from './export/measure.js';
import { prepare } from './export/prepare.js';
import { timeByOperator } from './export/profile.js';
import { printTable } from './export/report.js';
import { type SessionCost, sessionCosts } from './export/session-cost.js';

/** Times as fast as eager PyTorch, as PyTorch's export, and as long as the floor allows. */
const GOALS: Record<Architecture, { eager: number; onnx: number; floor: number }> = {
  stackgan: { eager: 1.5, onnx: 1.15, floor: 1.15 },
  'stackgan-pp': { eager: 1.5, onnx: 1.25, floor: 1.15 },
  attngan: { eager: 1.5, onnx: 1.25, floor: 1.15 },
};

export interface ArchitectureReport extends Measurement {
  /** Further batches: `batch8`, ... */
  [batch: `batch${number}`]: Measurement;
  session: { ours: SessionCost; pytorchOnnx: SessionCost | typeof NOT_RUN };
  missedGoals: string[];
  /** The share of each operator in a run of ours, where a goal is missed. */
  profile?: Record<string, number>;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    architecture: { type: 'string', multiple: true },
    batch: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '10' },
    threads: { type: 'string', default: '2' },
  },
});
const [threads, rounds] = [Number(values.threads), Number(values.rounds)];
const batches = (values.batch ?? ['1', '8']).map(Number);
const chosen = ARCHITECTURES.filter((name) => values.architecture?.includes(name) ?? true);
const withPyTorch = await hasPyTorch();

const report: Partial<Record<Architecture, ArchitectureReport>> = {};
for (const architecture of chosen) report[architecture] = await measureArchitecture(architecture);
if (values.json) console.log(JSON.stringify({ threads, rounds, ...report }, null, 2));
else printTable(report, { threads, rounds });

async function measureArchitecture(architecture: Architecture): Promise<ArchitectureReport> {
  const files = await prepare(architecture, withPyTorch);
  const [first = 1, ...further] = batches;
  const options = { threads, rounds, withPyTorch };
  const main = await measure(architecture, files, { ...options, batch: first });
  const others: Record<`batch${number}`, Measurement> = {};
  for (const batch of further) {
    // A batch of eight takes as long as eight: a third of the rounds is enough.
    const fewer = { ...options, batch, rounds: Math.max(3, Math.ceil(rounds / 3)) };
    others[`batch${batch}`] = await measure(architecture, files, fewer);
  }
  const both = files.pytorch === undefined ? [files.ours] : [files.ours, files.pytorch];
  const [ours, pytorchOnnx] = await sessionCosts(both, threads);
  if (ours === undefined) throw new RangeError('Expected the cost of our session.');
  const session = { ours, pytorchOnnx: pytorchOnnx ?? NOT_RUN } as const;
  const missedGoals = missed(architecture, main, session);
  const result: ArchitectureReport = { ...main, ...others, session, missedGoals };
  if (missedGoals.length > 0) {
    result.profile = Object.fromEntries(await timeByOperator(files.ours, first, threads));
  }
  return result;
}

function missed(
  architecture: Architecture,
  { vsPyTorchEager, vsPyTorchOnnx, overFloor }: Measurement,
  { ours, pytorchOnnx }: ArchitectureReport['session'],
): string[] {
  const { eager, onnx, floor } = GOALS[architecture];
  const goals: [string, boolean][] = [
    [`${eager} × eager PyTorch`, vsPyTorchEager === NOT_RUN || vsPyTorchEager >= eager],
    [`${onnx} × PyTorch's export`, vsPyTorchOnnx === NOT_RUN || vsPyTorchOnnx >= onnx],
    [`within ${floor} of the floor`, overFloor <= floor],
    ['a session as soon as PyTorch’s', pytorchOnnx === NOT_RUN || ours.createMs <= pytorchOnnx.createMs],
    ['no more memory than PyTorch’s', pytorchOnnx === NOT_RUN || ours.peakBytes <= pytorchOnnx.peakBytes],
  ];
  return goals.flatMap(([goal, isReached]) => (isReached ? [] : [goal]));
}
