// Searches the notes with Pagefind. Its index lies in one bundle for each period: the newest brings the engine, the
// others are merged into it. Until the script runs, and without it, the page offers its other ways.
const box = document.querySelector(".search");
if (box) {
  const fields = [...box.querySelectorAll("input, select")];
  const told = box.querySelector("[role=status]");
  const list = box.querySelector(".results");
  const more = box.querySelector(".more");
  const lang = document.documentElement.lang;
  const plural = new Intl.PluralRules(lang);
  const long = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
  const root = new URL(box.dataset.root, location).pathname;
  const index = new URL(box.dataset.index, location);
  const missing = "missing" in box.dataset;
  let engine, results = [], run = 0, waiting;

  const load = async () => {
    const [[newest, tag], ...older] = await (await fetch(new URL("periods.json", index))).json();
    const at = (period) => `${index.pathname}${period}/`;
    const given = (period, of) => ({ baseUrl: root, excerptLength: 24, metaCacheTag: of, mergeFilter: { period } });
    const pagefind = await import(`${at(newest)}pagefind.js`);
    await pagefind.options(given(newest, tag));
    await pagefind.init();
    await Promise.all(older.map(([period, of]) => pagefind.mergeIndex(at(period), given(period, of))));
    return pagefind;
  };
  const ready = () => engine ??= load();

  // Where a bundle lacks a word, Pagefind takes the longest beginning of it that the bundle has: «net» for NetScaler.
  // So only the periods are searched that have each word as such; quotes ask for that. Empty: no period has them all.
  const having = async (pagefind, words) => {
    const found = await Promise.all(words.split(/\s+/).map(async (word) => {
      const { filters } = await pagefind.search(`"${word}"`);
      return Object.keys(filters.period ?? {}).filter((period) => filters.period[period]);
    }));
    return found.reduce((all, some) => all.filter((period) => some.includes(period)));
  };

  const say = (what, n = 0) => {
    told.textContent = what ? box.dataset[what].replace("{n}", n.toLocaleString(lang)) : "";
  };

  const make = (name, text, attributes = {}) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...[text].flat());
    return made;
  };

  // Pagefind's excerpts are text with <mark>, in which < and > are escaped and nothing else is; its spaces are plain, and
  // it cuts without a sign. `title`: the section's name, which stands before the excerpt and is not said again.
  const marked = (excerpt, title = "") => {
    const spaced = excerpt.replace(/ (?=[:;!?»%](?!\w))|(?<=«) |(?<=\d) (?=\d{3}(?!\d))/g, "\u00a0").trim();
    const pieces = spaced.split(/<mark>(.*?)<\/mark>/s).map((piece) => piece.replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
    let cut = title && pieces.join("").startsWith(title) ? title.length : 0, begun = false;
    const shown = pieces.map((piece, place) => {
      let text = piece.slice(cut);
      cut = Math.max(0, cut - piece.length);
      if (!begun) text = text.replace(/^[\s.:,;]+/, "");
      if (!begun && /^\p{Ll}/u.test(text)) text = `… ${text}`;
      begun ||= text !== "";
      return place % 2 && text ? make("mark", text) : text;
    });
    return /[.!?…»)]$/.test(pieces.join("")) ? shown : [...shown, " …"];
  };

  const item = ({ url, meta, excerpt, sub_results: parts }) => {
    const best = parts.filter((part) => part.anchor).sort((a, b) => b.locations.length - a.locations.length).slice(0, 2);
    const about = make("p", [meta.host ? `${meta.host} ` : "", make("time", long.format(new Date(meta.day)), { dateTime: meta.day })], { className: "meta" });
    const found = make("li", [make("h2", make("a", meta.title, { href: url })), about]);
    if (meta.lang) found.lang = meta.lang;
    if (!best.length) found.append(make("p", marked(excerpt)));
    for (const part of best) {
      found.append(make("p", [make("a", part.title, { href: part.url, className: "part" }), " ", ...marked(part.excerpt, part.title)]));
    }
    return found;
  };

  const ten = async (found, from) => (await Promise.all(found.slice(from, from + 10).map((one) => one.data()))).map(item);

  const show = async () => {
    const found = results, from = list.childElementCount;
    const made = await ten(found, from);
    if (found !== results || from !== list.childElementCount) return;
    list.append(...made);
    more.hidden = list.childElementCount >= results.length;
    return made[0];
  };

  const apply = async () => {
    const mine = ++run;
    const want = Object.fromEntries(fields.map((field) => (
      [field.name, field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value.trim()]
    )).filter(([, value]) => value));
    if (!missing) {
      const query = new URLSearchParams(want);
      history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : ""));
    }
    const { q = null, ...filters } = want;
    let found = [], made = [], near = false;
    say("");
    if (Object.keys(want).length) {
      const slow = setTimeout(() => mine === run && say("busy"), 300);
      try {
        const pagefind = await ready();
        if (q && !q.includes('"')) {
          const any = await having(pagefind, q);
          near = !any.length;
          if (!near) filters.period = { any };
        }
        found = (await pagefind.search(q, q ? { filters } : { filters, sort: { day: "desc" } })).results;
        made = await ten(found, 0);
      } catch {
        engine = undefined;
        if (mine === run) say("failed");
        return;
      } finally {
        clearTimeout(slow);
      }
      if (mine !== run) return;
      const n = found.length;
      say(n ? (near ? "near" : plural.select(n) === "one" ? "one" : "other") : "nothing", n);
    }
    results = found;
    list.replaceChildren(...made);
    more.hidden = made.length >= found.length;
  };

  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    if (field.type === "checkbox") field.checked = asked.has(field.name);
    else field.value = asked.get(field.name) ?? "";
    if (field.selectedIndex < 0) field.value = "";
  }
  if (missing) {
    let path = location.pathname;
    try { path = decodeURIComponent(path); } catch { /* not UTF-8: its letters will do */ }
    const last = path.split("/").filter(Boolean).pop() ?? "";
    fields[0].value = last.replace(/\.\w+$/, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }
  // Bundles of all periods come while the first word is typed.
  box.addEventListener("focusin", () => ready().catch(() => { engine = undefined; }));
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  more.addEventListener("click", async () => (await show())?.querySelector("a").focus());
  box.hidden = false;
  if (fields.some((field) => field.type === "checkbox" ? field.checked : field.value)) apply();
}
