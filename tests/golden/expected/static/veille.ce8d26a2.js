/* What pages can do better with a script; everything works without. */

/* Copy the link of a note: the button shows itself where the browser lets it work. */
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.querySelector("link[rel=canonical]")?.href ?? location.href);
    } catch {
      return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2500);
  });
}

/* A table that scrolls sideways can be reached by keyboard in every browser. */
const reach = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const table of document.querySelectorAll(".body table")) reach.observe(table);

/* The theme is the system's until the reader wants the other one; wanting the system's own again forgets that. */
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  const chosen = document.documentElement.dataset;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const own = () => (system.matches ? "dark" : "light");
  const bars = [...document.querySelectorAll("meta[name=theme-color]")]; // for a light system, for a dark one
  const paper = bars.map(({ content }) => content);
  const show = () => {
    button.setAttribute("aria-pressed", String((chosen.theme ?? own()) === "dark"));
    bars.forEach((bar, place) => { bar.content = chosen.theme ? paper[Number(chosen.theme === "dark")] : paper[place]; });
  };
  const choose = (theme) => {
    if (theme) chosen.theme = theme;
    else delete chosen.theme;
    show();
  };
  button.addEventListener("click", () => {
    const wanted = (chosen.theme ?? own()) === "dark" ? "light" : "dark";
    choose(wanted === own() ? null : wanted);
    try {
      if (chosen.theme) localStorage.setItem("veille-theme", wanted);
      else localStorage.removeItem("veille-theme");
    } catch { /* no storage: the theme holds on this page */ }
  });
  addEventListener("storage", ({ key, newValue }) => key === "veille-theme" && choose(newValue));
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}

/* The key «/» searches from every page: in the field of a page that has one, else on the search page, where a box turns
   it off for those to whom keys happen (WCAG 2.1.4). */
let slash = true;
try { slash = localStorage.getItem("veille-slash") !== "off"; } catch { /* no storage: it holds on this page */ }
for (const line of document.querySelectorAll("[data-slash]")) {
  const box = line.querySelector("input");
  box.checked = slash;
  box.addEventListener("change", () => {
    slash = box.checked;
    try {
      if (slash) localStorage.removeItem("veille-slash");
      else localStorage.setItem("veille-slash", "off");
    } catch { /* as above */ }
  });
  line.hidden = false;
}
document.addEventListener("keydown", (event) => {
  if (!slash || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const search = [...document.querySelectorAll("[data-search]")].find((one) => one.checkVisibility());
  if (!search) return;
  event.preventDefault();
  if (search.href) location.assign(search.href);
  else search.select();
});

/* The service worker keeps what was read for when there is no network. A preview has no manifest, and no worker. */
const manifest = document.querySelector("link[rel=manifest]");
if (manifest && navigator.serviceWorker) navigator.serviceWorker.register(new URL("sw.js", manifest.href)).catch(() => {});
