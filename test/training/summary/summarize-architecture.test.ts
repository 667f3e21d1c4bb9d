import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ArchitectureChoice,
  summarizeArchitecture,
} from '../../../src/training/summary/summarize-architecture.js';
import type { Counts, GroupSummary } from '../../../src/training/summary/summarize-models.js';

beforeAll(() => tf.setBackend('cpu'));

/** Groups of a summary by name, each part as [parameters, multiply-adds]. */
function countsOf(choice: Omit<ArchitectureChoice, 'preset'>) {
  const { groups } = summarizeArchitecture({ preset: 'paper', ...choice });
  const pair = ({ parameters, multiplyAdds }: Counts) => [parameters, multiplyAdds] as const;
  const group = (name: GroupSummary['name']) => groups.find((candidate) => candidate.name === name);
  return {
    generator: group('generator')?.parts.map(pair),
    generatorTotal: group('generator')?.total,
    discriminators: group('discriminators')?.parts.map(({ parameters }) => parameters),
    discriminatorTotal: group('discriminators')?.total,
    encoders: group('encoders')?.parts.map(({ parameters }) => parameters),
  };
}

/** Multiply-adds as published, in thousand millions to three digits. */
const billions = ({ multiplyAdds = 0 }: Partial<Counts> = {}) => (multiplyAdds / 1e9).toFixed(3);
/** Megabytes as published. */
const megabytes = ({ weightBytes = 0 }: Partial<Counts> = {}) => [
  Math.round(weightBytes / 1e6),
  Math.round(weightBytes / 2e6),
];

describe('counts of the official configurations, known from the official code', () => {
  it('StackGAN in PyTorch', () => {
    const counts = countsOf({ architecture: 'stackgan' });
    expect(counts.generatorTotal?.parameters).toBe(36_591_328);
    expect(billions(counts.generatorTotal)).toBe('12.782');
    expect(megabytes(counts.generatorTotal)).toEqual([146, 73]);
    expect(counts.generator?.map(([parameters]) => parameters)).toEqual([10_301_248, 26_290_080]);
    // Layer by layer: linear layers, four doublings, picture; then the same and encoder, joint, residual blocks.
    expect(counts.generator?.map(([, multiplyAdds]) => multiplyAdds)).toEqual([
      262_144 + 3_735_552 + 4 * 301_989_888 + 7_077_888,
      262_144 + 1_087_897_600 + 754_974_720 + 4_831_838_208 + 4 * 1_207_959_552 + 56_623_104,
    ]);
    expect(counts.discriminators).toEqual([5_715_713, 71_269_122]);
  });

  it('StackGAN in PyTorch for COCO', () => {
    const counts = countsOf({ architecture: 'stackgan', dataset: 'coco' });
    expect(counts.generatorTotal?.parameters).toBe(57_151_312);
    expect(billions(counts.generatorTotal)).toBe('23.150');
    expect(megabytes(counts.generatorTotal)).toEqual([229, 114]);
    expect(counts.discriminators?.map((count) => (count / 1e6).toFixed(2))).toEqual(['12.41', '159.89']);
  });

  it.each(['cub', 'oxford-102'])('StackGAN in TensorFlow for %s', (dataset) => {
    const counts = countsOf({ architecture: 'stackgan', dataset, variant: 'tensorflow' });
    expect(counts.generator?.[0]?.[0]).toBe(14_264_192);
    expect(((counts.generator?.[0]?.[1] ?? 0) / 1e9).toFixed(3)).toBe('1.027');
    expect(counts.generatorTotal?.parameters).toBe(40_554_272);
    expect(billions(counts.generatorTotal)).toBe('12.590');
    expect(megabytes(counts.generatorTotal)).toEqual([162, 81]);
    expect(counts.discriminators).toEqual([4_029_824, 48_603_520]);
  });

  it('StackGAN++ for birds', () => {
    const counts = countsOf({ architecture: 'stackgan-pp' });
    expect(counts.generatorTotal?.parameters).toBe(21_239_696);
    expect(billions(counts.generatorTotal)).toBe('7.909');
    expect(megabytes(counts.generatorTotal)).toEqual([85, 42]);
    expect(counts.generator?.map(([parameters]) => parameters)).toEqual([
      524_800 + 7_471_104 + 65_536 + 12_537_600 + 1_728,
      480_384 + 864,
      157_248 + 432,
    ]);
    expect(counts.discriminators).toEqual([5_723_906, 18_834_178, 71_269_122]);
    expect(((counts.discriminatorTotal?.parameters ?? 0) / 1e6).toFixed(2)).toBe('95.83');
    expect(((counts.discriminatorTotal?.multiplyAdds ?? 0) / 1e9).toFixed(2)).toBe('3.98');
  });

  it.each(['lsun-bedroom', 'lsun-church', 'imagenet-dog', 'imagenet-cat'])(
    'StackGAN++ without text for %s',
    (dataset) => {
      const counts = countsOf({ architecture: 'stackgan-pp', dataset });
      expect(counts.generatorTotal?.parameters).toBe(16_472_208);
      expect(billions(counts.generatorTotal)).toBe('7.508');
      expect(counts.discriminators?.map((count) => (count / 1e6).toFixed(2))).toEqual([
        '2.77',
        '15.88',
        '68.31',
      ]);
      expect(counts.encoders).toBeUndefined();
    },
  );

  it('AttnGAN for birds', () => {
    const counts = countsOf({ architecture: 'attngan' });
    expect(counts.generatorTotal?.parameters).toBe(7_084_592);
    expect(billions(counts.generatorTotal)).toBe('8.255');
    expect(megabytes(counts.generatorTotal)).toEqual([28, 14]);
    const secondStage = 147_456 + 4_718_592 + 905_969_664 + 603_979_776;
    expect(counts.generator?.slice(1)).toEqual([
      [8_192 + 221_952 + 36_992 + 864, secondStage + 14_155_776],
      [268_000, 6_058_819_584 + 56_623_104],
    ]);
    expect(counts.discriminators).toEqual([6_313_730, 19_424_002, 71_858_946]);
    expect(((counts.discriminatorTotal?.parameters ?? 0) / 1e6).toFixed(2)).toBe('97.60');
    expect(((counts.discriminatorTotal?.multiplyAdds ?? 0) / 1e9).toFixed(2)).toBe('4.01');
  });

  it.each([
    [12, '8.247'],
    [25, '8.265'],
  ])('AttnGAN for birds, captions of %i words', (words, multiplyAdds) => {
    const { generatorTotal } = countsOf({ architecture: 'attngan', words });
    expect(generatorTotal?.parameters).toBe(7_084_592);
    expect(billions(generatorTotal)).toBe(multiplyAdds);
  });

  it('AttnGAN for COCO', () => {
    const counts = countsOf({ architecture: 'attngan', dataset: 'coco' });
    expect(counts.generatorTotal?.parameters).toBe(13_811_456);
    expect(billions(counts.generatorTotal)).toBe('23.582');
    expect(megabytes(counts.generatorTotal)).toEqual([55, 28]);
    expect(counts.discriminators?.map((count) => (count / 1e6).toFixed(2))).toEqual([
      '13.30',
      '42.80',
      '160.77',
    ]);
    expect(((counts.discriminatorTotal?.parameters ?? 0) / 1e6).toFixed(2)).toBe('216.88');
  });

  it('AttnDCGAN', () => {
    const counts = countsOf({ architecture: 'attngan', variant: 'attn-dcgan' });
    expect(counts.generatorTotal?.parameters).toBe(6_638_960);
    expect(billions(counts.generatorTotal)).toBe('3.708');
    expect(counts.discriminators).toHaveLength(1);
  });

  it('the character encoder, the same for both architectures that were published with it', () => {
    expect(countsOf({ architecture: 'stackgan' }).encoders).toEqual([4_045_184]);
    expect(countsOf({ architecture: 'stackgan-pp' }).encoders).toEqual([4_045_184]);
  });

  it('text encoders and image heads of DAMSM', () => {
    const { groups } = summarizeArchitecture({ architecture: 'attngan', preset: 'paper' });
    const [textEncoder, , imageHeads] = groups.find(({ name }) => name === 'encoders')?.parts ?? [];
    expect(textEncoder?.parameters).toBe(2_075_320);
    expect(billions(textEncoder)).toBe('0.008');
    expect(((textEncoder?.weightBytes ?? 0) / 1e6).toFixed(1)).toBe('8.3');
    expect(imageHeads?.parameters).toBe(196_608 + 524_544);
    const coco = summarizeArchitecture({
      architecture: 'attngan',
      preset: 'paper',
      dataset: 'coco',
      words: 18,
    });
    const [ofCoco] = coco.groups.find(({ name }) => name === 'encoders')?.parts ?? [];
    expect(ofCoco?.parameters).toBe(8_629_420);
    expect(billions(ofCoco)).toBe('0.008');
    expect(((ofCoco?.weightBytes ?? 0) / 1e6).toFixed(1)).toBe('34.5');
  });
});

describe('summarizeArchitecture', () => {
  it.each(['stackgan', 'stackgan-pp', 'attngan'])(
    'builds %s small, and tiny smaller still, and leaves no tensor behind',
    (architecture) => {
      const before = tf.memory().numTensors;
      const sizes = ['paper', 'small', 'tiny'].map((preset) => {
        const { groups } = summarizeArchitecture({ architecture, preset });
        const sum = (field: 'parameters' | 'multiplyAdds') =>
          groups.slice(0, 2).reduce((total, group) => total + group.total[field], 0);
        return { parameters: sum('parameters'), multiplyAdds: sum('multiplyAdds') };
      });
      for (const [index, { parameters, multiplyAdds }] of sizes.slice(1).entries()) {
        expect(parameters).toBeLessThan((sizes[index]?.parameters ?? 0) / 3);
        expect(multiplyAdds).toBeLessThan((sizes[index]?.multiplyAdds ?? 0) / 3);
      }
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('counts the embedding of as many words as it is told, where the preset leaves them to the data', () => {
    const textEncoder = (vocabularySize?: number) =>
      summarizeArchitecture({ architecture: 'attngan', preset: 'tiny', vocabularySize }).groups.at(-1)
        ?.parts[0];
    expect((textEncoder(3000)?.parameters ?? 0) - (textEncoder()?.parameters ?? 0)).toBe(2000 * 128);
  });

  it('refuses words where none are read', () => {
    expect(() => summarizeArchitecture({ architecture: 'stackgan', preset: 'paper', words: 7 })).toThrow(
      'Expected no words: this preset of stackgan reads none.',
    );
  });

  it('refuses an architecture that there is not', () => {
    expect(() => summarizeArchitecture({ architecture: 'dalle', preset: 'paper' })).toThrow(
      'Expected an architecture: stackgan, stackgan-pp, attngan, received dalle.',
    );
  });
});
