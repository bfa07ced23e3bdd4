#include "bench/study/settings_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "bitops/bitops.h"
#include "bitops/reduction_bound.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "study/prospect.h"

namespace ampa::bench {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text)
    if (c == at)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

double number(const std::string& text, const std::string& source) {
  try {
    std::size_t used = 0;
    const double value = std::stod(text, &used);
    if (used == text.size()) return value;
  } catch (const std::exception&) {
  }
  throw InputError(fmt::format("{}: expected a number, found \"{}\"", source, text));
}

// Of weights, activations and gradients, layer by layer, a digit each.
std::vector<allocate::LayerBits> widths(const std::string& digits, std::size_t num_layers, const std::string& source) {
  if (digits.size() != 3 * num_layers || digits.find_first_not_of("12345678") != std::string::npos)
    throw InputError(fmt::format("{}: expected {} widths, found \"{}\"", source, 3 * num_layers, digits));
  const auto width = [&](std::size_t place) { return Bits{digits[place] - '0'}; };
  std::vector<allocate::LayerBits> bits;
  for (std::size_t i = 0; i < digits.size(); i += 3) bits.push_back({width(i), width(i + 1), width(i + 2)});
  return bits;
}

// As settings_table.py writes a value.
std::string text_of(const Json& value) {
  if (value.is_number()) return fmt::format("{:g}", value.get<double>());
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  for (const Json& one : value) text += (text.empty() ? "" : "-") + text_of(one);
  return text;
}

}  // namespace

SettingsTable::SettingsTable(const std::filesystem::path& folder)
    : study_(read_json_file(folder / "settings_table.json")) {
  for (const auto& item : study_.at("space").items()) keys_.push_back(item.key());
  num_epochs_ = study_.at("base").at("epochs").get<std::int64_t>();
  constexpr ir::Shape kImages{1, 14, 14};  // as shrink_images.py makes them
  const ir::Network network = networks::load_network(study_.at("base").at("network"), kImages, 10);
  const std::vector<bitops::CountedGemm> gemms = bitops::counted_gemms(network);
  int8_bitops_ = bitops::int8_training_bitops(gemms);
  for (const std::string& name : network.quantized_names()) layers_.layers.push_back({name});
  for (const bitops::CountedGemm& gemm : gemms)
    layers_.counted_only.push_back({layers_.layers[gemm.layer].name, gemm.pass, gemm.macs, gemm.operands});
  std::istringstream file(read_file(folder / "settings_table.csv"));
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> header = split(line, ',');
  const auto column = [&](const std::string& name) {
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) throw InputError("settings_table.csv: " + name + ": expected this column, found none");
    return static_cast<std::size_t>(found - header.begin());
  };
  for (std::int64_t number_of_line = 2; std::getline(file, line); ++number_of_line) {
    const std::string source = fmt::format("settings_table.csv: line {}", number_of_line);
    const std::vector<std::string> cells = split(line, ',');
    if (cells.size() != header.size())
      throw InputError(fmt::format("{}: expected {} cells, found {}", source, header.size(), cells.size()));
    std::string key = cells[column("scheme")];
    for (const std::string& name : keys_) key += ' ' + cells[column(name)];
    RecordedRun run;
    run.test_accuracy = number(cells[column("test_accuracy")], source);
    run.rr = number(cells[column("rr")], source);
    run.cycles = number(cells[column("cycles")], source);
    for (const std::string& cell : split(cells[column("accuracy")], ' ')) run.accuracy.push_back(number(cell, source));
    for (const std::string& cell : split(cells[column("widths")], ' ')) {
      const std::vector<std::string> equal = split(cell, '*');
      const auto count = equal.size() > 1 ? static_cast<std::size_t>(number(equal[1], source)) : 1;
      run.bits.insert(run.bits.end(), count, widths(equal[0], layers_.layers.size(), source));
    }
    for (const std::vector<allocate::LayerBits>& bits : run.bits)
      run.bitops.push_back(bitops::training_bitops(gemms, bits));
    if (const auto epochs = static_cast<std::size_t>(num_epochs_);
        run.accuracy.size() != epochs || run.bits.size() != epochs)
      throw InputError(fmt::format("{}: expected figures of {} epochs", source, num_epochs_));
    const auto seed = static_cast<std::uint64_t>(number(cells[column("seed")], source));
    if (!runs_.emplace(std::pair(key, seed), std::move(run)).second)
      throw InputError(fmt::format("{}: expected each run once, found it again", source));
  }
}

study::StudySpec SettingsTable::spec(const Json& changes) const {
  Json json = study_;
  json["base"]["dataset"] = "synthetic";
  json["base"].erase("data_dir");
  for (const auto& [key, value] : changes.items()) {
    json.erase(key);
    if (!value.is_null()) json[key] = value;
  }
  return study::parse_study(json, "settings_table.json");
}

std::string SettingsTable::key_of(const Json& config) const {
  const auto scheme = config.at("scheme").get<std::string>();
  std::string key = scheme;
  for (const std::string& name : keys_)
    key += ' ' + (scheme == study_.at("base").at("scheme") ? text_of(config.at(name)) : "");
  return key;
}

const RecordedRun& SettingsTable::run(const Json& config, std::uint64_t seed) const {
  const auto found = runs_.find({key_of(config), seed});
  if (found == runs_.end())
    throw InputError(fmt::format("settings_table.csv: expected a run of \"{}\" with seed {}", key_of(config), seed));
  return found->second;
}

double SettingsTable::rr_after(const RecordedRun& run, std::int64_t epochs) const {
  return bitops::reduction_percent({run.bitops.begin(), run.bitops.begin() + epochs}, int8_bitops_);
}

double SettingsTable::rr_expected(const RecordedRun& run, std::int64_t epochs, const Json& config) const {
  record::RunRecord record = layers_;
  record.config = config;
  for (std::size_t epoch = 0; epoch < static_cast<std::size_t>(epochs); ++epoch) {
    record::EpochResult& result = record.epochs.emplace_back();
    result.bits = run.bits[epoch];
    result.bitops_per_image = run.bitops[epoch];
  }
  record.bitops_reduction_percent = rr_after(run, epochs);
  return study::expected_reduction(record).value_or(*record.bitops_reduction_percent);
}

std::int64_t SettingsTable::stopped_before(const RecordedRun& run, double min_rr) const {
  for (std::int64_t epoch = 1; epoch < num_epochs_; ++epoch)
    if (bitops::reduction_at_most({run.bitops.begin(), run.bitops.begin() + epoch},
                                  run.bitops[static_cast<std::size_t>(epoch)], num_epochs_, int8_bitops_) < min_rr)
      return epoch;
  return num_epochs_;
}

study::RunResult SettingsTable::result(const study::StudySpec& spec, const study::Lattice& lattice,
                                       const study::Job& job, std::uint64_t recorded_seed) const {
  const Json& config = lattice.settings[job.setting].config;
  const RecordedRun& recorded = run(config, recorded_seed);
  study::RunResult result;
  result.trial = job.trial;
  result.setting = job.setting;
  result.seed = job.seed;
  result.epochs = job.until_epoch;
  if (spec.min_rr())
    if (const std::int64_t stop = stopped_before(recorded, *spec.min_rr()); stop < job.until_epoch) {
      result.epochs = stop;
      result.ruled_out = "RR is too small";
    }
  result.completed = result.epochs == num_epochs_;
  result.metric = recorded.accuracy[static_cast<std::size_t>(result.epochs - 1)];
  if (result.completed) result.test_metric = recorded.test_accuracy;
  const auto figure = [&](const study::Objective& of) -> std::optional<double> {
    if (of.info->name == "metric") return result.metric;
    if (of.info->name == "rr") return rr_after(recorded, result.epochs);
    return result.completed && of.info->name == "cycles" ? std::optional(recorded.cycles) : std::nullopt;
  };
  for (const study::Objective& objective : spec.objectives) {
    result.objectives.push_back(figure(objective));
    result.prospects.push_back(objective.info->name == "rr" ? rr_expected(recorded, result.epochs, config)
                                                            : result.objectives.back());
  }
  for (const study::Constraint& constraint : spec.constraints)
    result.constraints.push_back(constraint.what ? figure(*constraint.what) : std::nullopt);
  return result;
}

}  // namespace ampa::bench
