// Where the cycles of a setting's runs go, on the chosen hardware point.
{
  const kMost = 30;
  const cycles = (s) => s.cycles[page.state.point];
  const total = (s) => cycles(s).reduce((sum, part) => sum + part, 0);
  const all = () => page.settings().filter((s) => cycles(s)).sort((p, q) => total(p) - total(q));
  // Of many the chosen ones; of those the ones with the fewest cycles.
  function members() {
    const chosen = page.selected();
    return all().filter((s) => !chosen || chosen.has(s.id)).slice(0, kMost);
  }
  const share = (s, part) => `${(cycles(s)[part] / 1e6).toPrecision(6)} (${((100 * cycles(s)[part]) / total(s)).toFixed(1)} %)`;
  const used = () => [0, 1, 2, 3].filter((part) => all().some((s) => cycles(s)[part] > 0));

  page.add({
    id: "classes",
    section: "settings",
    title: () => `Cycles by what they are spent on, ${page.state.point}`,
    note: () => `Of the quantized matrix products of a whole run, means over the seeds, in millions.${used().includes(2) ? "" : " Without a memory there are no stalls."}${all().length > kMost ? ` At most ${kMost} of ${all().length} settings, those with the fewest cycles; the brush chooses among others.` : ""}`,
    wide: true,
    height: () => 90 + 22 * Math.max(1, members().length),
    shows: () => page.settings().length > 1 && all().length > 0,
    option: (theme) => ({
      grid: { left: 8, right: 24, top: 8, bottom: 66, containLabel: true },
      legend: theme.legend({}),
      tooltip: theme.tooltip({ trigger: "axis", axisPointer: { type: "shadow" }, formatter: (items) => { const s = members()[items[0].dataIndex]; return page.lines([page.label(s), ...used().map((part) => `${theme.parts[part][0]}: ${share(s, part)}`), `All: ${page.number(total(s) / 1e6)}`]); } }),
      xAxis: theme.axis("Cycles (10\u2076)", { scale: false }),
      yAxis: theme.axis("", { type: "category", inverse: true, data: members().map(page.label), axisLabel: { color: theme.ink, width: page.labelWidth(), overflow: "truncate", interval: 0, fontSize: 11 } }),
      series: used().map((part) => ({ name: theme.parts[part][0], type: "bar", stack: "all", barMaxWidth: 16, color: theme.parts[part][1], data: members().map((s) => cycles(s)[part] / 1e6) })),
    }),
    filtered() {
      page.draw(this);
    },
    tip: (i) => ({ seriesIndex: 0, dataIndex: i }),
    table: () => ({ head: ["Setting", "All (10\u2076)", ...used().map((part) => page.theme().parts[part][0])], rows: all().map((s) => [page.label(s), page.number(total(s) / 1e6), ...used().map((part) => share(s, part))]) }),
  });
}
