// Colours: those of the style sheet, light or dark, and what charts make of them.
page.theme = () => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const schemes = { ampa: colour("accent"), fp32: colour("soft"), int8: colour("green"), int7: colour("green"), int6: colour("olive"), int5: colour("orange"), int4: colour("orange"), int3: colour("red"), int2: colour("red") };
  const theme = { ink: colour("ink"), soft: colour("soft"), line: colour("line"), panel: colour("panel"), accent: colour("accent"), warn: colour("warn"), green: colour("green"), orange: colour("orange"), red: colour("red"), purple: colour("purple"), dark: colour("dark") === "1" };
  theme.scheme = (name) => schemes[name] || theme.purple;
  theme.parts = [["Compute", theme.accent], ["Fill and drain", theme.orange], ["Operand stall", theme.red], ["Write stall", theme.purple]];
  // From few bits to many.
  theme.widths = theme.dark ? ["#12263a", "#17354f", "#1d4a70", "#2b6a9c", "#4d8fc4", "#86b9e2", "#d2e6f7"] : ["#eef5fc", "#dbe9f6", "#bdd7ee", "#8fbfe2", "#5a9fd0", "#2f75b5", "#0d3d78"];
  theme.width = (bits) => theme.widths[Math.max(0, Math.min(6, bits - 2))];
  theme.text = { color: theme.ink, fontFamily: style.getPropertyValue("font-family") || "sans-serif", fontSize: 12 };
  // Of values that are all the same the axis goes from one below to one above.
  const around = { min: (all) => (all.min === all.max ? all.min - 1 : null), max: (all) => (all.min === all.max ? all.max + 1 : null) };
  theme.axis = (name, more = {}) => Object.assign({ type: "value", name, nameLocation: "middle", nameGap: 30, nameTextStyle: { color: theme.ink }, scale: true, axisLine: { lineStyle: { color: theme.soft } }, axisLabel: { color: theme.soft, hideOverlap: true }, splitLine: { lineStyle: { color: theme.line } } }, more.type === "category" || more.scale === false ? {} : around, more);
  theme.tooltip = (more) => Object.assign({ confine: true, backgroundColor: theme.panel, borderColor: theme.soft, textStyle: { color: theme.ink, fontSize: 12 } }, more);
  theme.legend = (more) => Object.assign({ bottom: 0, type: "plain", textStyle: { color: theme.ink }, itemWidth: 16, itemHeight: 10 }, more);
  return theme;
};
