// Listens for what the preview server tells, and shows it. Served and injected by `veille serve` only.
(() => {
  "use strict";
  const script = document.currentScript;
  const home = new URL("./", script.src);
  let seen = script.dataset.seen;
  let source = null;
  let state = { problems: [], early: {} };
  let opened = false; // the list of problems, else a button in the corner

  // A browser opens six connections to a host: only pages that somebody sees keep one.
  const connect = () => {
    if (document.visibilityState === "hidden" || source) return;
    source = new EventSource(new URL("events?seen=" + encodeURIComponent(seen), home));
    source.addEventListener("reload", () => location.reload());
    source.addEventListener("style", (event) => {
      seen = event.lastEventId;
      swap(JSON.parse(event.data).paths);
    });
    source.addEventListener("state", (event) => {
      seen = event.lastEventId;
      state = JSON.parse(event.data);
      opened = state.stale;
      mark();
      show();
    });
  };
  const disconnect = () => {
    if (source) source.close();
    source = null;
  };

  // The new style is in place before the old one goes: the page never shows without.
  const leaving = new WeakSet();
  const swap = (paths) => {
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const address = new URL(link.href);
      if (address.origin !== location.origin || !paths.includes(address.pathname) || leaving.has(link)) continue;
      leaving.add(link); // two saves in a row: only the newest is followed by another
      address.searchParams.set("v", seen);
      const next = link.cloneNode();
      next.href = address.href;
      next.addEventListener("load", () => link.remove());
      link.after(next);
    }
  };

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children); // strings become text, never markup
    return made;
  };

  // Posts that readers do not see yet: on their page and on links to it. Drafts are marked by the templates.
  const mark = () => {
    for (const old of document.querySelectorAll("[data-veille-early]")) old.remove();
    const label = (text) => element("strong", { class: "draft", "data-veille-early": "" }, text);
    const here = state.early[location.pathname];
    const title = document.querySelector("h1");
    if (here && title) title.before(label(here));
    for (const link of document.querySelectorAll("main a[href]")) {
      const elsewhere = link.origin === location.origin && link.pathname !== location.pathname;
      const found = elsewhere && state.early[link.pathname];
      if (found) link.after(" ", label(found));
    }
  };

  const show = () => {
    const old = document.querySelector("veille-overlay");
    if (old) old.remove();
    if (!state.problems.length && !state.failure) return;
    const host = document.createElement("veille-overlay");
    const root = host.attachShadow({ mode: "open" });
    root.append(element("link", { rel: "stylesheet", href: new URL("live.css", home).href }));
    root.append(opened ? list() : corner());
    document.documentElement.append(host);
  };
  const summary = () => state.failure || counted(state.errors, "error") + ", " + counted(state.others, "warning");
  const counted = (number, thing) => number + " " + thing + (number === 1 ? "" : "s");
  const turn = (open) => {
    opened = open;
    show();
  };
  const corner = () => {
    const button = element("button", { type: "button", class: state.stale ? "corner error" : "corner" }, summary());
    button.addEventListener("click", () => turn(true));
    return button;
  };
  const list = () => {
    const close = element("button", { type: "button" }, "Hide (Esc)");
    close.addEventListener("click", () => turn(false));
    const parts = [element("header", {}, element("h1", {}, summary()), close)];
    if (state.stale) parts.push(element("p", {}, "Below is the last good site."));
    for (const found of state.problems) parts.push(element("pre", { class: found.severity }, found.text));
    const more = state.errors + state.others - state.problems.length;
    if (more > 0) parts.push(element("p", {}, "And " + more + " more."));
    return element("section", { role: "alertdialog", "aria-label": "Problems" }, ...parts);
  };

  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && opened) turn(false); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" ? disconnect() : connect());
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);
  connect();
})();
