// Puts the page together and draws it; again when a choice, the size, the colours of the system or the paper change.
{
  const { data, state, element } = page;
  const sections = [["settings", "Settings against each other"], ["search", "The search"], ["run", "One run"]];
  const titles = { run: { run: "The run" }, sweep: { search: "What the settings' figures depend on" }, study: {} }[data.kind];
  const boxes = {};
  let theme = page.theme();

  function tableOf(chart) {
    const { head, rows } = chart.table();
    return element("table", {}, element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, String(text))))), element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((text) => element("td", {}, String(text)))))));
  }

  function panel(chart) {
    chart.box = element("div", { class: "chart", id: chart.id, tabindex: "0", role: "img" });
    chart.details = element("details", { class: "figures" }, element("summary", {}, "Table"), element("div", { class: "scroll", tabindex: "0" }));
    chart.details.addEventListener("toggle", () => fillTable(chart));
    chart.panel = element("section", { class: `panel${chart.wide ? " wide" : ""}${chart.third ? " third" : ""}`, id: `panel-${chart.id}` }, element("h3", {}), element("p", { class: "note" }), chart.box, element("p", { class: "reading", "aria-live": "polite" }), chart.details);
    page.readByKeys(chart);
    return chart.panel;
  }

  function fillTable(chart) {
    const place = chart.details.querySelector(".scroll");
    if (chart.details.open || window.matchMedia("print").matches) place.replaceChildren(tableOf(chart));
    else place.replaceChildren();
  }

  page.draw = (chart) => {
    if (!chart.option) return;
    const shows = chart.shows();
    chart.panel.hidden = !shows;
    if (!shows) {
      if (chart.chart) chart.chart.dispose();
      chart.chart = null;
      return;
    }
    chart.panel.querySelector("h3").textContent = chart.title();
    chart.panel.querySelector(".note").textContent = chart.note();
    chart.box.setAttribute("aria-label", `${chart.title()}. ${chart.note()} Arrow keys read the values; a table follows.`);
    chart.box.style.height = `${chart.height()}px`;
    const renderer = chart.canvas && chart.canvas() ? "canvas" : "svg";
    if (chart.chart && chart.renderer !== renderer) {
      chart.chart.dispose();
      chart.chart = null;
    }
    if (!chart.chart) {
      chart.chart = echarts.init(chart.box, null, { renderer });
      chart.renderer = renderer;
      if (chart.made) chart.made(chart.chart);
    }
    chart.chart.resize();
    chart.chart.setOption({ animation: false, textStyle: theme.text, ...chart.option(theme) }, { notMerge: true });
    if (chart.drawn) chart.drawn();
    fillTable(chart);
    chart.box.dataset.drawn = "1";
  };

  const select = (id, options, value, changed) => {
    const made = element("select", { id });
    made.replaceChildren(...options.map(([key, text]) => new Option(text, key)));
    made.value = value;
    made.addEventListener("change", () => changed(made.value));
    return made;
  };
  const labelled = (text, made) => element("label", {}, `${text} `, made);

  function runOptions() {
    return page.runs().map((t) => [t.id, `${page.label(t)}, seed ${t.seed}${t.confirming ? " (confirming)" : ""}`]);
  }

  // Of the setting that the page speaks for, else of the first that allocates widths.
  function firstRun() {
    const best = page.settings().find((s) => s.confirmed && s.confirmed.meets) || page.settings().find((s) => s.recommended);
    const found = page.runs();
    return (found.find((t) => best && t.setting === best.id) || found.find((t) => t.scheme === "ampa" && t.bits) || found[0] || { id: "" }).id;
  }

  function choose() {
    const keys = page.figures().map((f) => f.key);
    if (!keys.includes(state.x) || state.x === state.y) state.x = ["bitops", `cycles@${state.point}`, "rr", "loss"].find((key) => keys.includes(key)) || keys[0] || "";
    if (!keys.includes(state.y)) state.y = "metric";
    if (!page.runs().some((t) => t.id === state.run)) state.run = firstRun();
  }

  function drawSection(name) {
    for (const chart of page.charts) if (chart.section === name) page.draw(chart);
    boxes[name].hidden = !page.charts.some((chart) => chart.section === name && !chart.panel.hidden);
  }

  function controls() {
    const named = page.figures().map((f) => [f.key, f.title]);
    const place = document.getElementById("choices");
    const changed = (key) => (value) => {
      state[key] = value;
      if (key === "task") Object.assign(state, { filters: {}, x: "" });
      drawAll();
    };
    place.replaceChildren();
    if (data.tasks.length > 1) place.append(labelled("Task", select("task", data.tasks.map((t) => [t.id, t.label]), state.task, changed("task"))));
    if (page.settings().length > 1 && named.length > 1) {
      place.append(labelled("Across", select("x", named, state.x, changed("x"))));
      place.append(labelled("Up", select("y", named.filter(([key]) => key === "metric" || key === "loss"), state.y, changed("y"))));
    }
    if (data.points.length > 1) place.append(labelled("Hardware point", select("point", data.points.map((p) => [p, p]), state.point, changed("point"))));
    const runs = document.getElementById("runs");
    runs.replaceChildren();
    if (runOptions().length > 1) runs.append(labelled("Run", select("run-choice", runOptions(), state.run, (value) => { state.run = value; drawSection("run"); })));
    const shown = data.trials.filter((t) => t.bits).length, all = data.trials.filter((t) => t.history).length;
    if (shown && shown < all) runs.append(element("p", { class: "sub" }, `The page holds the widths and the cycles of the layers of ${shown} of ${all} runs: of baselines, of settings on the front, confirmed or recommended, then in their order.`));
    page.refillFilter();
  }

  page.showRunOf = (setting) => {
    const found = page.runs().find((t) => t.setting === setting && t.bits) || page.runs().find((t) => t.setting === setting);
    if (!found) return;
    state.run = found.id;
    controls();
    drawSection("run");
    boxes.run.scrollIntoView({ behavior: "smooth" });
  };

  function drawAll() {
    theme = page.theme();
    choose();
    controls();
    for (const [name] of sections) drawSection(name);
    document.body.dataset.charts = String(page.charts.filter((chart) => chart.chart).length);
  }

  const main = document.getElementById("charts");
  const filter = page.filterControls();
  main.append(element("div", { class: "controls", id: "choices" }));
  for (const [name, title] of sections) {
    boxes[name] = element("div", { id: `section-${name}` }, element("h2", {}, titles[name] || title));
    if (name === "settings") boxes[name].append(filter);
    if (name === "run") boxes[name].append(element("div", { class: "controls", id: "runs" }));
    boxes[name].append(element("div", { class: "grid" }, ...page.charts.filter((chart) => chart.section === name).map(panel)));
    main.append(boxes[name]);
  }
  drawAll();

  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    drawAll();
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  window.matchMedia("print").addEventListener("change", drawAll);
}
