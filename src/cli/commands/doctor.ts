import { readFileSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { defineCommand } from 'citty';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { type Device, loadModel } from '../../sdk/index.js';
import { DEVICES } from '../../sdk/runtime/device.js';
import { cacheFolder } from '../../sdk/runtime/node/folder-cache.js';
import { nodeDevices } from '../../sdk/runtime/node/node-devices.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

/** One thing that was looked at. */
interface Finding {
  name: string;
  /** `missing` is no fault: nothing that is needed here is broken by it. */
  state: 'ok' | 'missing' | 'broken';
  detail: string;
}

const PACKAGES = [
  'onnxruntime-node',
  'onnxruntime-web',
  'sharp',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-node-gpu',
];

export const doctorCommand = defineCommand({
  meta: {
    name: 'doctor',
    description:
      'Tell what is installed, which devices work and why others do not, and test the model built in',
  },
  args: {
    json: { type: 'boolean', default: false, description: 'Print the findings as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    const findings = [
      machine(),
      ...PACKAGES.map(findPackage),
      ...(await findDevices()),
      await testModel(),
      await findCache(),
    ];
    console.log(args.json ? JSON.stringify(findings, null, 2) : findings.map(describe).join('\n'));
    if (findings.some(({ state }) => state === 'broken')) process.exitCode = 1;
  },
});

function machine(): Finding {
  const processor = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads`;
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return {
    name: 'machine',
    state: 'ok',
    detail: `Node.js ${process.versions.node} on ${process.platform} ${process.arch}, ${processor}, ${memory}`,
  };
}

function findPackage(name: string): Finding {
  const version = versionOf(name);
  return version === undefined
    ? { name, state: 'missing', detail: 'not installed' }
    : { name, state: 'ok', detail: version };
}

/** Read from the package's own file, which its `exports` may hide. */
function versionOf(name: string): string | undefined {
  try {
    for (let folder = dirname(createRequire(import.meta.url).resolve(name)); ; folder = dirname(folder)) {
      const manifest = readManifest(join(folder, 'package.json'));
      if (manifest?.name === name) return manifest.version;
      if (dirname(folder) === folder) return undefined;
    }
  } catch {
    return undefined;
  }
}

function readManifest(path: string): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function findDevices(): Promise<Finding[]> {
  const devices = nodeDevices();
  const findings: Finding[] = [];
  for (const device of DEVICES) {
    findings.push(await tryDevice(device, devices));
  }
  const { device } = await devices.choose('auto').catch(() => ({ device: undefined }));
  const detail = device === undefined ? 'no device works' : `takes ${device}`;
  return [...findings, { name: 'device auto', state: device === undefined ? 'broken' : 'ok', detail }];
}

async function tryDevice(device: Device, devices: ReturnType<typeof nodeDevices>): Promise<Finding> {
  const name = `device ${device}`;
  try {
    const { adapter = '', drawback } = await devices.choose(device);
    return { name, state: 'ok', detail: [adapter, drawback].filter(Boolean).join('. ') };
  } catch (error) {
    return { name, state: 'missing', detail: explain(error) };
  }
}

async function testModel(): Promise<Finding> {
  const name = 'model built in';
  try {
    await using model = await loadModel();
    const result = await model.selfTest();
    const { name: model_, device } = model.info();
    const passed = result?.passed === true;
    const verdict = passed
      ? 'draws what it drew when it was exported'
      : 'draws something else than when it was exported';
    return { name, state: passed ? 'ok' : 'broken', detail: `${model_} on ${device} ${verdict}` };
  } catch (error) {
    return { name, state: 'broken', detail: explain(error) };
  }
}

async function findCache(): Promise<Finding> {
  const folder = cacheFolder();
  const writable = await nearestFolderIsWritable(folder);
  return {
    name: 'cache',
    state: writable ? 'ok' : 'broken',
    detail: writable ? folder : `${folder} cannot be written; WORDBRUSH_CACHE names another`,
  };
}

/** Of the folder, or of the nearest above it that exists. */
async function nearestFolderIsWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing && dirname(folder) !== folder ? nearestFolderIsWritable(dirname(folder)) : false;
  }
}

function explain(error: unknown): string {
  return error instanceof WordbrushError ? error.message : reasonOf(error);
}

const MARKS = { ok: '+', missing: '-', broken: '!' } as const;

function describe({ name, state, detail }: Finding): string {
  return `${MARKS[state]} ${name.padEnd(26)}${detail}`;
}
