// `ampa assign-widths`: a width for each layer of a run that trained several, at a mean width (Double Rounding, arXiv
// 2502.01199, Algorithm 2), and what the one integer model comes to at them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "allocate/width_costs.h"
#include "allocate/width_program.h"
#include "commands/commands.h"
#include "commands/kept_run.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/trained_widths.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "record/context.h"
#include "train/weight_traces.h"
#include "weights/width_errors.h"

namespace ampa::commands {
namespace {

constexpr std::int64_t kCalibration = 1024;

// Those asked for, falling, which the run must have trained; by default all that it trained.
std::vector<Bits> chosen_widths(const Call& call, const std::vector<Bits>& trained) {
  if (!call.has("widths")) return trained;
  std::vector<Bits> widths;
  for (const Json& width : call.typed().at("widths")) widths.push_back(width.get<Bits>());
  std::sort(widths.begin(), widths.end(), std::greater<>());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  for (const Bits width : widths)
    if (std::find(trained.begin(), trained.end(), width) == trained.end())
      throw InputError(
          fmt::format("--widths: expected widths that the run trained, {}, found {}", fmt::join(trained, ", "), width));
  return widths;
}

// What --bits @FILE takes: {"conv2": "w3a3", ...}; gradients stay at their default.
Json bits_file(const std::vector<std::string>& layers, const std::vector<Bits>& bits) {
  Json json = Json::object();
  for (std::size_t i = 0; i < layers.size(); ++i) json[layers[i]] = fmt::format("w{0}a{0}", bits[i]);
  return json;
}

Json layer_rows(const std::vector<weights::StoredWeights>& stored, const allocate::WidthProgram& program,
                const std::vector<allocate::LayerStatistics>& statistics, const allocate::WidthAssignment& found) {
  Json rows = Json::array();
  for (std::size_t l = 0; l < stored.size(); ++l) {
    Json row = {{"layer", stored[l].layer}, {"weights", stored[l].codes.size()}, {"trace", statistics[l].trace}};
    for (std::size_t w = 0; w < program.widths.size(); ++w)
      row[fmt::format("error_{}_bits", program.widths[w])] = statistics[l].squared_error[w];
    row["bits"] = found.bits[l];
    rows.push_back(row);
  }
  return rows;
}

// As people read them: four digits.
Json in_words(Json rows) {
  for (Json& row : rows)
    for (Json& value : row)
      if (value.is_number_float()) value = fmt::format("{:.4g}", value.get<double>());
  return rows;
}

Json test_row(const std::string& name, double average, const train::Evaluation& found, const Metric& metric) {
  return {{"widths", name},
          {"average_bits", average},
          {"test_" + metric_key(metric), found.metric},
          {"test_loss", found.loss()}};
}

void run(const Call& call) {
  const std::string dir = call.text("run");
  const KeptRun kept = read_run(dir, call.text("network"), call.text("data_dir"));
  TrainedWidths trained(kept);
  ThreadPool threads(machine_flags(call).apply());
  const train::TraceProbes probes{kept.config.batch_size, call.integer("probes"), kept.config.seed, 0};
  allocate::WidthProgram program;
  program.widths = chosen_widths(call, trained.widths());
  program.average = call.number("average");
  const std::vector<double> traces =
      train::weight_traces(kept.network, trained.graph(), trained.objective(), *kept.source, probes, threads);
  const std::vector<weights::StoredWeights> stored =
      weights::stored_weights(kept.network, trained.graph(), trained.widths().front(), threads);
  std::vector<allocate::LayerStatistics> statistics;
  for (std::size_t l = 0; l < stored.size(); ++l) {
    statistics.push_back({traces[l], weights::width_errors(stored[l], program.widths)});
    const auto size = static_cast<std::int64_t>(stored[l].codes.size());
    program.sizes.push_back(call.text("average_of") == "layers" ? 1 : size);
  }
  program.costs = allocate::costs_of(allocate::width_cost(call.text("cost")), statistics, program.widths);
  const allocate::WidthAssignment found = allocate::assign_widths(program);

  const Json rows = layer_rows(stored, program, statistics, found);
  const Metric& metric = trained.objective().metric();
  const std::int64_t calibration = std::min(call.integer_or("calibrate", trained.has_transitions() ? 0 : kCalibration),
                                            kept.source->count(data::Part::kTrain));
  Json tests = Json::array();
  for (const Bits width : program.widths)
    tests.push_back(test_row(fmt::format("{}", width), width,
                             trained.evaluate(std::vector<Bits>(stored.size(), width), calibration, threads), metric));
  tests.push_back(test_row("assigned", found.average, trained.evaluate(found.bits, calibration, threads), metric));
  const weights::StoredBytes bytes = trained.stored_bytes(stored);
  const Json storage = {{"integer_model", bytes.integer_model},
                        {"fp32_model", bytes.fp32_model},
                        {"separate_models", bytes.separate_models}};
  if (call.has("out"))
    write_file_atomically(call.text("out"), bits_file(kept.network.quantized_names(), found.bits).dump(2) + "\n");
  if (call.is_on("json"))
    return print_json({{"schema_version", 1},
                       {"context", record::make_context(threads.num_threads())},
                       {"config",
                        {{"run", dir},
                         {"widths", program.widths},
                         {"average", program.average},
                         {"average_of", call.text("average_of")},
                         {"cost", call.text("cost")},
                         {"probes", probes.count},
                         {"calibrate", calibration}}},
                       {"results",
                        {{"layers", rows},
                         {"average_bits", found.average},
                         {"cost", found.cost},
                         {"tests", tests},
                         {"bytes", storage}}}});
  print_table(in_words(rows));
  print(fmt::format("mean {:.4g} of at most {:.4g} bits over {}, {} {:.4g}\n\n", found.average, program.average,
                    call.text("average_of"), call.text("cost"), found.cost));
  print_table(in_words(tests));
  print(fmt::format("one integer model; {}\n",
                    calibration > 0 ? fmt::format("batch norm calibrated to each on {} training samples", calibration)
                    : trained.has_transitions() ? "batch norm of every pair of successive widths"
                                                : "batch norm of each layer's width, not calibrated"));
  print(fmt::format("bytes: {} as one integer model, {} with FP32 weights, {} as a model for each of {} bits\n",
                    bytes.integer_model, bytes.fp32_model, bytes.separate_models, fmt::join(trained.widths(), ", ")));
}

}  // namespace

void add_assign_widths(CLI::App& app) {
  add_command(app, "assign-widths", run);
}

}  // namespace ampa::commands
