// Which dimensions the figures depend on.
{
  const kept = () => page.data.importance.filter((entry) => entry.task === page.state.task);
  const figures = () => [...new Set(["metric", "rr", page.state.x])].filter((key) => kept().some((entry) => entry.shares.some((share) => share.figure === key)));
  const share = (entry, key) => entry.shares.find((one) => one.figure === key);
  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  const words = (one) => (!one ? "-" : one.low === null ? `${percent(one.share)} (1 seed)` : `${percent(one.share)} (${percent(one.low)} .. ${percent(one.high)})`);

  page.add({
    id: "importance",
    section: "search",
    title: () => "What the figures depend on",
    note: () => "Share of the variance between settings that a dimension explains alone; lines: 95 % intervals, by drawing the seeds again. A share that the seeds could make as well means nothing: see the cautions above.",
    wide: true,
    height: () => 100 + 26 * figures().length * kept().length,
    shows: () => kept().length > 1 && figures().length > 0,
    option: (theme) => {
      const colours = [theme.accent, theme.green, theme.orange], list = [];
      figures().forEach((key, i) => {
        const offset = (api) => (i - (figures().length - 1) / 2) * 15;
        list.push({ name: page.figure(key).title, type: "bar", barWidth: 12, barGap: "25%", color: colours[i], data: kept().map((entry) => (share(entry, key) ? 100 * share(entry, key).share : null)) });
        list.push({
          name: page.figure(key).title, type: "custom", silent: true, z: 5, color: theme.ink, encode: { x: [1, 2], y: 0 },
          renderItem: (params, api) => { const [from, to] = [1, 2].map((k) => api.coord([api.value(k), api.value(0)])), y = from[1] + offset(api); return { type: "line", shape: { x1: from[0], y1: y, x2: to[0], y2: y }, style: { stroke: theme.ink, lineWidth: 1.5 } }; },
          data: kept().map((entry, row) => (share(entry, key) && share(entry, key).low !== null ? [row, 100 * share(entry, key).low, 100 * share(entry, key).high] : [row, NaN, NaN])),
        });
      });
      return {
        grid: { left: 8, right: 24, top: 8, bottom: 24 + 46, containLabel: true },
        legend: theme.legend({ data: figures().map((key) => page.figure(key).title) }),
        tooltip: theme.tooltip({ trigger: "axis", axisPointer: { type: "shadow" }, formatter: (items) => { const entry = kept()[items[0].dataIndex]; return page.lines([page.dimName(entry.key), ...figures().map((key) => `${page.figure(key).title}: ${words(share(entry, key))}`)]); } }),
        xAxis: theme.axis("Share of the variance (%)", { scale: false, min: 0, max: 100, nameGap: 24 }),
        yAxis: theme.axis("", { type: "category", inverse: true, data: kept().map((entry) => page.dimName(entry.key)), axisLabel: { color: theme.ink } }),
        series: list,
      };
    },
    tip: (i) => ({ seriesIndex: 0, dataIndex: i }),
    table: () => ({ head: ["Dimension", ...figures().map((key) => page.figure(key).title)], rows: kept().map((entry) => [page.dimName(entry.key), ...figures().map((key) => words(share(entry, key)))]) }),
  });
}
