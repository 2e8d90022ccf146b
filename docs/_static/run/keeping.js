// What is kept on this device: the reader's own code, and all that is needed to run it offline.
const here = (index) => `run:${location.pathname}:${index}`;

export const recall = (index) => {
  try {
    return localStorage.getItem(here(index));
  } catch {
    return null; // Storage may be forbidden.
  }
};

export const remember = (index, text) => {
  try {
    if (text === null) localStorage.removeItem(here(index));
    else localStorage.setItem(here(index), text);
  } catch {
    // Then it lasts as long as the page.
  }
};

// From now on pages that have been read can be read offline, and Python runs on them. What is fetched
// when this has ended goes by the service worker, and need not be fetched a second time to be kept.
export const register = async () => {
  const { serviceWorker } = navigator;
  if (!serviceWorker || serviceWorker.controller) return;
  const taken = new Promise((resolve) => (serviceWorker.oncontrollerchange = resolve));
  const late = new Promise((resolve) => setTimeout(resolve, 3000));
  await serviceWorker
    .register(new URL(BUILT.service, import.meta.url), { updateViaCache: "none" })
    .then(() => Promise.race([taken, late]))
    .catch(() => {});
};

// What this page has loaded before the service worker was there is put beside what comes later.
// Parts of older versions go.
export const keep = async (urls) => {
  if (!navigator.serviceWorker || !window.caches) return;
  await navigator.serviceWorker.ready;
  const cache = await caches.open(BUILT.cache);
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = loaded.filter((url) => url.startsWith(location.origin));
  const all = new Set([location.href.split("#")[0], ...own, ...urls.map(String)]);
  for (const url of all)
    if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  const folders = BUILT.folders.map((folder) => new URL(folder, import.meta.url).pathname);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    const frozen = /\/_static\/(run|python)-[0-9a-f]+\//.test(pathname);
    if (frozen && !folders.some((folder) => pathname.startsWith(folder))) await cache.delete(url);
  }
  document.documentElement.dataset.kept = "";
};
