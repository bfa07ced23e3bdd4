// Parsers of what users type and of other tools' files.
#include "cost/energy.h"
#include "cost/scale_sim_config.h"
#include "cost/topology.h"
#include "fuzz_target.h"
#include "timing/core_config.h"
#include "timing/hardware_point.h"
#include "timing/memory_settings.h"

namespace ampa::fuzz {
namespace {

void memory(std::string_view bytes) {
  const timing::MemorySettings settings = timing::memory_from_string(std::string(bytes));
  timing::memory_from_string(timing::to_string(settings));
}

void core(std::string_view bytes) {
  const timing::CoreConfig config = timing::core_from_string(std::string(bytes));
  timing::core_from_string(timing::name_of(config));
}

void point(std::string_view bytes) {
  timing::point_from_string(std::string(bytes));
}

void energy(std::string_view bytes) {
  cost::read_energy_table(file_with("energy", "energy.json", bytes));
}

void topology(std::string_view bytes) {
  cost::parse_topology(std::string(bytes), "input");
}

void scale_sim_config(std::string_view bytes) {
  cost::parse_scale_sim_config(std::string(bytes), "input");
}

}  // namespace

const std::vector<Target>& text_targets() {
  static const std::vector<Target> targets = {{"memory", memory},     {"core", core},
                                              {"point", point},       {"energy", energy},
                                              {"topology", topology}, {"scale_sim_config", scale_sim_config}};
  return targets;
}

}  // namespace ampa::fuzz
