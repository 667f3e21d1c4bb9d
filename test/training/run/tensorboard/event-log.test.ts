import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../../src/training/run/tensorboard/crc32c.js';
import { EventLog } from '../../../../src/training/run/tensorboard/event-log.js';
import { eventMessage } from '../../../../src/training/run/tensorboard/event-message.js';
import { tfRecord } from '../../../../src/training/run/tensorboard/tf-record.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { readEvents } from './read-events.js';

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4, and the usual check value.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [new TextEncoder().encode('123456789'), 0xe3069283],
  ])('of published vectors is right', (bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('an event file', () => {
  it('begins with the bytes that TensorFlow writes', () => {
    const version = tfRecord(eventMessage(0, 1, { kind: 'version' }));
    // Length 26, its masked checksum, wall time 1.0, step 0 and the version, by hand.
    const message = Buffer.concat([
      Buffer.from('09000000000000f03f', 'hex'),
      Buffer.from('1000', 'hex'),
      Buffer.from('1a0d', 'hex'),
      Buffer.from('brain.Event:2'),
    ]);
    expect(Buffer.from(version.subarray(12, 12 + message.length))).toEqual(message);
    expect(version.length).toBe(message.length + 16);
    expect(Buffer.from(version.subarray(0, 8)).toString('hex')).toBe('1a00000000000000');
  });

  it('gives back numbers and pictures by name and step', async () => {
    const folder = join(temporaryFolder(), 'logs', 'stage-1');
    const begunSeconds = Date.now() / 1000;
    const log = await EventLog.open(folder, 0);
    await log.scalars(1, { 'loss/generator': 0.5, 'loss/discriminator': -1.25, broken: Number.NaN });
    const png = new Uint8Array([137, 80, 78, 71, 0, 255]);
    await log.images(300, [{ tag: 'samples', png, width: 130, height: 64 }]);
    await log.close();
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    const [version, scalars, images, ...rest] = readEvents(readFileSync(join(folder, name)));
    expect(rest).toEqual([]);
    expect(version).toMatchObject({ step: 0, version: 'brain.Event:2' });
    expect(scalars).toMatchObject({
      step: 1,
      scalars: { 'loss/generator': 0.5, 'loss/discriminator': -1.25 },
    });
    expect(Object.keys(scalars?.scalars ?? {})).toHaveLength(2);
    expect(scalars?.wallSeconds).toBeGreaterThanOrEqual(begunSeconds);
    expect(images).toMatchObject({
      step: 300,
      images: { samples: { width: 130, height: 64, colors: 3, png: Buffer.from(png) } },
    });
  });

  it('of a resumed run says from which step on it counts', async () => {
    const folder = temporaryFolder();
    const log = await EventLog.open(folder, 40);
    await log.close();
    const [, start] = readEvents(readFileSync(log.path));
    expect(start).toMatchObject({ step: 41, session: 1 });
  });

  it('that cannot be written is refused by name', async () => {
    const folder = join(temporaryFolder({ 'a-file': '' }), 'a-file', 'logs');
    await expect(EventLog.open(folder, 0)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });
});
