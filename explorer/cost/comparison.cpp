#include "cost/comparison.h"

#include "cost/pe_clock.h"
#include "cost/run_cost.h"
#include "timing/point_version.h"

namespace ampa::cost {
namespace {

std::vector<ModeRate> mode_rates(const timing::HardwarePoint& point) {
  std::vector<ModeRate> rates;
  for (Bits kw = 1; kw <= kMaxBits; ++kw)
    for (Bits ka = 1; ka <= kMaxBits; ++ka) {
      const CodeFormat weights{kw, true}, activations{ka, false};
      if (!timing::is_supported(point.pe, weights) || !timing::is_supported(point.pe, activations)) continue;
      const double per_element = timing::macs_per_cycle(point, activations, weights);
      rates.push_back({kw, ka, per_element * static_cast<double>(point.rows * point.cols),
                       timing::utilisation(point, activations, weights)});
    }
  return rates;
}

StepCost uniform_step(const timing::HardwarePoint& point, const record::RunRecord& record, Bits bits) {
  double cycles = 0;
  for (const record::StepJob& job : record.jobs)
    cycles += static_cast<double>(timing::job_cycles(point, record::job_shape(job, {bits, bits, bits})).total());
  return {"int" + std::to_string(bits), cycles};
}

Json to_json(const CellCounts& counts) {
  return {{"lut", counts.lut}, {"ff", counts.ff}, {"dsp48e1", counts.dsp48e1}, {"carry4", counts.carry4}};
}

}  // namespace

PointComparison compare_point(const timing::HardwarePoint& point, const record::RunRecord& record,
                              const std::string& source) {
  PointComparison comparison{point, area_of(point), pre_layout_mhz(point.pe), mode_rates(point), {}};
  const RunCost run = cost_run(record, point, source);
  comparison.steps = {uniform_step(point, record, 8),
                      uniform_step(point, record, 4),
                      {"record", static_cast<double>(run.total.total()) / static_cast<double>(run.num_steps)}};
  return comparison;
}

double lut_seconds(const PointComparison& comparison, const StepCost& step, double clock_mhz) {
  return static_cast<double>(comparison.area.no_dsp.lut) * step.cycles_per_step / (clock_mhz * 1e6);
}

Json to_json(const PointComparison& comparison, double clock_mhz) {
  Json json;
  json["point"] = comparison.point.name;
  json["point_version"] = timing::version_of(comparison.point);
  json["area"] = {{"method", to_string(comparison.area.method)},
                  {"with_dsp", to_json(comparison.area.with_dsp)},
                  {"no_dsp", to_json(comparison.area.no_dsp)}};
  json["pe_pre_layout_mhz"] = comparison.pe_mhz;
  json["modes"] = Json::array();
  for (const ModeRate& mode : comparison.modes)
    json["modes"].push_back(
        {{"kw_bits", mode.kw},
         {"ka_bits", mode.ka},
         {"macs_per_cycle", mode.macs_per_cycle},
         {"utilisation_percent", 100 * mode.utilisation},
         {"macs_per_cycle_per_lut", mode.macs_per_cycle / static_cast<double>(comparison.area.no_dsp.lut)},
         {"macs_per_cycle_per_lut_with_dsp", mode.macs_per_cycle / static_cast<double>(comparison.area.with_dsp.lut)}});
  json["steps"] = Json::array();
  for (const StepCost& step : comparison.steps)
    json["steps"].push_back({{"widths", step.widths},
                             {"cycles_per_step", step.cycles_per_step},
                             {"lut_seconds", lut_seconds(comparison, step, clock_mhz)},
                             {"lut_seconds_at_pe_clock", lut_seconds(comparison, step, comparison.pe_mhz)}});
  return json;
}

}  // namespace ampa::cost
