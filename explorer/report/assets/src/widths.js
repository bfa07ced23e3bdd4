// The widths of every layer over the epochs of a run: weights, activations, gradients.
{
  const kinds = [["w", "Weights"], ["a", "Activations"], ["g", "Gradients"]];
  const kMostCells = 4000; // of more a canvas is drawn

  // "4 to epoch 3, 6 to epoch 9".
  const spans = (row) => {
    const parts = [];
    for (let e = 0; e < row.length; ++e) if (e + 1 === row.length || row[e + 1] !== row[e]) parts.push(row[e] === " " ? "none" : `${row[e]} to epoch ${e + 1}`);
    return parts.join(", ");
  };

  for (const [kind, title] of kinds) {
    const rows = () => page.run().bits[kind];
    page.add({
      id: `widths-${kind}`,
      section: "run",
      title: () => `${title}: bits of every layer`,
      note: () => "Rows: layers in order; columns: epochs.",
      third: true,
      height: () => 92 + 15 * rows().length,
      canvas: () => rows().length * rows()[0].length > kMostCells,
      shows: () => Boolean(page.run() && page.run().bits && rows().length),
      option: (theme) => {
        const epochs = rows()[0].length, used = [...new Set(rows().flatMap((row) => [...row]))].filter((bits) => bits !== " ").sort();
        return {
          grid: { left: 4, right: 12, top: 4, bottom: 58, containLabel: true },
          tooltip: theme.tooltip({ formatter: (item) => page.lines([page.run().layers[item.value[1]], `Epoch ${item.value[0] + 1}: ${item.value[2]} bits`]) }),
          visualMap: { type: "piecewise", orient: "horizontal", left: "center", bottom: 0, itemWidth: 14, itemHeight: 12, textStyle: { color: theme.ink }, pieces: used.map((bits) => ({ value: Number(bits), label: `${bits} bits`, color: theme.width(Number(bits)) })) },
          xAxis: theme.axis("Epoch", { type: "category", nameGap: 22, data: Array.from({ length: epochs }, (_, e) => e + 1), splitLine: { show: false } }),
          yAxis: theme.axis("", { type: "category", inverse: true, data: page.run().layers, splitLine: { show: false }, axisLabel: { color: theme.ink, fontSize: 10, width: 96, overflow: "truncate", interval: rows().length > 60 ? "auto" : 0 } }),
          series: [{ type: "heatmap", data: rows().flatMap((row, y) => [...row].map((bits, x) => [x, y, bits === " " ? "-" : Number(bits)])), itemStyle: { borderColor: theme.panel, borderWidth: epochs > 60 ? 0 : 0.5 } }],
        };
      },
      tip: (i) => ({ seriesIndex: 0, dataIndex: (i + 1) * rows()[0].length - 1 }),
      table: () => ({ head: ["Layer", "Bits"], rows: rows().map((row, y) => [page.run().layers[y], spans(row)]) }),
    });
  }
}
