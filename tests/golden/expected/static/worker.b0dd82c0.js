// Keeps the pages that were read last, and shows them, with a line that says so, when the network does not answer.
// sw.js, at the site's root, says what is this site's own: `veille`.
const { version, lang, offline, shell } = self.veille;
const scope = self.registration.scope;
const own = `veille ${scope} `; // caches belong to the whole origin, where other sites may live
const SHELL = own + version, PAGES = `${own}pages`, FILES = `${own}files`;
const LIMITS = { [PAGES]: 50, [FILES]: 30 };
const html = { "Content-Type": "text/html; charset=utf-8" };

const keep = async (name, key, answer) => {
  const cache = await caches.open(name);
  await cache.delete(key); // to the end of the line: the page that was not read for longest goes first
  await cache.put(key, answer);
  for (const old of (await cache.keys()).slice(0, -LIMITS[name])) await cache.delete(old);
};

// A page of this site names its manifest; pages of other sites below the same folder name another one, or none.
const keepPage = async (answer) => {
  const key = answer.url.replace(/[?#].*/s, "");
  if (!answer.ok || !key.startsWith(scope) || /no-store/.test(answer.headers.get("Cache-Control"))) return;
  const text = await answer.text();
  const manifest = /<link rel="manifest" href="([^"]*)"/.exec(text)?.[1];
  if (!manifest || new URL(manifest, key).href !== `${scope}manifest.webmanifest`) return;
  const title = (text.includes("data-post-body") && /<title>([^<]*)/.exec(text)?.[1]) || "";
  const headers = { ...html, "X-Kept": new Date().toISOString(), "X-Title": encodeURIComponent(title) };
  await keep(PAGES, key, new Response(text, { headers }));
};

const shown = async () => (await (await caches.open(SHELL)).match(scope + offline)).text();

const copy = async (url) => {
  const found = await (await caches.open(PAGES)).match(url.replace(/[?#].*/s, ""));
  if (!found) return undefined;
  const date = new Date(found.headers.get("X-Kept")).toLocaleString(lang, { dateStyle: "long", timeStyle: "short" });
  const said = / data-kept="([^"]*)"/.exec(await shown()) ?? ["", date];
  const line = `<p class="kept" role="status">${said[1].replace("{date}", date)}</p>`;
  const text = await found.text();
  const place = /<main\b[^>]*>/.test(text) ? /<main\b[^>]*>/ : /<body\b[^>]*>/;
  return new Response(text.replace(place, (tag) => tag + line), { headers: html });
};

// The offline page stands at any address: its links lead from the folder of the site, and it lists the kept notes.
const away = async () => {
  const cache = await caches.open(PAGES);
  const notes = await Promise.all((await cache.keys()).reverse().map(async ({ url }) => [url, (await cache.match(url)).headers.get("X-Title")]));
  const lines = notes.filter(([, title]) => title).map(([url, title]) => `<li><a href="${url}">${decodeURIComponent(title)}</a></li>`);
  const page = (await shown()).replaceAll('="../', `="${new URL(scope).pathname}`).replace(/<ul[^>]* data-kept=[^>]*>/, (tag) => tag + lines.join(""));
  return new Response(page, { status: 503, headers: html });
};

const page = async (event) => {
  try {
    const answer = await fetch(event.request);
    if (answer.type === "basic") event.waitUntil(keepPage(answer.clone()));
    return answer;
  } catch {
    return await copy(event.request.url) ?? away();
  }
};

// Names of static files hold a digest of their content: what is kept is never old.
const file = async (event) => {
  const found = await (await caches.open(SHELL)).match(event.request) ?? await (await caches.open(FILES)).match(event.request);
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(FILES, event.request.url, answer.clone()));
  return answer;
};

self.addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(SHELL)).addAll([offline, ...shell].map((path) => new Request(scope + path, { cache: "reload" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(own) && ![SHELL, PAGES, FILES].includes(name)) await caches.delete(name);
  }
  await self.clients.claim();
  for (const { url } of await self.clients.matchAll()) await keepPage(await fetch(url)).catch(() => {}); // the first read
})()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || !url.startsWith(scope)) return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (/^static\/[^?]*\.[0-9a-f]{8}\.\w+$/.test(url.slice(scope.length))) event.respondWith(file(event));
});
