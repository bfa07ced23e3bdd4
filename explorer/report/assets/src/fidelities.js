// Cheaper tasks on which settings were tried first: how alike each ranks them to the study's own task.
{
  const list = () => page.data.fidelities;
  const name = (f) => Object.entries(f.base).map(([key, value]) => `${page.dimName(key)} ${page.shown(value)}`).join(", ");
  const tau = (f) => (f.tau === null ? "not known: fewer than two settings were run on both" : `${f.tau.toFixed(2)} (${f.low.toFixed(2)} .. ${f.high.toFixed(2)})`);
  const counts = (f) => `${f.num_settings} tried, ${page.number(f.num_promoted)} promoted${f.is_off ? ", switched off" : ""}${f.tau === null ? ", tau not known" : ""}`;
  const state = (f) => (f.is_off ? "switched off: no guide" : "on");

  page.add({
    id: "fidelities",
    section: "search",
    title: () => "Cheaper tasks: what they tell",
    note: () => "Kendall's tau between the rankings of the settings on a cheaper task and on the study's own: 1 is the same order, 0 says nothing. Lines: 95 % intervals, by drawing the settings again. A task is switched off once eight settings were run on both and the interval holds 0.",
    wide: true,
    height: () => 90 + 48 * list().length,
    shows: () => list().length > 0,
    option: (theme) => {
      const colour = (f) => (f.is_off ? theme.soft : theme.accent);
      const known = () => list().map((f, row) => ({ f, row })).filter(({ f }) => f.tau !== null);
      return {
        grid: { left: 8, right: 24, top: 8, bottom: 44, containLabel: true },
        tooltip: theme.tooltip({ trigger: "item", formatter: (item) => { const { f } = known()[item.dataIndex]; return page.lines([name(f), `Kendall's tau: ${tau(f)}`, counts(f), `${f.num_shared} run on the study's own task too`]); } }),
        xAxis: theme.axis("Kendall's tau", { scale: false, min: -1, max: 1 }),
        yAxis: theme.axis("", { type: "category", inverse: true, data: list().map((f) => `${name(f)}\n${counts(f)}`), axisLabel: { color: theme.ink, width: page.labelWidth(), overflow: "break", lineHeight: 15 } }),
        series: [
          {
            type: "custom", silent: true, encode: { x: [1, 2], y: 0 },
            renderItem: (params, api) => { const [from, to] = [1, 2].map((k) => api.coord([api.value(k), api.value(0)])); return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: colour(list()[api.value(0)]), lineWidth: 2 } }; },
            data: known().map(({ f, row }) => [row, f.low, f.high]),
          },
          { type: "scatter", symbolSize: 12, data: known().map(({ f, row }) => ({ value: [f.tau, row], itemStyle: { color: colour(f) } })) },
        ],
      };
    },
    tip: (i) => (list()[i].tau === null ? null : { seriesIndex: 1, dataIndex: list().slice(0, i).filter((f) => f.tau !== null).length }),
    table: () => ({ head: ["Task", "Settings tried", "Promoted", "Run on the study's own too", "Kendall's tau (95 %)", "State"], rows: list().map((f) => [name(f), f.num_settings, page.number(f.num_promoted), f.num_shared, tau(f), state(f)]) }),
  });
}
