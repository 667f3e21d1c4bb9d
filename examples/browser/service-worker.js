// Keeps the page and what it draws with, so that it works without a connection after the first visit. The build puts
// `self.PLAYGROUND` before this: the page's files, a name that changes with them, and the version of wordbrush.
const { files, release, version } = self.PLAYGROUND;
const PAGE = `playground-page-${release}`;
/** ONNX Runtime, the worker's script and the list of models; models themselves are kept by wordbrush. */
const RUNTIME = 'playground-runtime';

self.addEventListener('install', (event) => event.waitUntil(keepPage()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || request.headers.has('range')) return;
  if (request.mode === 'navigate') event.respondWith(networkFirst(request, PAGE, './'));
  // What bears a version or a hash in its path never changes.
  else if (pathname.includes('/assets/')) event.respondWith(cacheFirst(request, PAGE));
  else if (pathname.includes(`/wordbrush/${version}/`)) event.respondWith(cacheFirst(request, RUNTIME));
  else if (/\/models\/(.*\/manifest|index)\.json$/u.test(pathname)) {
    event.respondWith(networkFirst(request, RUNTIME));
  }
});

async function keepPage() {
  const cache = await caches.open(PAGE);
  await cache.addAll(files.map((file) => new Request(file, { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function takeOver() {
  const stale = (await caches.keys()).filter((name) => name.startsWith('playground-page-') && name !== PAGE);
  await Promise.all(stale.map((name) => caches.delete(name)));
  const runtime = await caches.open(RUNTIME);
  for (const request of await runtime.keys()) {
    const [, other] = /\/wordbrush\/(\d[^/]*)\//u.exec(request.url) ?? [];
    if (other !== undefined && other !== version) await runtime.delete(request);
  }
  await self.clients.claim();
}

async function cacheFirst(request, name) {
  const cache = await caches.open(name);
  // import() and fetch() of the same file send other headers.
  const kept = await cache.match(request, { ignoreVary: true });
  return kept ?? fetchAndKeep(request, cache);
}

async function networkFirst(request, name, fallback = request) {
  const cache = await caches.open(name);
  try {
    return await (fallback === request ? fetchAndKeep(request, cache) : fetch(request));
  } catch (error) {
    const kept = await cache.match(fallback, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function fetchAndKeep(request, cache) {
  const response = await fetch(request);
  // A full storage costs the next visit a download, and this one nothing.
  if (response.ok) await cache.put(request, response.clone()).catch(() => undefined);
  return response;
}
