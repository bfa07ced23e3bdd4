#include "record/trained_network.h"

#include <catch2/catch.hpp>

namespace ampa::record {
namespace {

RunRecord with_layers(std::size_t count) {
  RunRecord record;
  for (std::size_t i = 0; i < count; ++i) record.layers.push_back({std::to_string(i), 100, 10});
  return record;
}

}  // namespace

TEST_CASE("W-bits count every weight once, inference BitOPs every MAC by its two widths, of the last epoch") {
  RunRecord record;
  record.layers = {{"a", 100, 10}, {"b", 200, 30}};
  CHECK_FALSE(inference_of(record));
  EpochResult epoch;
  epoch.bits = {{8, 8, 8}, {8, 8, 8}};
  record.epochs.push_back(epoch);
  epoch.bits = {{4, 8, 8}, {6, 4, 8}};
  record.epochs.push_back(epoch);
  const auto found = inference_of(record);
  REQUIRE(found);
  CHECK(found->weight_bits == (10 * 4 + 30 * 6) / 40.0);
  CHECK(found->bitops == 100 * 32 + 200 * 24);
  CHECK(found->int8_bitops == 300 * 64);
  record.epochs.back().bits.clear();
  CHECK_FALSE(inference_of(record));
}

TEST_CASE("the intersection is that of the top 30 percent, averaged over the updates") {
  RunRecord record = with_layers(10);
  CHECK_FALSE(average_intersection(record));
  EpochResult epoch;
  for (int i = 0; i < 10; ++i) {
    const auto value = static_cast<double>(i);
    epoch.sensitivities.push_back({value, value, 0});
    epoch.first_order.push_back({value, 9 - value, 0});
  }
  record.epochs.push_back(epoch);  // all 3 of the weights, none of the activations
  const auto first = average_intersection(record);
  REQUIRE(first);
  CHECK(first->weights_percent == 100);
  CHECK(first->activations_percent == 0);
  CHECK(first->num_updates == 1);
  record.epochs.push_back({});  // not measured
  epoch.first_order[7].w = -1;  // 9, 8 and, of the others, 6: two shared
  epoch.first_order[9].a = 100;
  record.epochs.push_back(epoch);
  const auto both = average_intersection(record);
  CHECK(both->weights_percent == Approx((100 + 200.0 / 3) / 2));
  CHECK(both->activations_percent == Approx((0 + 100.0 / 3) / 2));
  CHECK(both->num_updates == 2);
}

TEST_CASE("of fewer than four layers one is the top, and equal ones count in their order") {
  RunRecord record = with_layers(3);
  EpochResult epoch;
  epoch.sensitivities = {{1, 0, 0}, {1, 1, 0}, {0, 0, 0}};
  epoch.first_order = {{2, 0, 0}, {2, 0, 0}, {2, 1, 0}};
  record.epochs.push_back(epoch);
  CHECK(average_intersection(record)->weights_percent == 100);
  CHECK(average_intersection(record)->activations_percent == 0);
}

}  // namespace ampa::record
