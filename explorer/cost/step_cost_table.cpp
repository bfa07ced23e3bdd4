#include "cost/step_cost_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "common/error.h"
#include "common/json_reader.h"
#include "timing/point_version.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kMostVersions = 1 << 20;
constexpr const char* kPassKeys[] = {"fwd", "dgrad", "wgrad"};

// The widths of a layer that give a pass's first and second operand these.
allocate::LayerBits bits_of(gemm::Pass pass, Bits first, Bits second) {
  switch (pass) {
    case gemm::Pass::kForward:
      return {second, first, 8};
    case gemm::Pass::kDataGradient:
      return {second, 8, first};
    case gemm::Pass::kWeightGradient:
      break;
  }
  return {8, second, first};
}

Json no_cycles(std::size_t num_widths) {
  return Json(std::vector<std::vector<std::int64_t>>(num_widths, std::vector<std::int64_t>(num_widths, 0)));
}

}  // namespace

Json step_cost_table(const std::vector<record::StepJob>& jobs, const timing::HardwarePoint& point,
                     const std::vector<Bits>& widths) {
  Json layers = Json::array();
  for (const record::StepJob& job : jobs) {
    auto layer =
        std::find_if(layers.begin(), layers.end(), [&](const Json& known) { return known["layer"] == job.layer; });
    if (layer == layers.end()) {
      Json added{{"layer", job.layer}};
      for (const char* key : kPassKeys) added[key] = no_cycles(widths.size());
      layers.push_back(added);
      layer = layers.end() - 1;
    }
    Json& rows = (*layer)[std::string(gemm::to_string(job.pass))];
    for (std::size_t i = 0; i < widths.size(); ++i)
      for (std::size_t j = 0; j < widths.size(); ++j) {
        const gemm::JobShape shape = record::job_shape(job, bits_of(job.pass, widths[i], widths[j]));
        rows[i][j] = rows[i][j].get<std::int64_t>() + timing::job_cycles(point, shape).total();
      }
  }
  return {{"schema_version", 1},
          {"point", point.name},
          {"point_version", timing::version_of(point)},
          {"widths", widths},
          {"layers", layers}};
}

void check_step_cost_table(const std::string& path) {
  const Json table = read_json_file(path);
  JsonReader reader(table, path);
  std::int64_t today = 0;
  const std::string name = reader.string("point");
  try {
    today = timing::version_of(timing::point_from_string(name));
  } catch (const InputError& error) {
    reader.fail("point", "a hardware point", error.what());
  }
  const std::int64_t version = reader.integer("point_version", 1, kMostVersions);
  if (version != today)
    reader.fail("point_version",
                fmt::format("{}, that of {} now (`ampa estimate --write-cost-table` costs it anew)", today, name),
                std::to_string(version));
}

}  // namespace ampa::cost
