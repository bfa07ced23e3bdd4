#include "study/new_network.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "networks/load_network.h"
#include "train/train_config.h"

namespace ampa::study {
namespace {

NewNetwork tinycnn(std::int64_t epochs) {
  return {"tinycnn", "", epochs, networks::load_network("tinycnn")};  // 3 quantized layers
}

Json resolved(const Json& given) {
  return train::to_json(train::config_from_json(given, "test"));
}

}  // namespace

TEST_CASE("new network: what is carried is of the scheme, the interval as a share of the epochs") {
  const Json carried = carried_settings(
      resolved({{"network", "resnet20"}, {"epochs", 40}, {"itv_epochs", 2}, {"alpha", 15}, {"lr", 0.3}}));
  CHECK(carried.at("scheme") == "ampa");
  CHECK(carried.at("alpha") == 15);
  CHECK(carried.at("itv") == 0.05);
  CHECK(carried.at("ladder") == Json({4, 6, 8}));
  for (const char* key : {"itv_epochs", "lr", "network", "epochs"}) CHECK_FALSE(carried.contains(key));
  CHECK_FALSE(carried_settings(resolved({{"scheme", "int6"}})).contains("alpha"));
  CHECK(carried_settings(resolved({{"epochs", 2}, {"itv_epochs", 5}})).at("itv") == 1);
}

TEST_CASE("new network: fractions become layers and epochs of the new network, and may come to none") {
  const Json carried =
      carried_settings(resolved({{"alpha", 30}, {"beta", 34}, {"gamma", 67}, {"itv", 0.25}, {"epochs", 100}}));
  const OnNewNetwork there = on_new_network(carried, tinycnn(8));
  CHECK(there.num_layers == 3);
  CHECK(there.selected == std::vector<int>{0, 1, 2});
  CHECK(there.interval_epochs == 2);
  CHECK(there.num_updates == 3);  // after epochs 2, 4 and 6 of 0 .. 7
  REQUIRE(there.notices.size() == 1);
  CHECK_THAT(there.notices[0], Catch::Contains("alpha = 30 % of 3 quantized layers is less than one layer"));
  REQUIRE(there.range.has_value());
  CHECK(there.range->low_percent <= there.range->high_percent);
  // Without any update that acts all stays at 4 bits.
  const OnNewNetwork still = on_new_network(carried, tinycnn(1));
  CHECK(still.num_updates == 0);
  CHECK(still.range->low_percent == Approx(75));
  CHECK(still.range->high_percent == Approx(75));
}

TEST_CASE("new network: of fixed widths RR is known, of fp32 there is none") {
  const OnNewNetwork fixed = on_new_network({{"scheme", "int6"}}, tinycnn(8));
  CHECK_FALSE(fixed.has_ladder);
  CHECK(fixed.range->low_percent == Approx(43.75));
  CHECK_FALSE(on_new_network({{"scheme", "fp32"}}, tinycnn(8)).range.has_value());
  CHECK_THROWS_AS(on_new_network({{"scheme", "ampa"}, {"alpha", 101}}, tinycnn(8)), InputError);
}

TEST_CASE("new network: words and flags of what was chosen or is not at its default") {
  const Json carried = carried_settings(resolved({{"alpha", 12.5}, {"thr", "inf"}, {"measure", "random"}}));
  CHECK(carried_words(carried) ==
        "ampa, alpha 12.5, beta 20, gamma 30, itv 0.05, thr inf, ladder 4,6,8, measure random");
  CHECK(carried_flags(carried) ==
        " --scheme ampa --alpha 12.5 --beta 20.0 --gamma 30.0 --itv 0.05 --thr inf --ladder 4,6,8 --measure random");
}

}  // namespace ampa::study
