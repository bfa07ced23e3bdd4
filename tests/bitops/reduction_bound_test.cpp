#include "bitops/reduction_bound.h"

#include <catch2/catch.hpp>
#include <random>

#include "allocate/allocator.h"
#include "bitops/bitops.h"
#include "ir/layer_groups.h"
#include "networks/load_network.h"

namespace ampa::bitops {

TEST_CASE("reduction bound: 100 (1 - [sum of b_e + (N - t) b_t] / (N B))") {
  CHECK(reduction_at_most({}, 25, 4, 100) == Approx(75));
  CHECK(reduction_at_most({25, 25}, 100, 4, 100) == Approx(100 * (1 - 250.0 / 400)));
  CHECK(reduction_at_most({25, 50, 50}, 75, 4, 100) == Approx(50));
}

TEST_CASE("reduction bound: no run whose widths never fall ends above it, to the last bit, and it never rises") {
  std::mt19937_64 random(11);
  for (int run = 0; run < 300; ++run) {
    const std::int64_t int8 = (std::int64_t{1} << 40) + static_cast<std::int64_t>(random() % 1000003);
    const std::int64_t epochs = 2 + static_cast<std::int64_t>(random() % 60);
    std::vector<std::int64_t> bitops = {int8 / 4};
    while (static_cast<std::int64_t>(bitops.size()) < epochs)
      bitops.push_back(bitops.back() + (random() % 3 == 0 ? static_cast<std::int64_t>(random() % 977777777) : 0));
    const double rr = reduction_percent(bitops, int8);
    double last = 100;
    for (std::size_t t = 1; t < bitops.size(); ++t) {
      const double bound =
          reduction_at_most({bitops.begin(), bitops.begin() + static_cast<std::ptrdiff_t>(t)}, bitops[t], epochs, int8);
      CHECK(rr <= bound);
      CHECK(bound <= last);
      last = bound;
    }
  }
}

TEST_CASE("reduction bound: the largest rise of an update, by hand") {
  // Two layers of 100 and 10 MACs a pass; each pass reads two of w, a, g; the second layer's forward is a product of
  // two activations. The widest step of 4, 6, 8 is 2, the top 8: a GEMM adds 16 MACs for each operand that climbs.
  const auto counted = [](std::size_t layer, gemm::Pass pass, std::int64_t macs) {
    CountedGemm result;
    result.layer = layer;
    result.pass = pass;
    result.macs = macs;
    result.operands = gemm::operand_kinds(pass);
    return result;
  };
  std::vector<CountedGemm> gemms;
  for (const auto& [layer, macs] : {std::pair<std::size_t, std::int64_t>{0, 100}, {1, 10}})
    for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient})
      gemms.push_back(counted(layer, pass, macs));
  allocate::AmpaSettings settings;
  settings.alpha_percent = 50;  // one of two: weights are in forward and dgrad of the first layer, 200 MACs
  settings.beta_percent = 100;  // both: forward and wgrad, 220 MACs
  settings.gamma_percent = 10;  // none
  const Climb climb = climb_of(gemms, {0, 1}, settings);
  CHECK(climb.per_update == 16 * (200 + 220));
  CHECK(climb.most == 330 * 64);
  CHECK(climb_of(gemms, {0, 0}, settings).per_update == 16 * 220);  // of one group 50 % is none, unless in blocks
  settings.granularity = "network";
  CHECK(climb_of(gemms, {0, 0}, settings).per_update == 16 * (220 + 220 + 220));
  settings.ladder = {6};
  CHECK(climb_of(gemms, {0, 1}, settings).per_update == 0);
  gemms[3].operands = {OperandKind::kActivation, OperandKind::kActivation};
  settings = {};
  settings.alpha_percent = settings.gamma_percent = 0;
  settings.beta_percent = 100;
  CHECK(climb_of(gemms, {0, 1}, settings).per_update == 16 * (200 + 10 + 20));
}

TEST_CASE("reduction bound: later epochs rise by an update at a time, up to the top") {
  Climb climb;
  climb.per_update = 20;
  climb.most = 60;
  climb.interval_epochs = 2;  // epochs 2, 4, 6 are measured, their updates in force from 3, 5, 7
  // 25 25 25 45 45 60 60 60
  CHECK(reduction_at_least({25}, std::nullopt, climb, 8, 100) == Approx(100 - (3 * 25 + 2 * 45 + 3 * 60) / 8.0));
  // Behind epoch 2 an update may have come, or the next epoch's BitOPs say that it brought 5.
  CHECK(reduction_at_least({25, 25, 25}, std::nullopt, climb, 8, 100) == Approx(100 - 345 / 8.0));
  CHECK(reduction_at_least({25, 25, 25}, 30, climb, 8, 100) == Approx(100 - (75 + 2 * 30 + 2 * 50 + 60) / 8.0));
  CHECK(reduction_at_least({}, 25, climb, 2, 100) == Approx(75));
  CHECK(reduction_at_least({25, 75}, std::nullopt, climb, 2, 100) == Approx(50));
}

TEST_CASE("reduction bound: no run of a ladder ends below its lower bound, to the last bit, and it never falls") {
  std::mt19937_64 random(7);
  for (const char* name : {"tinycnn", "resnet14"})
    for (const char* granularity : {"layer", "block"}) {
      const ir::Network network = networks::load_network(name);
      const std::vector<CountedGemm> gemms = counted_gemms(network);
      const std::int64_t int8 = int8_training_bitops(gemms);
      const auto num_layers = static_cast<int>(network.quantized_layers().size());
      for (int run = 0; run < 40; ++run) {
        allocate::AllocatorConfig config;
        config.groups = ir::layer_groups(network, granularity);
        config.ampa.granularity = granularity;
        const auto percent = [&] { return static_cast<double>(random() % 101); };
        config.ampa.alpha_percent = percent();
        config.ampa.beta_percent = percent();
        config.ampa.gamma_percent = percent();
        config.ampa.interval_epochs = 1 + static_cast<std::int64_t>(random() % 4);
        config.ampa.first_epoch = static_cast<std::int64_t>(random() % 2);
        config.ampa.thr = static_cast<std::int64_t>(random() % 4);
        if (random() % 2 == 0) config.ampa.ladder = {2, 3, 7, 8};
        const auto allocator = allocate::make_allocator(config, num_layers);
        const std::int64_t epochs = 3 + static_cast<std::int64_t>(random() % 12);
        std::vector<std::int64_t> bitops, next;  // of each epoch, and what the next will have
        for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
          bitops.push_back(training_bitops(gemms, allocator->bits()));
          if (allocator->measures(epoch)) {
            std::vector<allocate::LayerSensitivity> sensitivities(static_cast<std::size_t>(num_layers));
            for (allocate::LayerSensitivity& of : sensitivities)
              of = {static_cast<double>(random() % 100), static_cast<double>(random() % 100),
                    static_cast<double>(random() % 100)};
            allocator->update(sensitivities);
          }
          next.push_back(training_bitops(gemms, allocator->bits()));
        }
        const Climb climb = climb_of(gemms, config.groups, config.ampa);
        const double rr = reduction_percent(bitops, int8);
        double last = -1000;
        for (std::size_t t = 1; t < bitops.size(); ++t) {
          const std::vector<std::int64_t> finished(bitops.begin(), bitops.begin() + static_cast<std::ptrdiff_t>(t));
          const double without = reduction_at_least(finished, std::nullopt, climb, epochs, int8);
          const double with = reduction_at_least(finished, next[t - 1], climb, epochs, int8);
          CHECK(last <= without);
          CHECK(without <= with);
          CHECK(with <= rr);
          last = without;
        }
        CHECK(reduction_at_least(bitops, std::nullopt, climb, epochs, int8) == rr);
      }
    }
}

}  // namespace ampa::bitops
