// Parsers of what users type and of other tools' files.
#include "cost/energy.h"
#include "cost/scale_sim_config.h"
#include "cost/topology.h"
#include "fuzz_target.h"
#include "platform/core_config.h"
#include "platform/memory_settings.h"
#include "timing/hardware_point.h"

namespace ampa::fuzz {
namespace {

void memory(std::string_view bytes) {
  const platform::MemorySettings settings = platform::memory_from_string(std::string(bytes));
  platform::memory_from_string(platform::to_string(settings));
}

void core(std::string_view bytes) {
  const platform::CoreConfig config = platform::core_from_string(std::string(bytes));
  platform::core_from_string(platform::name_of(config));
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
