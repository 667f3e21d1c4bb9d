import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Project, useProject } from './project.js';

const project = useProject();

/** A home of its own, to see what is written there. */
function newHome({ folder }: Project): { home: string; files: () => string[]; env: NodeJS.ProcessEnv } {
  const home = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(home, '.cache'));
  return {
    home,
    files: () => readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => path !== '.cache'),
    // ONNX Runtime sends nothing where it sees CI, so that the test would see nothing either.
    env: { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), ORT_DISABLE_TELEMETRY: '', CI: '' },
  };
}

describe('telemetry of ONNX Runtime', () => {
  it.each([
    ['on this thread', 'workers: 0'],
    ['in workers', 'workers: 2'],
    ['on WebAssembly', "device: 'wasm'"],
  ])('writes no file %s', async (_, options) => {
    const { files, env } = newHome(project());
    const script = `
      import { readdirSync, readlinkSync } from 'node:fs';
      import { loadModel } from 'wordbrush';
      const model = await loadModel(undefined, { ${options} });
      await model.generate('a red heart');
      const open = process.platform === 'linux' ? readdirSync('/proc/self/fd').flatMap((fd) => {
        try { return [readlinkSync('/proc/self/fd/' + fd)]; } catch { return []; }
      }) : [];
      console.log(JSON.stringify(open.filter((path) => path.includes('onnxruntime.db'))));
      await model.dispose();`;
    const { code, output } = await project().run(script, { env });
    expect({ code, output }).toEqual({ code: 0, output: '[]\n' });
    expect(files()).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    'is what the test would see: onnxruntime-node alone writes one',
    async () => {
      const { home, files, env } = newHome(project());
      const script = `
        const { InferenceSession } = await import('onnxruntime-node');
        await InferenceSession.create(new Uint8Array(3)).catch(() => undefined);`;
      await project().run(script, { env });
      expect(existsSync(join(home, '.cache/Microsoft/DeveloperTools/.onnxruntime'))).toBe(true);
      expect(files().some((path) => path.endsWith('onnxruntime.db'))).toBe(true);
    },
  );
});
