#include "cost/pe_clock.h"

#include <limits>
#include <string>

#include "common/json_reader.h"
#include "pre_layout_timing.h"

namespace ampa::cost {

double pre_layout_mhz(timing::Pe pe) {
  static const Json json = Json::parse(embedded::pre_layout_timing().front().second);
  JsonReader table(json, "rtl/synth/timing.json");
  const std::string name(timing::pe_formats(pe).name), module = "ampa_" + name + "_pe";
  for (JsonReader entry : table.children("entries")) {
    const bool is_grid = timing::pe_formats(pe).is_grid;
    if (is_grid ? entry.string("name") != name : entry.string("module") != module) continue;
    JsonReader parameters = entry.child("parameters");
    if (!parameters.has("Lanes") || parameters.integer("Lanes", 1, timing::kLanes) == timing::kLanes)
      return entry.number("pre_layout_mhz", 1e-3, std::numeric_limits<double>::max());
  }
  table.fail("entries", "one of every processing element", "none of " + name);
}

}  // namespace ampa::cost
