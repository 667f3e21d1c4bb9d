import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RunConfig } from '../run/config/run-config.js';
import type { RunFolder } from '../run/run-folder.js';

/** Which weights the encoders of a bundle were made from: the same of every precision, and of every run that adopts them. */
export interface EncoderHashes {
  textEncoderSha256?: string;
  /** Of the layers behind the image trunk; there of DAMSM, whether or not the bundle scores. */
  imageEncoderSha256?: string;
}

/** Hashes the encoders' files of a run, for its manifest: by them a judge is told from the one that a generator knows. */
export async function encoderHashes({ textEncoder }: RunConfig, folder: RunFolder): Promise<EncoderHashes> {
  if (textEncoder === null || textEncoder.kind === 'vectors') return {};
  return {
    textEncoderSha256: await sha256Of(folder.textEncoderFile),
    ...(textEncoder.kind === 'damsm' && { imageEncoderSha256: await sha256Of(folder.imageHeadsFile) }),
  };
}

async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
