#include "ir/layer_groups.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "common/error.h"
#include "networks/load_network.h"

namespace ampa::ir {

TEST_CASE("layers of a residual block are a group, as all are or each is") {
  const Network resnet20 = networks::load_network("resnet20");
  std::vector<int> own, blocks, all(18, 0);
  for (int i = 0; i < 18; ++i) own.push_back(i), blocks.push_back(i / 2);
  CHECK(layer_groups(resnet20, "layer") == own);
  CHECK(layer_groups(resnet20, "block") == blocks);
  CHECK(layer_groups(resnet20, "network") == all);
  CHECK_THROWS_AS(layer_groups(resnet20, "channel"), InputError);
}

TEST_CASE("the convolution of a shortcut belongs to its block") {
  const Network resnet18 = networks::load_network("resnet18");
  const std::vector<int> groups = layer_groups(resnet18, "block"), quantized = resnet18.quantized_layers();
  int group_of_shortcut = -1, shortcuts = 0;
  for (std::size_t i = 0; i < quantized.size(); ++i) {
    const std::string& name = resnet18.layers[static_cast<std::size_t>(quantized[i])].name;
    if (name.find("down") == std::string::npos) continue;
    group_of_shortcut = groups[i];
    ++shortcuts;
    CHECK(std::count(groups.begin(), groups.end(), group_of_shortcut) == 3);
  }
  CHECK(shortcuts == 3);
  CHECK(groups.back() == 7);  // eight blocks
}

}  // namespace ampa::ir
