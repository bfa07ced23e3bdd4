// What all charts share: the data, what is shown of them, and small helpers. A chart is a file that calls page.add().
"use strict";
const page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const state = { task: data.tasks.length ? data.tasks[0].id : "", point: data.points[0] || "", x: "", y: "metric", run: "", filters: {} };
  const charts = [];

  // What follows from the data and the choices alone is made once.
  const made = new Map();
  function kept(name, make) {
    const key = [name, state.task, state.x, state.y, state.point].join("\n");
    if (!made.has(key)) made.set(key, make());
    return made.get(key);
  }

  const cap = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const task = () => data.tasks.find((t) => t.id === state.task) || {};
  const ofTask = (list) => list.filter((item) => item.task === state.task);
  const settings = () => kept("settings", () => ofTask(data.settings));
  const runs = () => ofTask(data.trials).filter((t) => t.history);

  // The figures that a setting of the task has; the metric takes its name and direction from the task.
  const figures = () =>
    kept("figures", () =>
      data.figures
        .filter((f) => settings().some((s) => s.figures[f.key]))
        .map((f) => (f.key !== "metric" ? f : { key: f.key, title: cap(`${task().samples} ${task().metric}`), larger_is_better: task().larger_is_better })),
    );
  const figure = (key) => figures().find((f) => f.key === key) || { key, title: key, larger_is_better: true };

  const names = { alpha: "\u03b1", beta: "\u03b2", gamma: "\u03b3", itv: "Itv", itv_epochs: "Itv (epochs)", thr: "Thr", ladder: "Ladder", scheme: "Scheme" };
  const dims = () => kept("dims", () => data.dims.filter((key) => new Set(settings().filter((s) => !s.baseline).map((s) => JSON.stringify(s.config[key]))).size > 1));
  const dimName = (key) => names[key] || key;

  const number = (value, digits = 6) => (value === null || value === undefined ? "-" : String(Number(Number(value).toPrecision(digits))));
  const compact = (value) => new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(value);
  // "89.5 +- 0.25 (3 seeds)": a mean with half its 95 % interval.
  const spread = (f) => (!f ? "-" : f.half === null ? `${number(f.mean)} (1 seed)` : `${number(f.mean)} \u00b1 ${number(f.half, 2)} (${f.values.length} seeds)`);
  const shown = (value) => (value === null || value === undefined ? "default" : typeof value === "number" ? number(value) : typeof value === "string" ? value : JSON.stringify(value));
  const label = (item) => item.label.replace(/\d+\.\d{6,}/g, (digits) => number(digits));
  const labelWidth = () => Math.min(260, 0.3 * window.innerWidth); // of settings along an axis
  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const lines = (list) => list.filter(Boolean).map(escape).join("<br>");

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {}))
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value !== false) made.setAttribute(key, value === true ? "" : value);
    made.append(...children);
    return made;
  }

  // Settings by what the brush or the filter leaves; null: all.
  function selected() {
    const filters = Object.entries(state.filters).filter(([, ranges]) => ranges.length);
    if (!filters.length) return null;
    const inside = (value, range) => (range.values ? range.values.includes(value) : typeof value === "number" && value >= range.low && value <= range.high);
    return new Set(settings().filter((s) => filters.every(([key, ranges]) => ranges.some((range) => inside(axisValue(s, key), range)))).map((s) => s.id));
  }

  // A setting on an axis of the parallel coordinates: a figure's mean, or a dimension's value (text where values are no numbers); dimensions do not
  // act in baselines.
  function axisValue(s, key) {
    if (data.dims.includes(key) && s.baseline) return null;
    if (!data.dims.includes(key)) return s.figures[key] ? s.figures[key].mean : null;
    return numeric(key) ? s.config[key] : shown(s.config[key]);
  }
  const numeric = (key) => kept(`numeric ${key}`, () => settings().filter((s) => !s.baseline).every((s) => typeof s.config[key] === "number"));

  // [{"low", "high"} or {"values"}] of a key; nothing: no filter. `from`: the chart that shows it already.
  function filter(filters, from) {
    state.filters = filters;
    for (const chart of charts) if (chart.filtered && chart.id !== from) chart.filtered();
  }

  const run = () => data.trials.find((t) => t.id === state.run);
  const confirmedWords = (s) => (!s.confirmed ? "" : `${s.confirmed.meets ? "Confirmed" : "Run again, not shown to meet the bounds"}: test ${task().metric} ${number(s.confirmed.mean)}${s.confirmed.half === null ? "" : ` \u00b1 ${number(s.confirmed.half, 2)}`} over ${s.confirmed.seeds} unseen seeds`);

  return { data, state, charts, kept, add: (chart) => charts.push(chart), cap, task, settings, runs, figures, figure, dims, dimName, numeric, axisValue, number, compact, spread, shown, label, labelWidth, escape, lines, element, selected, filter, run, confirmedWords };
})();
