// RR against the range that was estimated before training.
{
  const kMost = 40;
  const all = () => page.settings().filter((s) => !s.baseline && s.range && s.figures.rr).sort((p, q) => p.figures.rr.mean - q.figures.rr.mean);
  function members() {
    const chosen = page.selected();
    return all().filter((s) => !chosen || chosen.has(s.id)).slice(-kMost);
  }
  function bar(params, api) {
    const row = api.value(0), from = api.coord([api.value(1), row]), to = api.coord([api.value(2), row]);
    return { type: "rect", shape: { x: from[0], y: from[1] - 4, width: Math.max(1, to[0] - from[0]), height: 8 }, style: { fill: api.visual("color"), opacity: 0.35 } };
  }

  page.add({
    id: "ranges",
    section: "settings",
    title: () => "RR against its estimated range",
    note: () => `Bars: estimated before training; marks: reached.${all().length > kMost ? ` At most ${kMost} of ${all().length} settings, those with the largest RR.` : ""}`,
    wide: true,
    height: () => 80 + 22 * Math.max(1, members().length),
    shows: () => page.settings().length > 1 && all().length > 0,
    option: (theme) => ({
      grid: { left: 8, right: 24, top: 8, bottom: 66, containLabel: true },
      legend: theme.legend({}),
      tooltip: theme.tooltip({ trigger: "axis", axisPointer: { type: "shadow" }, formatter: (items) => { const s = members()[items[0].dataIndex]; return page.lines([page.label(s), `RR: ${page.spread(s.figures.rr)}`, `Estimated: ${s.range.map((v) => page.number(v)).join(" .. ")}`]); } }),
      xAxis: theme.axis("RR (%)"),
      yAxis: theme.axis("", { type: "category", data: members().map(page.label), axisLabel: { color: theme.ink, width: page.labelWidth(), overflow: "truncate", interval: 0, fontSize: 11 } }),
      series: [
        { name: "Estimated range", type: "custom", renderItem: bar, color: theme.accent, encode: { x: [1, 2], y: 0 }, data: members().map((s, i) => [i, ...s.range]) },
        { name: "Reached, mean over the seeds", type: "scatter", symbol: "diamond", symbolSize: 10, color: theme.ink, data: members().map((s, i) => [s.figures.rr.mean, i]) },
      ],
    }),
    filtered() {
      page.draw(this);
    },
    tip: (i) => (i < members().length ? { seriesIndex: 1, dataIndex: members().indexOf(all()[i]) } : null),
    table: () => ({ head: ["Setting", "RR (%)", "Estimated from", "to"], rows: all().map((s) => [page.label(s), page.spread(s.figures.rr), page.number(s.range[0]), page.number(s.range[1])]) }),
  });
}
