import { runCommand } from 'citty';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { inspectCommand } from '../../src/cli/commands/inspect.js';

/** Runs `wordbrush inspect` in this process and gives what it printed. */
async function run(...rawArgs: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await runCommand(inspectCommand, { rawArgs });
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

const countsSchema = z.object({
  layers: z.number(),
  parameters: z.number(),
  multiplyAdds: z.number(),
  weightBytes: z.number(),
  activationBytes: z.number(),
});
const summarySchema = z.object({
  architecture: z.string(),
  preset: z.string(),
  dataset: z.string().nullable(),
  variant: z.string().nullable(),
  groups: z.array(
    z.object({
      name: z.string(),
      parts: z.array(countsSchema.extend({ name: z.string(), layerCounts: z.array(z.unknown()) })),
      total: countsSchema,
    }),
  ),
});

describe('wordbrush inspect', () => {
  it('prints a line a stage and the totals, the paper preset unless told otherwise', async () => {
    const lines = (await run('--architecture', 'attngan')).split('\n');
    expect(lines[0]).toBe('attngan, preset paper, data set cub, variant attngan');
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {2}stage 1, 64 pixels +24 +6,548,592 +0\.611 G +26\.2 MB +13\.1 MB +5\.2 MB$/u,
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}total +66 +7,084,592 +8\.255 G /u));
    expect(lines.filter((line) => line.includes('(Conv2D)'))).toEqual([]);
  });

  it('lists layers when asked', async () => {
    const lines = (await run('--architecture', 'attngan', '--preset', 'tiny', '--layers')).split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {4}stage2\/attention \(WordAttention\) 64×64×18 +1,179,648 +0\.3 MB$/u),
    );
  });

  it('prints the same as JSON', async () => {
    const output = await run('--architecture', 'stackgan', '--dataset', 'coco', '--json');
    const { groups, ...key } = summarySchema.parse(JSON.parse(output));
    expect(key).toEqual({ architecture: 'stackgan', preset: 'paper', dataset: 'coco', variant: 'pytorch' });
    expect(groups[0]?.total).toMatchObject({ parameters: 57_151_312, weightBytes: 4 * 57_151_312 });
    for (const { parts, total } of groups) {
      const layers = parts.reduce((count, { layerCounts }) => count + layerCounts.length, 0);
      expect(total.layers).toBe(layers);
    }
  });

  it.each([
    [['--architecture', 'dalle'], 'Expected an architecture'],
    [['--architecture', 'attngan', '--preset', 'huge'], 'preset: paper, small, tiny'],
    [['--architecture', 'attngan', '--vocabulary', '0'], '--vocabulary'],
    [['--architecture', 'attngan', '--datset', 'cub'], '--datset'],
    [['--architecture', 'attngan', 'cub'], 'no further word'],
  ])('refuses %o', async (rawArgs, message) => {
    await expect(run(...rawArgs)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(message),
    });
  });
});
