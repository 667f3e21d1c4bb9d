// Keeps the page and what it draws with, so that it works without a connection: what was fetched before this worker ran is kept at the second visit. Models are kept
// by wordbrush itself.
const CACHE = 'playground-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs =
    request.method === 'GET' && url.origin === self.location.origin && !request.headers.has('range');
  // Files of a bundle are verified and kept by their content.
  if (!isOurs || (url.pathname.includes('/models/') && !url.pathname.endsWith('/index.json'))) return;
  event.respondWith(networkFirst(request));
});

async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  // What bears a version or a hash in its path never changes.
  const isFixed = /\/wordbrush\/\d|\/assets\//.test(request.url);
  // import() and fetch() of the same file send other headers.
  const kept = await cache.match(request, { ignoreVary: true });
  if (isFixed && kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
