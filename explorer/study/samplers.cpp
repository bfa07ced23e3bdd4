#include "study/sampler.h"

namespace ampa::study {

SamplerInfo grid_sampler();     // sampler_grid.cpp
SamplerInfo sobol_sampler();    // sampler_sobol.cpp
SamplerInfo gp_ehvi_sampler();  // sampler_gp_ehvi.cpp
SamplerInfo nsga2_sampler();    // sampler_nsga2.cpp

const std::vector<SamplerInfo>& samplers() {
  static const std::vector<SamplerInfo> table = {grid_sampler(), sobol_sampler(), gp_ehvi_sampler(), nsga2_sampler()};
  return table;
}

const SamplerInfo* find_sampler(const std::string& name) {
  for (const SamplerInfo& row : samplers())
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace ampa::study
