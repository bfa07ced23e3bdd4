// Successive halving: the metric of each setting over the epochs that it was trained for, and the rungs at which some went on.
{
  const metric = (t) => t.history.validation || t.history.metric;
  const rungs = () => [...new Set(Object.values(page.data.rungs).flat())].sort((p, q) => p - q);
  const last = () => rungs()[rungs().length - 1];

  // Of each setting: means over its seeds as far as all of them came.
  function members() {
    return page.settings().map((s) => {
      const runs = page.runs().filter((t) => t.setting === s.id && !t.confirming);
      const epochs = runs.length ? Math.min(...runs.map((t) => metric(t).length)) : 0;
      const mean = Array.from({ length: epochs }, (_, e) => runs.reduce((sum, t) => sum + metric(t)[e], 0) / runs.length);
      return { setting: s, epochs, mean, seeds: runs.length };
    }).filter((m) => m.epochs > 0);
  }

  page.add({
    id: "rungs",
    section: "search",
    title: () => "Rungs: who went on",
    note: () => `${page.figure("metric").title}, means over the seeds. Results were compared at the marked epochs: ${rungs().join(", ")}. Grey: not gone on with.`,
    wide: true,
    height: () => 360,
    canvas: () => true,
    shows: () => rungs().length > 1 && members().some((m) => m.epochs < last()),
    option: (theme) => {
      const colour = (m) => (m.setting.confirmed ? theme.green : m.setting.baseline ? theme.scheme(m.setting.scheme) : m.epochs >= last() ? theme.accent : theme.soft);
      const chosen = page.selected();
      return {
        grid: { left: 62, right: 18, top: 16, bottom: 48 },
        tooltip: theme.tooltip({ trigger: "item", formatter: (item) => { const m = members()[item.seriesIndex]; return page.lines([page.label(m.setting), `Epoch ${item.value[0]}: ${page.number(item.value[1])} (${m.seeds} seeds)`, m.epochs < last() ? `stopped after ${m.epochs} epochs` : "trained to the end", page.confirmedWords(m.setting)]); } }),
        xAxis: theme.axis("Epoch", { min: 0, max: last(), minInterval: 1 }),
        yAxis: theme.axis(page.figure("metric").title, { nameGap: 44 }),
        series: members().map((m) => ({
          type: "line", color: colour(m), z: m.epochs >= last() ? 3 : 2,
          lineStyle: { width: m.epochs >= last() ? 2 : 1, type: m.setting.baseline ? "dashed" : "solid", opacity: chosen && !chosen.has(m.setting.id) ? 0.1 : 0.8 },
          symbol: "circle", symbolSize: (_, item) => (rungs().includes(item.dataIndex + 1) ? 8 : 3), itemStyle: { opacity: chosen && !chosen.has(m.setting.id) ? 0.1 : 0.9 },
          data: m.mean.map((value, e) => [e + 1, value]),
        })),
      };
    },
    filtered() {
      page.draw(this);
    },
    tip: (i) => ({ seriesIndex: i, dataIndex: members()[i].epochs - 1 }),
    table: () => ({ head: ["Setting", "Epochs", ...rungs().map((e) => `At epoch ${e}`)], rows: members().map((m) => [page.label(m.setting), m.epochs, ...rungs().map((e) => (e <= m.epochs ? page.number(m.mean[e - 1]) : ""))]) }),
  });
}
