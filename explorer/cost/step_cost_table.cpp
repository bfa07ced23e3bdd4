#include "cost/step_cost_table.h"

#include <algorithm>
#include <string>

namespace ampa::cost {
namespace {

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
  return {{"schema_version", 1}, {"point", point.name}, {"widths", widths}, {"layers", layers}};
}

}  // namespace ampa::cost
