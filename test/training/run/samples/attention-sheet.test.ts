import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { writeAttentionSheet } from '../../../../src/training/run/samples/attention-sheet.js';
import { temporaryFolder } from '../../../temporary-folder.js';

beforeAll(async () => {
  await loadTensorFlow({ backend: 'cpu' });
});

/** Attention `[count, 4, 4, time]` of which word `time - 1` has all at the top left, and the first all elsewhere. */
function attentionOf(count: number, time: number): tf.Tensor4D {
  const values = Array.from({ length: count * 16 * time }, (_, at) => {
    const [place, word] = [Math.floor(at / time) % 16, at % time];
    return word === (place === 0 ? time - 1 : 0) ? 1 : 0;
  });
  return tf.tensor4d(values, [count, 4, 4, time]);
}

describe('a sheet of attention', () => {
  it('has a row for each of the prompts with the most words, the picture before its words', async () => {
    const path = join(temporaryFolder(), 'sheet.png');
    const words = [
      ['one'],
      ['a', 'red', 'heart'],
      ['two', 'words'],
      ['a', 'red', 'heart'],
      ['last'],
      ['b', 'c'],
    ];
    // The third picture, of the repeated prompt, is the one shown for it.
    const images = tf.tidy(() =>
      tf.stack(words.map((_, index) => tf.fill([32, 32, 3], index === 3 ? -1 : 1))),
    ) as tf.Tensor4D;
    const sheet = await writeAttentionSheet(images, attentionOf(words.length, 3), words, path);
    const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([sheet.width, sheet.height]);
    // Four columns of 32 pixels with gaps of 4 around them.
    expect(info.width).toBe(4 * 36 + 4);
    expect(Buffer.from(sheet.png).equals(readFileSync(path))).toBe(true);
    const brightness = (x: number, y: number) => data[(y * info.width + x) * 3] ?? 0;
    const rowHeight = (info.height - 4) / 4;
    const middle = 4 + Math.floor((rowHeight - 4) / 2);
    // Its picture is black, the others white.
    expect(brightness(20, middle)).toBe(0);
    expect(brightness(20, middle + rowHeight)).toBe(255);
  });

  it('lays the heat where the word looked', async () => {
    const path = join(temporaryFolder(), 'sheet.png');
    const images = tf.zeros([1, 32, 32, 3]) as tf.Tensor4D;
    await writeAttentionSheet(images, attentionOf(1, 2), [['here', 'there']], path);
    const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const colorAt = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
    const top = (info.height - (32 + 11)) / 2;
    const [hereLeft, thereLeft] = [4 + 36, 4 + 72];
    // What the one word is hot in the other is cold in.
    expect(colorAt(hereLeft + 2, top + 2)).toEqual(colorAt(thereLeft + 28, top + 28));
    expect(colorAt(thereLeft + 2, top + 2)).toEqual(colorAt(hereLeft + 28, top + 28));
    expect(colorAt(hereLeft + 2, top + 2)).not.toEqual(colorAt(thereLeft + 2, top + 2));
  });
});
