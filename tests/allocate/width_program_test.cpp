// A width for every layer at a mean of widths.
#include "allocate/width_program.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "allocate/width_costs.h"
#include "common/error.h"

namespace ampa::allocate {
namespace {

using Catch::Contains;

// The least cost of all assignments, each tried.
double least_cost(const WidthProgram& program) {
  double least = std::numeric_limits<double>::infinity();
  std::int64_t total = 0;
  for (const std::int64_t size : program.sizes) total += size;
  const std::size_t num_layers = program.costs.size();
  std::vector<std::size_t> choice(num_layers, 0);
  while (true) {
    std::int64_t bits = 0;
    double cost = 0;
    for (std::size_t l = 0; l < num_layers; ++l) {
      bits += program.sizes[l] * program.widths[choice[l]];
      cost += program.costs[l][choice[l]];
    }
    if (static_cast<double>(bits) <= program.average * static_cast<double>(total) + 1e-6) least = std::min(least, cost);
    std::size_t l = 0;
    while (l < num_layers && ++choice[l] == program.widths.size()) choice[l++] = 0;
    if (l == num_layers) return least;
  }
}

}  // namespace

TEST_CASE("integer program: three layers whose optimum is found by hand") {
  // Of 4 + 3 + 2 bits at a mean of 3: two steps up from 2, 2, 2 may be taken three times; the dearest errors are those
  // of layer 1 (10 and then 2 are saved), of layer 2 (3, 1) and of layer 0 (4, 0.5): 10, 4, 3.
  const WidthProgram program{{4, 3, 2}, {{0, 0.5, 4.5}, {0, 2, 12}, {0, 1, 4}}, {1, 1, 1}, 3};
  const WidthAssignment found = assign_widths(program);
  CHECK(found.bits == std::vector<Bits>{3, 3, 3});
  CHECK(found.cost == Approx(3.5));
  CHECK(found.average == 3);
  // Layer 1 now saves 5 by its second step, more than either other layer by its first.
  const WidthProgram uneven{{4, 3, 2}, {{0, 0.5, 4.5}, {0, 5, 15}, {0, 1, 4}}, {1, 1, 1}, 3};
  CHECK(assign_widths(uneven).bits == std::vector<Bits>{3, 4, 2});
  // A mean over weights: there is no room for a step of the layer of 8 of the 10.
  const WidthProgram large{{4, 3, 2}, {{0, 0.5, 4.5}, {0, 5, 15}, {0, 1, 4}}, {1, 8, 1}, 2.4};
  const WidthAssignment by_size = assign_widths(large);
  CHECK(by_size.bits == std::vector<Bits>{4, 2, 4});
  CHECK(by_size.average == Approx(2.4));
}

TEST_CASE("integer program: no assignment of small programs is better than what it finds") {
  std::mt19937 random(7);
  const auto draw = [&](int most) { return static_cast<double>(random() % static_cast<unsigned>(most)); };
  const std::vector<std::vector<Bits>> lists = {{4, 3, 2}, {8, 6, 4, 2}, {5}, {2, 8}};
  for (int round = 0; round < 60; ++round) {
    WidthProgram program;
    program.widths = lists[static_cast<std::size_t>(round) % lists.size()];
    const std::size_t num_layers = 1 + random() % 6;
    for (std::size_t l = 0; l < num_layers; ++l) {
      std::vector<double>& row = program.costs.emplace_back();
      for (std::size_t w = 0; w < program.widths.size(); ++w) row.push_back((draw(2000) - 500) * 1e-5);
      program.sizes.push_back(round % 2 == 0 ? 1 : 1 + static_cast<std::int64_t>(random() % 1000));
    }
    program.average = program.widths.back() + draw(100) * 0.06;
    program.average =
        std::max<double>(program.average, *std::min_element(program.widths.begin(), program.widths.end()));
    const WidthAssignment found = assign_widths(program);
    CAPTURE(round);
    CHECK(found.cost == Approx(least_cost(program)).margin(1e-9));
    CHECK(found.average <= program.average + 1e-6);
    CHECK(assigned(program, found.bits).cost == found.cost);
  }
}

TEST_CASE("integer program: a hundred layers, and limits that cannot be kept") {
  WidthProgram program{{8, 6, 4, 2}, {}, std::vector<std::int64_t>(100, 1), 4.5};
  std::mt19937 random(3);
  for (int l = 0; l < 100; ++l) {
    const double trace = 1 + static_cast<double>(random() % 1000);
    program.costs.push_back({trace, 4 * trace, 64 * trace, 1024 * trace});
  }
  const WidthAssignment found = assign_widths(program);
  CHECK(found.average == Approx(4.5));
  CHECK(found.cost < assigned(program, std::vector<Bits>(100, 4)).cost);
  program.average = 1.5;
  CHECK_THROWS_WITH(assign_widths(program), Contains("average") && Contains("at least 2") && Contains("1.5"));
}

TEST_CASE("costs of widths: the sensitive layer gets the bits by either, and a trace below 0 counts as 0") {
  const std::vector<LayerStatistics> layers = {{2, {0, 1, 4}}, {0.5, {0, 1, 4}}, {-3, {0, 1, 4}}};
  const std::vector<Bits> widths = {4, 3, 2};
  const auto by_error = costs_of(width_cost("error"), layers, widths);
  CHECK(by_error == std::vector<std::vector<double>>{{0, 2, 8}, {0, 0.5, 2}, {0, 0, 0}});
  const auto by_trace = costs_of(width_cost("trace"), layers, widths);
  CHECK(by_trace == std::vector<std::vector<double>>{{-8, -6, -4}, {-2, -1.5, -1}, {0, 0, 0}});
  for (const auto& costs : {by_error, by_trace}) {
    const WidthAssignment found = assign_widths({widths, costs, {1, 1, 1}, 3});
    CHECK(found.bits[0] == 4);
    CHECK(found.bits[2] == 2);
  }
  CHECK_THROWS_WITH(width_cost("size"), Contains("error, trace") && Contains("size"));
}

}  // namespace ampa::allocate
