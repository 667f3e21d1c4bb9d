import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src/sdk/bundle/index.js';

const file = { bytes: 1, sha256: '0'.repeat(64) };

const CHECK = { size: 64, channelMeans: [1, 2, 3], tolerance: 2 };

/** An AttnGAN that scores, in short. */
function attngan() {
  return {
    formatVersion: 1,
    name: 'attngan',
    architecture: 'attngan',
    conditional: true,
    stages: [
      { file: 's1', size: 64, inputs: ['sentence', 'z', 'eps'], outputs: ['image', 'map_1'] },
      { file: 's2', size: 128, inputs: ['map_1', 'words', 'lengths'], outputs: ['image', 'attention'] },
    ],
    textEncoder: {
      file: 't',
      inputs: ['token_ids', 'lengths'],
      outputs: ['words', 'sentence'],
      wordDim: 8,
      sentenceDim: 8,
    },
    tokenizer: { kind: 'words', version: 1, vocabularyFile: 'v', maxLength: 18, unknownWords: 'drop' },
    imageEncoder: {
      file: 'i',
      inputs: ['image'],
      outputs: ['regions', 'global'],
      size: 24,
      regionsSide: 6,
      dim: 8,
    },
    matcher: {
      file: 'm',
      inputs: ['regions', 'global', 'words', 'lengths', 'sentence'],
      outputs: ['sentence_scores', 'word_scores', 'word_relevance', 'word_regions'],
    },
    noise: { zDim: 5, epsDim: 4 },
    files: { s1: file, s2: file, t: file, v: file, i: file, m: file },
    precision: 'fp16',
    training: { dataset: 'none', licence: 'MIT', preset: 'none', steps: 0, seed: 0 },
    selfTest: { prompt: 'a bird', seed: 1, checks: [CHECK] },
  };
}

/** A StackGAN++ without text. */
function unconditional() {
  const { textEncoder: _, tokenizer: __, imageEncoder: ___, matcher: ____, selfTest, ...rest } = attngan();
  const { prompt: _____, ...test } = selfTest;
  return {
    ...rest,
    conditional: false,
    stages: [
      { file: 's1', size: 64, inputs: ['z'], outputs: ['image', 'map_1'] },
      { file: 's2', size: 128, inputs: ['map_1', 'z'], outputs: ['image'] },
    ],
    noise: { zDim: 5, epsDim: 0 },
    selfTest: test,
  };
}

/** A DAMSM alone. */
function scorer() {
  const { selfTest: _, ...rest } = attngan();
  return { ...rest, architecture: 'damsm', stages: [], noise: { zDim: 0, epsDim: 0 } };
}

function messageOf(manifest: object): string {
  try {
    parseManifest(JSON.stringify(manifest), 'x');
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID' });
    return error instanceof Error ? error.message : '';
  }
}

const CHARACTERS = { kind: 'characters', version: 1, lowerCase: false };

describe('a manifest', () => {
  it('of every kind is accepted', () => {
    expect(messageOf(attngan())).toBe('accepted');
    expect(messageOf(unconditional())).toBe('accepted');
    expect(messageOf(scorer())).toBe('accepted');
    const { imageEncoder: _, matcher: __, stages, textEncoder, ...rest } = attngan();
    const { wordDim: ___, ...encoder } = textEncoder;
    const ofCharacters = {
      ...rest,
      tokenizer: CHARACTERS,
      textEncoder: { ...encoder, inputs: ['characters'], outputs: ['sentence'] },
      stages: stages.slice(0, 1),
    };
    expect(messageOf(ofCharacters)).toBe('accepted');
  });

  it.each<[string, object, string]>([
    ['text without a text encoder', { textEncoder: undefined }, 'textEncoder: an object, received nothing'],
    ['text without a tokenizer', { tokenizer: undefined }, 'tokenizer: an object, received nothing'],
    ['an image encoder alone', { matcher: undefined }, 'matcher: an object, since scoring takes both graphs'],
    ['a matcher alone', { imageEncoder: undefined }, 'imageEncoder: an object, since scoring takes both'],
    ['words of characters', { tokenizer: CHARACTERS }, 'textEncoder.wordDim: nothing beside a tokenizer'],
    [
      'a self-test without a prompt',
      { selfTest: { ...attngan().selfTest, prompt: undefined } },
      'selfTest.prompt: a text, received nothing',
    ],
    [
      'a self-test of white space',
      { selfTest: { ...attngan().selfTest, prompt: ' ' } },
      'selfTest.prompt: a text with a word, received white space only',
    ],
    [
      'a self-test of a size that no stage has',
      { selfTest: { ...attngan().selfTest, checks: [64, 32].map((size) => ({ ...CHECK, size })) } },
      'selfTest.checks.1.size: one of 64, 128, received 32',
    ],
    [
      'other inputs of the matcher',
      { matcher: { ...attngan().matcher, inputs: ['regions', 'words'] } },
      'matcher.inputs: regions, global, words, lengths, sentence, received regions, words',
    ],
    [
      'other outputs of the image encoder',
      { imageEncoder: { ...attngan().imageEncoder, outputs: ['regions', 'regions'] } },
      'imageEncoder.outputs: regions, global',
    ],
    [
      'a file that is not listed',
      { files: { ...attngan().files, m: undefined } },
      'matcher.file: a file listed',
    ],
  ])('with %s is refused', (_, change, message) => {
    expect(messageOf({ ...attngan(), ...change })).toContain(`Expected ${message}`);
  });

  it.each<[string, object, string]>([
    ['a stage', { stages: attngan().stages }, 'stages: nothing in a model that only scores'],
    [
      'nothing to score with',
      { matcher: undefined, imageEncoder: undefined },
      'matcher: an object in a model',
    ],
    ['a self-test', { selfTest: attngan().selfTest }, 'selfTest: nothing in a model that only scores'],
  ])('that only scores, with %s, is refused', (_, change, message) => {
    expect(messageOf({ ...scorer(), ...change })).toContain(`Expected ${message}`);
  });

  it('that draws has stages and noise', () => {
    expect(messageOf({ ...attngan(), stages: [] })).toContain('Expected stages: at least one stage');
    const noise = { zDim: 0, epsDim: 4 };
    expect(messageOf({ ...attngan(), noise })).toContain('Expected noise.zDim: at least 1, received 0');
  });

  it.each<[string, object, string]>([
    [
      'a text encoder',
      { textEncoder: attngan().textEncoder },
      'textEncoder: nothing in a model without text',
    ],
    ['a prompt', { selfTest: attngan().selfTest }, 'selfTest.prompt: nothing in a model without text'],
    [
      'a stage that takes a sentence',
      { stages: [{ file: 's1', size: 64, inputs: ['sentence', 'z'], outputs: ['image'] }] },
      'stages.0.inputs.0: one of z, received "sentence"',
    ],
    [
      'a stage that takes eps',
      { stages: [{ file: 's1', size: 64, inputs: ['z', 'eps'], outputs: ['image'] }] },
      'stages.0.inputs.1: one of z, received "eps"',
    ],
    [
      'a matcher',
      { matcher: attngan().matcher, imageEncoder: attngan().imageEncoder },
      'matcher: nothing without a tokenizer of words',
    ],
  ])('without text is refused with %s', (_, change, message) => {
    expect(messageOf({ ...unconditional(), ...change })).toContain(`Expected ${message}`);
  });
});
