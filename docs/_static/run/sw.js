// Offline, after one visit on which something was run. What stands in a folder that is named by its
// content never changes, and comes from what was kept. All else is asked for first, so that an old
// page never hides a new one, and what was kept stands in where nothing answers.
const CACHE = BUILT.cache;
const FROZEN = /\/_static\/(run|python|live|katex)-[0-9a-f]+\//;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const ask = async (request, cache) => {
  const kept = await cache.match(request);
  if (kept && FROZEN.test(new URL(request.url).pathname)) return kept;
  try {
    const answer = await fetch(request);
    // A part of a film is no film.
    if (answer.status === 200) await cache.put(request, answer.clone()).catch(() => {});
    return answer;
  } catch (error) {
    if (kept) return kept;
    // The checksum of a style sheet or script may be another than that which was kept.
    const near = await cache.match(request, { ignoreSearch: true });
    if (near) return near;
    if (request.mode !== "navigate") throw error;
    return new Response(BUILT.offline, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(caches.open(CACHE).then((cache) => ask(request, cache)));
});
