// The trade-off: two figures against each other, with 95 % intervals, a dot for each seed, the Pareto front and what is confirmed.
{
  const members = () => page.kept("marks", () => page.settings().filter((s) => s.figures[page.state.x] && s.figures[page.state.y]));
  const at = (s) => [s.figures[page.state.x].mean, s.figures[page.state.y].mean];

  // From the best x to the worst, each that has a better y than all before.
  const front = () => page.kept("front", findFront);
  function findFront() {
    const xSign = page.figure(page.state.x).larger_is_better ? 1 : -1, ySign = page.figure(page.state.y).larger_is_better ? 1 : -1;
    const points = members().filter((s) => s.meets !== false && s.status === "complete");
    points.sort((p, q) => xSign * (at(q)[0] - at(p)[0]) || ySign * (at(q)[1] - at(p)[1]));
    const kept = [];
    for (const s of points) if (!kept.length || ySign * (at(s)[1] - at(kept[kept.length - 1])[1]) > 0) kept.push(s);
    return kept.sort((p, q) => at(p)[0] - at(q)[0]);
  }

  const words = (s) => page.lines([page.label(s) + (s.recommended ? " (recommended)" : ""), `${page.figure(page.state.y).title}: ${page.spread(s.figures[page.state.y])}`, `${page.figure(page.state.x).title}: ${page.spread(s.figures[page.state.x])}`, s.meets === false ? "Does not meet the constraints" : "", page.confirmedWords(s)]);

  // How far an axis goes for the intervals: those of two seeds would leave nothing of the settings to see.
  function reach(key) {
    const values = members().flatMap((s) => s.figures[key].values), low = Math.min(...values), high = Math.max(...values), more = 0.4 * (high - low);
    return (value) => Math.max(low - more, Math.min(high + more, value));
  }

  // x, y, half of each interval, opacity; then both ends as far as the axes go.
  function bars(list, opacity) {
    const [toX, toY] = [reach(page.state.x), reach(page.state.y)];
    return list.map((s) => {
      const [x, y] = at(s), [dx, dy] = [page.state.x, page.state.y].map((key) => s.figures[key].half || 0);
      return [x, y, dx, dy, opacity(s), toX(x - dx), toX(x + dx), toY(y - dy), toY(y + dy)];
    });
  }

  function interval(params, api) {
    const [x, y, dx, dy] = [0, 1, 2, 3].map((i) => api.value(i));
    const line = (from, to) => ({ type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: api.visual("color"), lineWidth: 1.3, opacity: api.value(4) } });
    const children = [];
    if (dy > 0) children.push(line(api.coord([x, y - dy]), api.coord([x, y + dy])));
    if (dx > 0) children.push(line(api.coord([x - dx, y]), api.coord([x + dx, y])));
    return { type: "group", children };
  }

  function series(theme) {
    const chosen = page.selected(), faint = (s) => (chosen && !chosen.has(s.id) ? 0.12 : 1);
    const list = [], shown = members();
    for (const scheme of new Set(shown.map((s) => s.scheme))) {
      const of = shown.filter((s) => s.scheme === scheme), colour = theme.scheme(scheme);
      const name = scheme === "ampa" ? "AMPA" : scheme.toUpperCase();
      list.push({ name, type: "custom", renderItem: interval, color: colour, silent: true, z: 2, clip: true, encode: { x: [0, 5, 6], y: [1, 7, 8] }, data: bars(of, (s) => 0.6 * faint(s)) });
      list.push({ name, type: "scatter", color: colour, silent: true, symbolSize: 4.5, z: 1, data: of.flatMap((s) => s.figures[page.state.y].values.map((value, i) => ({ value: [s.figures[page.state.x].values[i] ?? at(s)[0], value], itemStyle: { opacity: 0.6 * faint(s) } }))) });
      list.push({
        id: `points-${scheme}`, name, type: "scatter", color: colour, z: 4,
        symbol: scheme === "ampa" ? "circle" : "diamond",
        data: of.map((s) => ({ name: s.id, value: at(s), symbolSize: s.recommended ? 15 : 10, itemStyle: { opacity: faint(s), borderColor: s.recommended ? colour : theme.panel, borderWidth: s.recommended ? 3 : 1, color: s.recommended ? theme.panel : colour } })),
      });
    }
    const confirmed = shown.filter((s) => s.confirmed);
    if (confirmed.length)
      list.push({ name: "Confirmed", type: "scatter", silent: true, z: 3, color: theme.green, symbol: "circle", symbolSize: 20, data: confirmed.map((s) => ({ value: at(s), itemStyle: { color: "transparent", borderColor: s.confirmed.meets ? theme.green : theme.warn, borderWidth: 2.5, opacity: faint(s) }, label: { show: confirmed.length < 6, position: "top", color: s.confirmed.meets ? theme.green : theme.warn, formatter: s.confirmed.meets ? "confirmed" : "not shown" } })) });
    const best = front();
    if (best.length > 1) list.push({ name: "Pareto front", type: "line", silent: true, z: 1, color: theme.soft, symbol: "none", step: page.figure(page.state.x).larger_is_better ? "start" : "end", lineStyle: { width: 1.2 }, data: best.map(at) });
    // Floating point has no BitOPs and no cycles: its metric is a line across.
    const plain = page.settings().find((s) => s.scheme === "fp32" && s.figures[page.state.y] && !s.figures[page.state.x]);
    if (plain && shown.length) {
      const xs = shown.map((s) => at(s)[0]);
      list.push({ name: "FP32", type: "line", silent: true, color: theme.soft, symbol: "none", lineStyle: { type: "dashed", width: 1.5 }, data: [Math.min(...xs), Math.max(...xs)].map((x) => [x, plain.figures[page.state.y].mean]) });
    }
    return list;
  }

  page.add({
    id: "pareto",
    section: "settings",
    title: () => "Trade-off of the settings",
    note: () => "Marks: means over the seeds; lines: 95 % intervals of the means (cut at the edge); dots: seeds. A click shows the runs of a setting below.",
    wide: true,
    height: () => 420,
    shows: () => page.settings().length > 1 && members().length > 0,
    option: (theme) => ({
      grid: { left: 62, right: 18, top: 24, bottom: 84 },
      legend: theme.legend({ data: [...new Set(series(theme).map((s) => s.name))] }),
      tooltip: theme.tooltip({ trigger: "item", formatter: (item) => (item.data && item.data.name ? words(page.settings().find((s) => s.id === item.data.name)) : "") }),
      xAxis: theme.axis(page.figure(page.state.x).title),
      yAxis: theme.axis(page.figure(page.state.y).title, { nameGap: 44 }),
      series: series(theme),
    }),
    made: (chart) => chart.on("click", (item) => item.data && item.data.name && page.showRunOf(item.data.name)),
    filtered() {
      page.draw(this);
    },
    tip: (i) => ({ name: members()[i].id, seriesId: `points-${members()[i].scheme}` }),
    table: () => ({
      head: ["Setting", page.figure(page.state.y).title, page.figure(page.state.x).title, "On the front", "Confirmed"],
      rows: members().map((s) => [page.label(s), page.spread(s.figures[page.state.y]), page.spread(s.figures[page.state.x]), front().includes(s) ? "yes" : "", page.confirmedWords(s)]),
    }),
  });
}
