"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const ink = "#1d2733", soft = "#5b6877", line = "#e3e8ed", frontColour = "#1d2733";
  const schemeColours = { fp32: "#444b54", ampa: "#1f6fb4", int8: "#1b8a6b", int7: "#4f9a3a", int6: "#8a9a1f", int5: "#c98a16", int4: "#d9661f", int3: "#c43c39", int2: "#8d2f6b" };
  const parts = [["compute", "compute", "#1f6fb4", "#b9c4cf"], ["fill and drain", "fill_drain", "#f0a73a", "#e3d3b3"], ["operand stall", "operand_stall", "#b3342c", "#dcb4b0"], ["write stall", "write_stall", "#6d3f9c", "#c6b8d6"]];
  const widthColours = { 2: "#f7fbff", 3: "#e6f0fa", 4: "#cfe1f2", 5: "#9dc6e4", 6: "#5a9fd0", 7: "#2f75b5", 8: "#0d3d78" };
  let drawn = 0;

  Chart.defaults.font.family = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";
  Chart.defaults.color = soft;
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.plugins.legend.labels.boxWidth = 12;
  Chart.defaults.plugins.legend.labels.usePointStyle = true;

  const byId = (id) => document.getElementById(id);
  const axis = (title, extra) => Object.assign({ title: { display: true, text: title, color: ink }, grid: { color: line } }, extra || {});
  const fixed = (value, digits) => (value === null || value === undefined ? "-" : value.toFixed(digits));

  // Thin vertical lines from the smallest to the largest value over the seeds.
  const spreadLines = {
    id: "spread",
    beforeDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      chart.data.datasets.forEach((set, i) => {
        if (!chart.isDatasetVisible(i)) return;
        for (const point of set.data) {
          if (!point || point.low === undefined || point.low === point.high) continue;
          const x = scales.x.getPixelForValue(point.x);
          ctx.save();
          ctx.strokeStyle = set.borderColor;
          ctx.globalAlpha = 0.55;
          ctx.lineWidth = 1.5;
          ctx.beginPath();
          ctx.moveTo(x, scales.y.getPixelForValue(point.low));
          ctx.lineTo(x, scales.y.getPixelForValue(point.high));
          ctx.stroke();
          ctx.restore();
        }
      });
    },
  };

  const charts = {};
  function draw(id, config) {
    const canvas = byId(id);
    if (!canvas) return;
    if (charts[id]) charts[id].destroy();
    charts[id] = new Chart(canvas, config);
    if (canvas.dataset.drawn !== "1") {
      canvas.dataset.drawn = "1";
      drawn += 1;
    }
    document.body.dataset.charts = String(drawn);
  }

  const taskSelect = byId("task"), pointSelect = byId("point"), trialSelect = byId("trial");
  const task = () => (taskSelect ? taskSelect.value : data.tasks.length ? data.tasks[0].id : "");
  const point = () => (pointSelect ? pointSelect.value : data.points[0]);
  const theTask = () => data.tasks.find((t) => t.id === task()) || {};
  const metricTitle = () => `Test ${theTask().metric || "metric"}`;
  const settings = () => data.settings.filter((s) => s.task === task() && s.metric);
  const recommended = () => (data.tasks.find((t) => t.id === task()) || {}).recommended;

  function paretoFront(points) {
    const sign = theTask().larger_is_better === false ? -1 : 1;
    const sorted = points.slice().sort((a, b) => a.x - b.x || sign * (b.y - a.y));
    const front = [];
    let best = -Infinity;
    for (const p of sorted)
      if (sign * p.y > best) {
        front.push({ x: p.x, y: p.y });
        best = sign * p.y;
      }
    return front;
  }

  // One data set per scheme, a point per setting.
  function scatterSets(xOf, yOf) {
    const schemes = [...new Set(settings().map((s) => s.scheme))];
    return schemes
      .map((scheme) => {
        const members = settings().filter((s) => s.scheme === scheme && xOf(s) !== null && yOf(s));
        members.sort((a, b) => (a.id === recommended()) - (b.id === recommended()));  // the recommended one on top
        const colour = schemeColours[scheme] || soft;
        return {
          label: scheme === "ampa" ? "AMPA" : scheme.toUpperCase(),
          data: members.map((s) => ({ x: xOf(s), y: yOf(s).mean, low: yOf(s).min, high: yOf(s).max, setting: s })),
          backgroundColor: members.map((s) => (s.id === recommended() ? "#ffffff" : colour)),
          borderColor: colour,
          borderWidth: members.map((s) => (s.id === recommended() ? 3 : 1)),
          pointRadius: members.map((s) => (s.id === recommended() ? 7 : 5)),
          pointHoverRadius: 8,
          pointStyle: scheme === "ampa" ? "circle" : "rectRot",
        };
      })
      .filter((set) => set.data.length);
  }

  // Floating point has neither BitOPs nor cycles here: its metric is a line.
  function fp32Line(sets, yOf) {
    const fp32 = settings().find((s) => s.scheme === "fp32" && yOf(s));
    const xs = sets.flatMap((set) => set.data.map((p) => p.x));
    if (!fp32 || !xs.length) return [];
    const ends = [Math.min(...xs), Math.max(...xs)];
    return [{ label: "FP32", type: "line", data: ends.map((x) => ({ x, y: yOf(fp32).mean, setting: fp32 })), borderColor: schemeColours.fp32, borderDash: [6, 4], borderWidth: 1.5, pointRadius: 0, pointStyle: "line" }];
  }

  function tooltip(item, xName, yName) {
    const raw = item.raw, s = raw.setting;
    if (!s) return "Pareto front";
    return [s.label, `${yName}: ${fixed(raw.y, 3)}` + (raw.low !== undefined ? ` (${fixed(raw.low, 3)} .. ${fixed(raw.high, 3)}, ${s.num_completed} seeds)` : ""), `${xName}: ${Number(raw.x.toPrecision(6))}`];
  }

  function scatter(id, xTitle, yTitle, xOf, yOf, withFront) {
    const sets = scatterSets(xOf, yOf);
    const all = sets.flatMap((set) => set.data);
    const front = paretoFront(all);
    const low = Math.min(...all.map((p) => p.low)), high = Math.max(...all.map((p) => p.high));
    const margin = 0.05 * (high - low);
    const extra = withFront && front.length ? [{ label: "Pareto front", type: "line", data: front, borderColor: frontColour, borderWidth: 1, pointRadius: 0, stepped: "before", pointStyle: "line" }] : [];
    draw(id, {
      type: "scatter",
      data: { datasets: [...sets, ...extra, ...fp32Line(sets, yOf)] },
      plugins: [spreadLines],
      options: {
        scales: { x: axis(xTitle, { grace: "4%" }), y: axis(yTitle, all.length ? { suggestedMin: low - margin, suggestedMax: high + margin } : {}) },
        plugins: { legend: { position: "bottom" }, tooltip: { callbacks: { label: (item) => tooltip(item, xTitle, yTitle) } } },
      },
    });
  }

  const cyclesAt = (s) => (s.cycles[point()] === undefined ? null : s.cycles[point()]);

  function drawOverview() {
    scatter("metric-bitops", "BitOPs per image and training step, mean over epochs (10\u2079)", metricTitle(), (s) => (s.bitops ? s.bitops.mean / 1e9 : null), (s) => s.metric, true);
    scatter("metric-cycles", `Cycles of the whole run on ${point()} (10\u2076)`, metricTitle(), (s) => (cyclesAt(s) === null ? null : cyclesAt(s) / 1e6), (s) => s.metric, true);
    scatter("loss-rr", "RR: BitOPs saved against INT8 (%)", "Training loss (nats)", (s) => (s.rr ? s.rr.mean : null), (s) => s.loss, false);
    drawRanges();
  }

  function drawRanges() {
    const shown = settings().filter((s) => s.scheme === "ampa" && s.range && s.rr);
    const labels = shown.map((s) => s.label.replace(/^ampa /, ""));
    draw("rr-range", {
      type: "bar",
      data: {
        labels,
        datasets: [
          { label: "RR reached (mean over seeds)", type: "line", data: shown.map((s, i) => ({ x: s.rr.mean, y: labels[i] })), showLine: false, borderColor: ink, backgroundColor: ink, pointRadius: 5, pointStyle: "rectRot" },
          { label: "estimated range", data: shown.map((s) => s.range), backgroundColor: "#bcd6ec", borderColor: "#7fb0d8", borderWidth: 1, barPercentage: 0.6 },
        ],
      },
      options: { indexAxis: "y", scales: { x: axis("RR (%)", { grace: "5%" }), y: axis("\u03b1/\u03b2/\u03b3, Itv, Thr", { type: "category", labels, offset: true, ticks: { autoSkip: false, font: { size: 11 } } }) }, plugins: { legend: { position: "bottom" } } },
    });
  }

  const trial = () => data.trials.find((t) => t.id === trialSelect.value);

  function drawCurves(t) {
    const same = (scheme) => data.trials.find((o) => o.scheme === scheme && o.task === t.task && o.seed === t.seed && o.id !== t.id && o.history);
    const shown = [t, ...["fp32", "int8", "int4"].map(same).filter(Boolean)].filter((o) => o.history);
    const epochs = shown.length ? Math.max(...shown.map((o) => o.history.metric.length)) : 0;
    const labels = Array.from({ length: epochs }, (_, i) => i + 1);
    const sets = (key) => shown.map((o) => ({ label: o.label, data: o.history[key], borderColor: schemeColours[o.scheme], backgroundColor: schemeColours[o.scheme], borderWidth: o === t ? 2.5 : 1.2, pointRadius: 0, pointStyle: "line" }));
    const options = (title) => ({ interaction: { mode: "index", intersect: false }, scales: { x: axis("Epoch"), y: axis(title) }, plugins: { legend: { position: "bottom" } } });
    draw("curve-loss", { type: "line", data: { labels, datasets: sets("loss") }, options: options("Training loss (nats)") });
    draw("curve-metric", { type: "line", data: { labels, datasets: sets("metric") }, options: options(metricTitle()) });
  }

  function drawLayerCycles(t) {
    const cost = t.cost && t.cost[point()];
    const scale = (values) => values.map((v) => v / 1e6);
    const shown = data.memory ? parts : parts.slice(0, 2);
    const bar = (label, values, colour, stack) => ({ label, data: scale(values), backgroundColor: colour, stack });
    draw("layer-cycles", {
      type: "bar",
      data: {
        labels: cost ? t.layers : [],
        datasets: cost
          ? [
              ...shown.map(([label, key, colour]) => bar(label, cost[key], colour, "run")),
              ...shown.map(([label, key, , colour]) => bar(`${label} at INT8`, cost["int8_" + key], colour, "int8")),
            ]
          : [],
      },
      options: { interaction: { mode: "index", intersect: false }, scales: { x: axis("Layer", { stacked: true, ticks: { autoSkip: false, maxRotation: 70 } }), y: axis(`Cycles on ${point()}${data.memory ? ", memory " + data.memory : ""} (10\u2076)`, { stacked: true }) }, plugins: { legend: { position: "bottom", labels: { pointStyle: "rect" } } } },
    });
  }

  // Rows are layers, columns epochs, colour is the width.
  function drawBits(id, rows, layers) {
    const canvas = byId(id);
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.parentElement.clientWidth, rowHeight = 15, left = 104, bottom = 30;
    const height = rows.length * rowHeight + bottom;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    const ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.font = "11px system-ui, sans-serif";
    ctx.textBaseline = "middle";
    const epochs = rows.length ? rows[0].length : 0, cell = (width - left - 6) / Math.max(1, epochs);
    rows.forEach((row, y) => {
      ctx.fillStyle = ink;
      ctx.textAlign = "right";
      ctx.fillText(layers[y].length > 17 ? layers[y].slice(0, 16) + "\u2026" : layers[y], left - 6, (y + 0.5) * rowHeight);
      for (let x = 0; x < epochs; ++x) {
        if (row[x] === " ") continue; // no weights
        ctx.fillStyle = widthColours[row[x]];
        ctx.fillRect(left + x * cell, y * rowHeight, Math.max(0.5, cell - (cell > 4 ? 0.8 : 0)), rowHeight - 0.8);
      }
    });
    ctx.fillStyle = soft;
    ctx.textAlign = "center";
    const step = Math.max(1, Math.ceil(epochs / 10));
    for (let x = 0; x < epochs; x += step) ctx.fillText(String(x + 1), left + (x + 0.5) * cell, rows.length * rowHeight + 8);
    ctx.fillText("epoch", left + (epochs * cell) / 2, rows.length * rowHeight + 22);
    canvas.dataset.drawn = "1";
  }

  function drawTrial() {
    const t = trial();
    if (!t) return;
    drawCurves(t);
    drawLayerCycles(t);
    byId("bits").hidden = !t.bits;
    if (t.bits) for (const kind of ["w", "a", "g"]) drawBits("bits-" + kind, t.bits[kind], t.layers);
  }

  function fillTrials() {
    const previous = trialSelect.value;
    trialSelect.textContent = "";
    for (const t of data.trials.filter((o) => o.task === task() && o.history)) trialSelect.add(new Option(`${t.label}, seed ${t.seed}`, t.id));
    const best = data.trials.find((t) => t.setting === recommended()) || data.trials.find((t) => t.scheme === "ampa" && t.task === task());
    const wanted = [previous, best && best.id].find((id) => id && [...trialSelect.options].some((o) => o.value === id));
    if (wanted) trialSelect.value = wanted;
  }

  const used = new Set(data.trials.flatMap((t) => (t.bits ? [...t.bits.w, ...t.bits.a, ...t.bits.g].flatMap((row) => [...row]) : [])));
  used.delete(" ");
  byId("widths").innerHTML = [...used].sort().map((w) => `<span class="swatch" style="background:${widthColours[w]};border-color:#9fb1c2"></span>${w} bits`).join("");

  function drawAll() {
    drawOverview();
    fillTrials();
    drawTrial();
  }
  if (taskSelect) taskSelect.addEventListener("change", drawAll);
  if (pointSelect) pointSelect.addEventListener("change", () => { drawOverview(); drawTrial(); });
  trialSelect.addEventListener("change", drawTrial);
  drawAll();
})();
