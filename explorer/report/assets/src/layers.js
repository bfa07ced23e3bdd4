// The cycles of every layer of a run beside those of the same jobs at 8 bits.
{
  const keys = ["compute", "fill_drain", "operand_stall", "write_stall"];
  const cost = () => page.run() && page.run().cost && page.run().cost[page.state.point];
  const used = () => keys.map((_, part) => part).filter((part) => cost()[keys[part]].some((value) => value > 0) || cost()["int8_" + keys[part]].some((value) => value > 0));
  const sum = (prefix, layer) => keys.reduce((all, key) => all + cost()[prefix + key][layer], 0) / 1e6;

  page.add({
    id: "layers",
    section: "run",
    title: () => `Cycles of every layer, ${page.state.point}${page.data.memory ? `, memory ${page.data.memory}` : ""}`,
    note: () => "Left bars: this run; right bars, pale: every width 8. In millions.",
    wide: true,
    height: () => 380,
    shows: () => Boolean(cost()),
    option: (theme) => {
      const bars = (prefix, name, opacity) => used().map((part) => ({ name: theme.parts[part][0] + name, type: "bar", stack: prefix || "run", color: theme.parts[part][1], itemStyle: { opacity }, data: cost()[prefix + keys[part]].map((value) => value / 1e6) }));
      return {
        grid: { left: 44, right: 12, top: 12, bottom: 78, containLabel: true },
        legend: theme.legend({}),
        tooltip: theme.tooltip({ trigger: "axis", axisPointer: { type: "shadow" }, formatter: (items) => page.lines([items[0].name, `This run: ${page.number(sum("", items[0].dataIndex))}`, `Every width 8: ${page.number(sum("int8_", items[0].dataIndex))}`, ...items.map((item) => `${item.seriesName}: ${page.number(item.value)}`)]) }),
        xAxis: theme.axis("", { type: "category", data: page.run().layers, splitLine: { show: false }, axisLabel: { color: theme.ink, fontSize: 10, rotate: 55, interval: page.run().layers.length > 60 ? "auto" : 0, width: 90, overflow: "truncate" } }),
        yAxis: theme.axis("Cycles (10\u2076)", { scale: false, nameGap: 40 }),
        series: [...bars("", "", 1), ...bars("int8_", ", every width 8", 0.4)],
      };
    },
    tip: (i) => ({ seriesIndex: 0, dataIndex: i }),
    table: () => ({ head: ["Layer", "This run", "Every width 8", ...used().map((part) => page.theme().parts[part][0])], rows: page.run().layers.map((layer, i) => [layer, page.number(sum("", i)), page.number(sum("int8_", i)), ...used().map((part) => page.number(cost()[keys[part]][i] / 1e6))]) }),
  });
}
