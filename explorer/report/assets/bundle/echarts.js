// What the page takes of ECharts; scripts/bundle_charts.sh makes echarts.min.js of it.
export * from "echarts/core";
import * as echarts from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from "echarts/charts";
import { BrushComponent, DataZoomInsideComponent, GridComponent, LegendComponent, ParallelComponent, ToolboxComponent, TooltipComponent, VisualMapPiecewiseComponent } from "echarts/components";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart, BrushComponent, DataZoomInsideComponent, GridComponent, LegendComponent, ParallelComponent, ToolboxComponent, TooltipComponent, VisualMapPiecewiseComponent, CanvasRenderer, SVGRenderer]);
