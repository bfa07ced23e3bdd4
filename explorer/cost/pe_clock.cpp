#include "cost/pe_clock.h"

#include <limits>
#include <string>

#include "common/json_reader.h"
#include "pre_layout_timing.h"

namespace ampa::cost {

double pre_layout_mhz(timing::Pe pe) {
  static const Json json = Json::parse(embedded::pre_layout_timing().front().second);
  JsonReader table(json, "rtl/synth/timing.json");
  const std::string module =
      "ampa_" + std::string(timing::pe_formats(pe).name) + (timing::pe_formats(pe).is_grid ? "_element" : "_pe");
  for (JsonReader entry : table.children("entries")) {
    if (entry.string("module") != module) continue;
    JsonReader parameters = entry.child("parameters");
    if (!parameters.has("Lanes") || parameters.integer("Lanes", 1, timing::kLanes) == timing::kLanes)
      return entry.number("pre_layout_mhz", 1e-3, std::numeric_limits<double>::max());
  }
  table.fail("entries", "one of every processing element", "none of " + module);
}

}  // namespace ampa::cost
