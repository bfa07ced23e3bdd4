// What a study had found after so many runs: the best metric and the hypervolume of the settings that meet the constraints.
{
  const steps = () => page.data.progress;
  const setting = (id) => page.data.settings.find((s) => s.id === id);
  const dots = () => steps().flatMap((step) => step.done.map(setting).filter((s) => s && s.figures.metric).map((s) => ({ runs: step.runs, setting: s })));

  page.add({
    id: "progress",
    section: "search",
    title: () => "What was found after so many runs",
    note: () => "Above: the best metric of the settings that meet the constraints by their means, and a dot for each setting when its last seed ended. Below: their hypervolume.",
    wide: true,
    height: () => 430,
    shows: () => steps().filter((step) => step.metric !== null || step.hypervolume !== null).length > 1,
    option: (theme) => {
      const most = Math.max(...steps().map((step) => step.runs));
      const line = (key) => steps().filter((step) => step[key] !== null).map((step) => [step.runs, step[key]]);
      return {
        grid: [{ left: 62, right: 18, top: 16, height: 170 }, { left: 62, right: 18, top: 214, height: 130 }],
        legend: theme.legend({ data: ["Best so far", "A setting", "Hypervolume"] }),
        tooltip: theme.tooltip({ trigger: "item", formatter: (item) => page.lines(item.seriesName === "A setting" ? [page.label(dots()[item.dataIndex].setting), `${page.figure("metric").title}: ${page.spread(dots()[item.dataIndex].setting.figures.metric)}`] : [item.seriesName, `${item.value[0]} runs: ${page.number(item.value[1])}`]) }),
        xAxis: [theme.axis("", { min: 0, max: most, gridIndex: 0, axisLabel: { show: false } }), theme.axis("Runs with a result", { min: 0, max: most, gridIndex: 1 })],
        yAxis: [theme.axis(page.figure("metric").title, { gridIndex: 0, nameGap: 44 }), theme.axis("Hypervolume", { gridIndex: 1, nameGap: 44, axisLabel: { color: theme.soft, formatter: page.compact } })],
        series: [
          { name: "Best so far", type: "line", step: "end", color: theme.accent, symbolSize: 5, data: line("metric") },
          { name: "A setting", type: "scatter", color: theme.soft, symbolSize: 6, itemStyle: { opacity: 0.7 }, data: dots().map((dot) => [dot.runs, dot.setting.figures.metric.mean]) },
          { name: "Hypervolume", type: "line", step: "end", color: theme.green, symbolSize: 5, xAxisIndex: 1, yAxisIndex: 1, areaStyle: { opacity: 0.12 }, data: line("hypervolume") },
        ],
      };
    },
    tip: () => null,
    table: () => ({ head: ["Decision", "Runs", "Epochs", page.figure("metric").title, "Hypervolume", "Settings complete"], rows: steps().map((step) => [step.decision, step.runs, step.epochs, page.number(step.metric), page.number(step.hypervolume), step.done.length]) }),
  });
}
