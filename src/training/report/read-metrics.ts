import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A curve: values at steps, ascending. */
export interface Series {
  name: string;
  steps: number[];
  values: number[];
}

const warningSchema = z.object({
  kind: z.string(),
  value: z.number(),
  threshold: z.number(),
  message: z.string(),
});

/** A warning that a run gave at a step. */
export type RecordedWarning = z.infer<typeof warningSchema> & { step: number };

/** What `metrics.jsonl` of a phase holds. */
export interface RecordedMetrics {
  /** In the order in which they first appear; `epoch` is none of them. */
  series: Series[];
  warnings: RecordedWarning[];
  /** The last step told of; 0 for none. */
  lastStep: number;
}

const lineSchema = z.looseObject({
  step: z.int(),
  warnings: z.array(warningSchema).optional(),
});

/** Reads a phase's metrics; lines that a kill cut off are passed over, and a file that is not there has none. */
export async function readMetrics(file: string): Promise<RecordedMetrics> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const byName = new Map<string, Series>();
  const warnings: RecordedWarning[] = [];
  let lastStep = 0;
  for (const line of text.split('\n')) {
    const parsed = parseLine(line);
    if (parsed === undefined) continue;
    const { step, warnings: ofStep = [], epoch: _, ...values } = parsed;
    lastStep = Math.max(lastStep, step);
    warnings.push(...ofStep.map((warning) => ({ ...warning, step })));
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const series = byName.get(name) ?? { name, steps: [], values: [] };
      byName.set(name, series);
      series.steps.push(step);
      series.values.push(value);
    }
  }
  return { series: [...byName.values()], warnings, lastStep };
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  if (line === '') return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
