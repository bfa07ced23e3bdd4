// The filter: what a brush does, by keyboard. One axis at a time; every chosen range is listed and can be taken away.
page.filterControls = () => {
  const chart = page.charts.find((one) => one.id === "parallel");
  const { element } = page;
  const axis = element("select", { id: "filter-axis" }), low = element("input", { type: "number", step: "any", id: "filter-low" }), high = element("input", { type: "number", step: "any", id: "filter-high" }), value = element("select", { id: "filter-value" });
  const list = element("span", { id: "filter-list" }), count = element("output", { id: "filter-count", "aria-live": "polite" });
  const ranges = element("span", {}, element("label", {}, "from ", low), element("label", {}, "to ", high)), values = element("label", {}, "is ", value);

  function offer() {
    const key = axis.value, byCategory = chart.byCategory(key);
    ranges.hidden = byCategory;
    values.hidden = !byCategory;
    if (byCategory) value.replaceChildren(...chart.categories(key).map((text) => new Option(text, text)));
  }
  function apply() {
    const key = axis.value;
    const range = chart.byCategory(key) ? { values: [value.value] } : { low: low.value === "" ? -Infinity : Number(low.value), high: high.value === "" ? Infinity : Number(high.value) };
    const all = page.settings().map((s) => page.axisValue(s, key)).filter((v) => typeof v === "number");
    if (!range.values) Object.assign(range, { low: Math.max(range.low, Math.min(...all)), high: Math.min(range.high, Math.max(...all)) });
    page.filter({ ...page.state.filters, [key]: [range] });
  }
  const clear = (key) => page.filter(Object.fromEntries(Object.entries(page.state.filters).filter(([other]) => key && other !== key)));
  function say() {
    const words = (range) => (range.values ? range.values.join(", ") : `${page.number(range.low)} .. ${page.number(range.high)}`);
    list.replaceChildren(...Object.entries(page.state.filters).map(([key, found]) => element("button", { type: "button", class: "chip", title: "take away", onclick: () => clear(key) }, `${chart.name(key)}: ${found.map(words).join(" or ")} \u00d7`)));
    const chosen = page.selected();
    count.textContent = chosen ? `${chosen.size} of ${page.settings().length} settings chosen` : "";
    document.body.dataset.chosen = chosen ? String(chosen.size) : "";
  }

  axis.addEventListener("change", offer);
  page.add({ id: "filter", filtered: say, shows: () => false });
  const form = element("form", { class: "controls", id: "filter", onsubmit: (event) => { event.preventDefault(); apply(); } }, element("label", {}, "Choose settings whose ", axis), ranges, values, element("button", { type: "submit" }, "Choose"), element("button", { type: "button", id: "filter-clear", onclick: () => clear() }, "All"), list, count);
  page.refillFilter = () => {
    form.hidden = !chart.shows();
    if (form.hidden) return;
    axis.replaceChildren(...chart.keys().map((key) => new Option(chart.name(key), key)));
    offer();
    say();
  };
  return form;
};
