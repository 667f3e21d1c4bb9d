/** How long the first visit waits for the service worker, which then keeps what is fetched. */
const PATIENCE_MS = 5000;

/**
 * Has a service worker keep the page and what it fetches from now on.
 * @returns whether it does; not on a page without https, or in a browser that keeps nothing.
 */
export async function keepForOffline(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false;
  const { serviceWorker } = navigator;
  const taken = new Promise<void>((resolve) => {
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  try {
    const registration = await serviceWorker.register('service-worker.js');
    // One that is at work and lets this page be was passed over by a reload without cache.
    if (serviceWorker.controller === null && registration.active === null) {
      await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    }
  } catch {
    return false;
  }
  return serviceWorker.controller !== null;
}
