// Every setting as a line across its dimensions and figures. A brush along an axis (or the filter beside it) chooses settings in all charts.
{
  const keys = () => page.kept("axes", () => [...page.dims(), ...["rr", page.state.x, "metric"].filter((key, i, list) => list.indexOf(key) === i && page.figures().some((f) => f.key === key))]);
  const members = () => page.kept("lines", () => page.settings().filter((s) => !s.baseline && keys().every((key) => page.axisValue(s, key) !== null)));
  const isDim = (key) => page.data.dims.includes(key);
  const categories = (key) => page.kept(`categories ${key}`, () => [...new Set(members().map((s) => page.axisValue(s, key)))].sort());
  const byCategory = (key) => isDim(key) && !page.numeric(key);
  const name = (key) => (isDim(key) ? page.dimName(key) : key === "metric" ? page.cap(page.task().metric).replace(/ \(.*/, "") : page.figure(key).title.replace(/^(RR|Cycles|BitOPs).*$/, "$1"));
  const upright = () => window.innerWidth < 600; // a telephone: axes lie across, one below the other

  // The brushes of all axes as filters.
  function filters(chart) {
    const found = {};
    for (const axis of chart.getModel().findComponents({ mainType: "parallelAxis" })) {
      const key = keys()[axis.option.dim];
      const ranges = (axis.activeIntervals || []).map(([low, high]) => (byCategory(key) ? { values: categories(key).filter((_, i) => i >= low && i <= high) } : { low, high }));
      if (ranges.length) found[key] = ranges;
    }
    return found;
  }

  let restoring = false;
  page.add({
    id: "parallel",
    section: "settings",
    title: () => "Settings across their dimensions",
    note: () => "Drag along an axis to choose settings; a click beside the chosen part ends the choice. Darker lines: the better metric.",
    wide: true,
    keys,
    name,
    byCategory,
    categories,
    height: () => (upright() ? 30 + 62 * keys().length : 340),
    shows: () => page.dims().length > 0 && members().length > 2,
    option: (theme) => {
      const better = [...members()].sort((p, q) => (page.task().larger_is_better ? 1 : -1) * (p.figures.metric.mean - q.figures.metric.mean)).map((s) => s.id);
      const rank = (s) => better.indexOf(s.id) / Math.max(1, better.length - 1);
      return {
        parallel: { layout: upright() ? "vertical" : "horizontal", left: upright() ? 70 : 46, right: upright() ? 18 : 56, top: upright() ? 10 : 40, bottom: upright() ? 34 : 24, parallelAxisDefault: { nameLocation: upright() ? "start" : "end", nameTextStyle: { color: theme.ink, fontSize: 12 }, axisLine: { lineStyle: { color: theme.soft } }, axisLabel: { color: theme.ink, textBorderColor: theme.panel, textBorderWidth: 3 }, axisTick: { lineStyle: { color: theme.soft } }, areaSelectStyle: { width: 22, color: theme.accent, borderColor: theme.accent, opacity: 0.35 } } },
        parallelAxis: keys().map((key, dim) => Object.assign({ dim, id: `axis-${key}`, name: name(key) }, byCategory(key) ? { type: "category", data: categories(key) } : { type: "value", scale: true })),
        tooltip: theme.tooltip({ trigger: "item", formatter: (item) => page.lines([page.label(members()[item.dataIndex]), ...keys().map((key) => `${name(key)}: ${page.shown(page.axisValue(members()[item.dataIndex], key))}`)]) }),
        series: [{ type: "parallel", smooth: 0.1, inactiveOpacity: 0.06, activeOpacity: 0.9, lineStyle: { width: 1.5 }, data: members().map((s) => ({ name: s.id, value: keys().map((key) => page.axisValue(s, key)), lineStyle: { color: s.confirmed && s.confirmed.meets ? theme.green : theme.accent, opacity: (members().length > 100 ? 0.06 : 0.2) + 0.6 * rank(s) ** 2 } })) }],
      };
    },
    made: (chart) => chart.on("axisareaselected", () => restoring || page.filter(filters(chart), "parallel")),
    // Shows the filters as brushes.
    filtered() {
      restoring = true;
      for (const key of keys()) {
        const intervals = (page.state.filters[key] || []).map((range) => (range.values ? [Math.min(...range.values.map((v) => categories(key).indexOf(v))) - 0.4, Math.max(...range.values.map((v) => categories(key).indexOf(v))) + 0.4] : [range.low, range.high]));
        this.chart.dispatchAction({ type: "axisAreaSelect", parallelAxisId: `axis-${key}`, intervals });
      }
      restoring = false;
    },
    drawn() {
      if (Object.keys(page.state.filters).length) this.filtered();
    },
    table: () => ({ head: ["Setting", ...keys().map(name)], rows: members().map((s) => [page.label(s), ...keys().map((key) => page.shown(page.axisValue(s, key)))]) }),
  });
}
