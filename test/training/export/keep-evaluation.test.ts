import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/training/evaluation/evaluation-record.js';
import { modelSha256 } from '../../../src/training/evaluation/model-sha256.js';
import { keepEvaluation } from '../../../src/training/export/keep-evaluation.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { tinyEvaluation } from '../evaluation/tiny-evaluation.js';

const file = (letter: string) => ({ bytes: 1, sha256: letter.repeat(64) });
const MANIFEST = { files: { 'stage-1.onnx': file('a'), 'MODEL_CARD.md': file('b') }, card: 'MODEL_CARD.md' };
const HASH = 'c'.repeat(64);
const EVALUATION: Evaluation = {
  ...tinyEvaluation(modelSha256(MANIFEST)),
  contactSheet: { file: 'contact-sheet.jpg', prompts: 40 },
};

function folders(files: Record<string, string>) {
  const from = temporaryFolder(files);
  const to = join(from, 'new');
  mkdirSync(to);
  return { from, to };
}

describe('keepEvaluation', () => {
  it('takes results and sheet along to the same model, whatever its card', async () => {
    const places = folders({ 'evaluation.json': JSON.stringify(EVALUATION), 'contact-sheet.jpg': 'picture' });
    const card = { ...MANIFEST, files: { ...MANIFEST.files, 'MODEL_CARD.md': file('d') } };
    expect(await keepEvaluation({ ...places, manifest: card })).toEqual(EVALUATION);
    expect(JSON.parse(readFileSync(join(places.to, 'evaluation.json'), 'utf8'))).toEqual(EVALUATION);
    expect(readFileSync(join(places.to, 'contact-sheet.jpg'), 'utf8')).toBe('picture');
  });

  it('links no sheet that is not there', async () => {
    const places = folders({ 'evaluation.json': JSON.stringify(EVALUATION) });
    const { contactSheet: _, ...measured } = EVALUATION;
    expect(await keepEvaluation({ ...places, manifest: MANIFEST })).toEqual(measured);
  });

  it.each<[string, Record<string, string>]>([
    [
      'of another model',
      { 'evaluation.json': JSON.stringify(EVALUATION).replace(modelSha256(MANIFEST), HASH) },
    ],
    ['that cannot be read', { 'evaluation.json': '{' }],
    ['that are not there', {}],
  ])('takes no results %s', async (_, files) => {
    const places = folders({ ...files, 'contact-sheet.jpg': 'picture' });
    expect(await keepEvaluation({ ...places, manifest: MANIFEST })).toBeUndefined();
    expect(existsSync(join(places.to, 'evaluation.json'))).toBe(false);
    expect(existsSync(join(places.to, 'contact-sheet.jpg'))).toBe(false);
  });
});
