// Filters and sorts the index of CVEs. Without it the page is complete, and its other orders are pages of their own.
const filter = document.querySelector(".filter");
if (filter) {
  const fields = [...filter.querySelectorAll("input, select")];
  const told = filter.querySelector("output");
  const sorted = document.querySelector(".sorted");
  const groups = [...document.querySelectorAll(".letter:not(.sorted)")];
  const anchors = document.querySelector("nav.anchors");
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const lines = [...document.querySelectorAll(".ids > li")].map((line, place) => {
    const id = line.querySelector(".id").textContent;
    const score = line.querySelector(".score");
    return {
      line, place, id, home: line.parentNode, year: id.split("-")[1],
      score: score ? parseFloat(score.textContent.replace(",", ".")) : -1,
      severity: score ? score.parentNode.classList[1] : "unscored",
      sources: Number(line.querySelector(".count").textContent.replace(/\D/g, "")),
    };
  });
  let order = "";

  const arrange = (by) => {
    order = by;
    const all = by ? [...lines].sort((a, b) => b[by] - a[by] || b.score - a.score || a.place - b.place) : lines;
    for (const one of all) (by ? sorted.firstElementChild : one.home).append(one.line);
  };

  const apply = () => {
    const want = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    const id = want.id.trim().toUpperCase().replace(/[\s_]+/g, "-");
    let shown = 0;
    for (const one of lines) {
      const fits = one.id.includes(id) && (!want.year || want.year === one.year)
        && (!want.severity || want.severity === one.severity) && one.sources >= want.sources;
      one.line.hidden = !fits;
      shown += fits;
    }
    if (want.sort !== order) arrange(want.sort);
    sorted.hidden = !order;
    for (const group of groups) group.hidden = Boolean(order) || !group.querySelector("li:not([hidden])");
    if (anchors) anchors.hidden = Boolean(order) || shown < lines.length;
    told.textContent = told.dataset[plural.select(shown) === "one" ? "one" : "other"]
      .replace("{n}", shown.toLocaleString(document.documentElement.lang));
    const query = new URLSearchParams(Object.entries(want).filter(([, value]) => value));
    if (location.protocol !== "file:") {
      history.replaceState(null, "", location.pathname + (query.size ? "?" + query : "") + location.hash);
    }
  };

  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    field.value = asked.get(field.name) ?? field.value;
    if (field.selectedIndex < 0) field.value = "";
  }
  filter.addEventListener("input", apply);
  filter.hidden = false;
  if (fields.some((field) => field.value)) apply();
}
