#include "paper/figures.h"

#include <cmath>

#include "cost/area.h"
#include "cost/pe_clock.h"
#include "cost/run_cost.h"
#include "paper/history.h"
#include "record/trained_network.h"

namespace ampa::paper {
namespace {

using record::RunRecord;
using timing::HardwarePoint;
using Value = std::optional<double>;

bool completed(const RunRecord& record) {
  return record.status == record::Status::kCompleted && !record.epochs.empty();
}

Value metric(const RunRecord& record, const HardwarePoint&) {
  if (!completed(record) || !std::isfinite(record.epochs.back().test_metric)) return std::nullopt;
  return record.epochs.back().test_metric;
}

Value quality(const RunRecord& record, const HardwarePoint& point) {
  const Value value = metric(record, point);
  return value && !record.metric.larger_is_better ? -*value : value;
}

Value gbitops(const RunRecord& record, const HardwarePoint&) {
  double sum = 0;
  for (const record::EpochResult& epoch : record.epochs) {
    if (!epoch.bitops_per_image) return std::nullopt;
    sum += static_cast<double>(*epoch.bitops_per_image);
  }
  if (record.epochs.empty()) return std::nullopt;
  return sum / static_cast<double>(record.epochs.size()) / 1e9;
}

template <typename Of>
Value of_inference(const RunRecord& record, const Of& of) {
  const auto inference = completed(record) ? record::inference_of(record) : std::nullopt;
  return inference ? Value(of(*inference)) : std::nullopt;
}

template <typename Of>
Value of_intersection(const RunRecord& record, const Of& of) {
  const auto shared = record::average_intersection(record);
  return shared ? Value(of(*shared)) : std::nullopt;
}

std::optional<cost::RunCost> run_cost(const RunRecord& record, const HardwarePoint& point) {
  if (!completed(record) || !cost::has_cost(record)) return std::nullopt;
  return cost::cost_run(record, point, "record");
}

Value megacycles(const RunRecord& record, const HardwarePoint& point) {
  const auto cost = run_cost(record, point);
  return cost ? Value(static_cast<double>(cost->total.total()) / 1e6) : std::nullopt;
}

Value cycles_saved(const RunRecord& record, const HardwarePoint& point) {
  const auto cost = run_cost(record, point);
  return cost ? Value(cost->cycles_reduction_percent()) : std::nullopt;
}

// LUTs of the array without DSP slices, times the seconds of the run's cycles at the pre-layout clock of its elements.
Value lut_seconds(const RunRecord& record, const HardwarePoint& point) {
  const auto cost = run_cost(record, point);
  if (!cost) return std::nullopt;
  const double seconds = static_cast<double>(cost->total.total()) / (cost::pre_layout_mhz(point.pe) * 1e6);
  return static_cast<double>(cost::area_of(point).no_dsp.lut) * seconds;
}

}  // namespace

const std::vector<Figure>& figures() {
  using Kind = OperandKind;
  constexpr Kind kW = Kind::kWeight, kA = Kind::kActivation, kG = Kind::kGradient;
  static const std::vector<Figure> table = {
      {"metric", "metric", 2, metric},
      {"quality", "metric, larger is better", 2, quality},
      {"rr", "RR (%)", 2, [](const RunRecord& r, const HardwarePoint&) { return r.bitops_reduction_percent; }},
      {"gbitops", "BitOPs / image (10^9)", 4, gbitops},
      {"weight_bits", "W-bits", 2,
       [](const RunRecord& r, const HardwarePoint&) {
         return of_inference(r, [](const record::Inference& i) { return i.weight_bits; });
       }},
      {"inference_gbitops", "BitOPs / inference (10^9)", 4,
       [](const RunRecord& r, const HardwarePoint&) {
         return of_inference(r, [](const record::Inference& i) { return static_cast<double>(i.bitops) / 1e9; });
       }},
      {"inference_reduction_percent", "inference saved (%)", 2,
       [](const RunRecord& r, const HardwarePoint&) {
         return of_inference(r, [](const record::Inference& i) {
           return 100 * (1 - static_cast<double>(i.bitops) / static_cast<double>(i.int8_bitops));
         });
       }},
      {"air_w", "AIR w (%)", 2,
       [](const RunRecord& r, const HardwarePoint&) {
         return of_intersection(r, [](const record::Intersection& i) { return i.weights_percent; });
       }},
      {"air_a", "AIR a (%)", 2,
       [](const RunRecord& r, const HardwarePoint&) {
         return of_intersection(r, [](const record::Intersection& i) { return i.activations_percent; });
       }},
      {"layers_raised_percent", "w, a raised (%)", 1,
       [](const RunRecord& r, const HardwarePoint&) { return raised_percent(r); }},
      {"rise_epoch_w", "first rise w", 1,
       [](const RunRecord& r, const HardwarePoint&) { return mean_first_rise(r, kW, Layers::kAll); }},
      {"rise_epoch_a", "first rise a", 1,
       [](const RunRecord& r, const HardwarePoint&) { return mean_first_rise(r, kA, Layers::kAll); }},
      {"rise_epoch_g", "first rise g", 1,
       [](const RunRecord& r, const HardwarePoint&) { return mean_first_rise(r, kG, Layers::kAll); }},
      {"rise_epoch_w_shallow", "first rise w, shallow half", 1,
       [](const RunRecord& r, const HardwarePoint&) { return mean_first_rise(r, kW, Layers::kShallow); }},
      {"rise_epoch_w_deep", "first rise w, deep half", 1,
       [](const RunRecord& r, const HardwarePoint&) { return mean_first_rise(r, kW, Layers::kDeep); }},
      {"loss_rise_w", "rise of loss w", 5,
       [](const RunRecord& r, const HardwarePoint&) { return rise_of_sensitivity(r, kW); }},
      {"loss_rise_a", "rise of loss a", 5,
       [](const RunRecord& r, const HardwarePoint&) { return rise_of_sensitivity(r, kA); }},
      {"loss_rise_g", "rise of loss g", 5,
       [](const RunRecord& r, const HardwarePoint&) { return rise_of_sensitivity(r, kG); }},
      {"megacycles", "cycles (10^6)", 3, megacycles},
      {"cycles_saved_percent", "cycles saved (%)", 2, cycles_saved},
      {"lut_seconds", "LUT-seconds", 2, lut_seconds},
  };
  return table;
}

const Figure* find_figure(const std::string& name) {
  for (const Figure& figure : figures())
    if (figure.name == name) return &figure;
  return nullptr;
}

std::optional<double> figure_of(const std::string& name, const record::RunRecord& record,
                                const timing::HardwarePoint& point) {
  const Figure* figure = find_figure(name);
  return figure == nullptr ? std::nullopt : figure->of(record, point);
}

}  // namespace ampa::paper
