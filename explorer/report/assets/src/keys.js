// Keyboard: arrows walk through what a chart shows and read it, as its table has it; Escape ends.
page.readByKeys = (chart) => {
  let at = -1;
  const reading = chart.panel.querySelector(".reading");
  chart.box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const table = chart.table();
    if (event.key === "Home") at = 0;
    else if (event.key === "End") at = table.rows.length - 1;
    else if (event.key === "Escape") at = -1;
    else if (step) at = Math.max(0, Math.min(table.rows.length - 1, at + step));
    else return;
    event.preventDefault();
    const tip = at >= 0 && chart.tip ? chart.tip(at) : null;
    // The library finds a tip's series by its number only.
    if (tip && tip.seriesId) tip.seriesIndex = chart.chart.getOption().series.findIndex((one) => one.id === tip.seriesId);
    reading.textContent = at < 0 ? "" : `${at + 1} of ${table.rows.length}. ` + table.head.map((name, i) => `${name}: ${table.rows[at][i]}`).join("; ");
    chart.chart.dispatchAction(tip ? { type: "showTip", ...tip } : { type: "hideTip" });
  });
  chart.box.addEventListener("blur", () => {
    at = -1;
    reading.textContent = "";
  });
};
