// A run over its epochs, beside the baselines of its seed.
{
  const compared = ["fp32", "int8", "int4"];
  function members() {
    const t = page.run();
    if (!t || !t.history) return [];
    const same = (scheme) => page.runs().find((o) => o.scheme === scheme && o.seed === t.seed && o.id !== t.id);
    return [t, ...compared.map(same).filter(Boolean)];
  }
  const longest = (key) => Math.max(...members().map((t) => t.history[key].length));

  function curve(id, key, title) {
    page.add({
      id,
      section: "run",
      title,
      note: () => (members().length > 1 ? "This run and the baselines of its seed." : "This run."),
      height: () => 300,
      shows: () => members().length > 0 && longest(key) > 0,
      option: (theme) => ({
        grid: { left: 62, right: 16, top: 12, bottom: 78 },
        legend: theme.legend({}),
        tooltip: theme.tooltip({ trigger: "axis", formatter: (items) => page.lines([`Epoch ${items[0].value[0]}`, ...items.map((item) => `${item.seriesName}: ${page.number(item.value[1])}`)]) }),
        xAxis: theme.axis("Epoch", { minInterval: 1, min: 1, max: Math.max(2, longest(key)), scale: true, nameGap: 26 }),
        yAxis: theme.axis(title(), { nameGap: 44 }),
        series: members().map((t, i) => ({ name: page.label(t), type: "line", color: theme.scheme(t.scheme), symbol: "circle", symbolSize: t.history[key].length > 60 ? 0 : 4, showAllSymbol: true, lineStyle: { width: i === 0 ? 2.5 : 1.2, type: i === 0 ? "solid" : "dashed" }, data: t.history[key].map((value, e) => [e + 1, value]) })),
      }),
      tip: (i) => ({ seriesIndex: 0, dataIndex: i }),
      table: () => ({ head: ["Epoch", ...members().map(page.label)], rows: Array.from({ length: longest(key) }, (_, e) => [e + 1, ...members().map((t) => page.number(t.history[key][e]))]) }),
    });
  }
  curve("curve-metric", "metric", () => page.cap(`test ${page.task().metric}`));
  curve("curve-loss", "loss", () => "Training loss");
}
