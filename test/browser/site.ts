import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { RUNTIME_FOLDER, WORKER_SCRIPT } from '../../src/sdk/runtime/web/asset-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
const STRICT_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
const PAGE = '<!doctype html><title>wordbrush</title><script type="module" src="/app/page.js"></script>';
/** Hands the functions to the tests, which also wait for its message. */
const PAGE_SCRIPT = `import * as wordbrush from './web.js';
import { normalNoise } from './noise.js';
Object.assign(globalThis, { wordbrush, drawNormals: normalNoise });
console.log('ready');`;

/** What the server does instead of giving the file; it may look at how often the path was asked for, from 1. */
export type Fault = (response: ServerResponse, content: Buffer, times: number) => boolean;

/**
 * A site as an app would be served. Its page `/` takes `?isolated` (the two headers that threads take), `?csp` (the
 * strict policy) and `?no-worker` (a policy that lets no worker start).
 */
export interface Site {
  /** Without slash at the end. */
  origin: string;
  /** Paths in the order in which they were asked for. */
  requests: string[];
  /** By path. */
  faults: Map<string, Fault>;
  /** Of all files so far. */
  sentBytes(): number;
  close(): Promise<void>;
}

/** A script built for browsers, with what it was made of. */
export interface BuiltScript {
  code: Buffer;
  metafile: Metafile;
}

/** Bundles and minifies a source file as an app's bundler would. */
export async function buildScript(source: string): Promise<BuiltScript> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, source)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  return { code: Buffer.from(outputFiles[0]?.contents ?? []), metafile };
}

/** The entry as a bundler splits it. */
export interface BuiltEntry {
  /** What a page fetches before it can show itself. */
  first: Uint8Array[];
  /** What it may fetch later. */
  later: Uint8Array[];
}

/** Bundles the entry, with what is imported dynamically in files of its own. */
export async function buildEntry(): Promise<BuiltEntry> {
  const { outputFiles, metafile } = await build({
    entryPoints: { web: join(ROOT, 'src/sdk/web.ts') },
    outdir: join(ROOT, 'dist'),
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  });
  const first = new Set<string>();
  const follow = (output: string): void => {
    if (first.has(output)) return;
    first.add(output);
    for (const { path, kind } of metafile.outputs[output]?.imports ?? []) {
      if (kind === 'import-statement') follow(path);
    }
  };
  follow('dist/web.js');
  const isFirst = (path: string): boolean => first.has(relative(ROOT, path).replaceAll('\\', '/'));
  return {
    first: outputFiles.filter(({ path }) => isFirst(path)).map(({ contents }) => contents),
    later: outputFiles.filter(({ path }) => !isFirst(path)).map(({ contents }) => contents),
  };
}

export interface SiteOptions {
  /** Further folders, by what their URLs begin with; both end with a slash. */
  folders?: readonly (readonly [prefix: string, folder: string])[];
  /** Further pages, by their path. */
  pages?: readonly (readonly [path: string, html: string])[];
}

/** Serves the package as built for browsers, ONNX Runtime and the models. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const [web, noise, worker] = await Promise.all(
    ['src/sdk/web.ts', 'src/sdk/noise/index.ts', 'src/sdk/runtime/web/worker-entry.ts'].map(buildScript),
  );
  const made = new Map<string, Buffer | undefined>([
    ['/', Buffer.from(PAGE)],
    ...(options.pages ?? []).map(([path, html]) => [path, Buffer.from(html)] as const),
    ['/app/page.js', Buffer.from(PAGE_SCRIPT)],
    ['/app/web.js', web?.code],
    ['/app/noise.js', noise?.code],
    [`/wordbrush/${WORKER_SCRIPT}`, worker?.code],
  ]);
  const folders: readonly (readonly [string, string])[] = [
    ...(options.folders ?? []),
    [`/wordbrush/${RUNTIME_FOLDER}`, join(ROOT, 'node_modules/onnxruntime-web/dist/')],
    ['/wordbrush/models/', join(ROOT, 'exported-models/')],
    ['/fixtures/', join(ROOT, 'test/fixtures/')],
  ];
  const contentOf = (path: string): Buffer | undefined => {
    const ready = made.get(path);
    if (ready !== undefined) return ready;
    const [prefix, folder] = folders.find(([start]) => path.startsWith(start)) ?? [];
    if (prefix === undefined || folder === undefined) return undefined;
    try {
      return readFileSync(prefix === path ? folder : join(folder, normalize(path.slice(prefix.length))));
    } catch {
      return undefined;
    }
  };

  let sentBytes = 0;
  const requests: string[] = [];
  const faults = new Map<string, Fault>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    requests.push(pathname);
    const content = contentOf(pathname) ?? Buffer.alloc(0);
    const times = requests.filter((one) => one === pathname).length;
    if (faults.get(pathname)?.(response, content, times) === true) return;
    if (content.byteLength === 0) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream',
      'content-length': content.byteLength,
      'cache-control': 'no-store',
      ...(searchParams.has('isolated') && { 'cross-origin-opener-policy': 'same-origin' }),
      // Workers and scripts of an isolated page need it too, and it does no harm elsewhere.
      ...((searchParams.has('isolated') || pathname !== '/') && {
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'cross-origin',
      }),
      ...(searchParams.has('csp') && { 'content-security-policy': STRICT_POLICY }),
      ...(searchParams.has('no-worker') && { 'content-security-policy': "worker-src 'none'" }),
    });
    sentBytes += content.byteLength;
    response.end(content);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    faults,
    sentBytes: () => sentBytes,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
