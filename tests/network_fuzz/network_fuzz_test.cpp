// Trains random networks in every way that must give the same bits and compares every tensor of every step.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "common/poison.h"
#include "ops/table.h"
#include "plain_model.h"

namespace ampa::network_fuzz {
namespace {

// A recorded trace is on the disk before it is replayed, which takes longer than all else.
constexpr std::uint64_t kSeedsPerReplay = 5;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text ? std::stoull(text) : otherwise;
}

class Poison {
 public:
  Poison() { poisons_memory() = true; }
  ~Poison() { poisons_memory() = false; }
};

struct Count {
  std::int64_t networks = 0, steps = 0, kinks = 0, tensors = 0, loose = 0;
};

double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double x : values) most = std::max(most, std::abs(x));
  return most;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double most = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

bool is_of_forward_pass(const std::string& name) {
  for (const char* end : {"logits", "loss", "activation.input", "activation2.input", "running_mean", "running_var"})
    if (name.size() >= std::string(end).size() && name.rfind(end) == name.size() - std::string(end).size()) return true;
  return false;
}

// The largest number of a pass: what is left of numbers that cancel is small against it and not against itself.
double largest_of_pass(const Tensors& tensors, bool forward) {
  double most = 0;
  for (const auto& [name, values] : tensors)
    if (is_of_forward_pass(name) == forward) most = std::max(most, largest(values));
  return most;
}

// FP32 against double: within 32 times the distance that FP32 arithmetic in another order and from starting values a
// last place away shows, 2e-5 of the largest element and 2e-6 of the largest one of the pass.
std::string float_fault(const Case& fuzzed, const std::vector<Tensors>& steps, std::size_t index, Count& count) {
  const Tensors* const before = index > 0 ? &steps[index - 1] : nullptr;
  const auto step = static_cast<std::int64_t>(index);
  const PlainStep exact = plain_step<double>(fuzzed, steps[index], before, step, Jitter(0));
  std::vector<PlainStep> rounded;
  for (std::uint32_t i = 1; i <= 4; ++i)
    rounded.push_back(plain_step<float>(fuzzed, steps[index], before, step, Jitter(i)));
  const double pass[] = {largest_of_pass(exact.tensors, false), largest_of_pass(exact.tensors, true)};
  ++count.steps;
  if (exact.has_kink) ++count.kinks;
  for (const auto& [name, expected] : exact.tensors) {
    if (exact.has_kink && !is_of_forward_pass(name)) continue;
    double spread = 0;
    for (const PlainStep& other : rounded) spread = std::max(spread, distance(other.tensors.at(name), expected));
    const double size = largest(expected),
                 tolerance = 32 * spread + 2e-5 * size + 2e-6 * pass[is_of_forward_pass(name)];
    ++count.tensors;
    if (tolerance > 0.05 * size) ++count.loose;
    const double found = distance(steps[index].at(name), expected);
    if (!(found <= tolerance))
      return fmt::format("step {}: {}: {} from the plain model, allowed {}, largest {}", step, name, found, tolerance,
                         size);
  }
  return "";
}

std::string first_fault(const Case& fuzzed, Count& count) {
  const std::vector<Tensors> expected = train(fuzzed, {"reference backend", ops::Streaming::kOff, false, 1});
  std::vector<Way> ways{{"cpu backend", ops::Streaming::kOff, true, 1},
                        {"streaming", ops::Streaming::kOn, true, 1},
                        {"streaming, 2 threads", ops::Streaming::kOn, true, 2},
                        {"streaming, 3 threads", ops::Streaming::kOn, true, 3},
                        {"streaming, reference backend, 2 threads", ops::Streaming::kOn, false, 2}};
  if (fuzzed.seed % kSeedsPerReplay == 0) ways.push_back({"replay", ops::Streaming::kOn, true, 2, true});
  for (const Way& way : ways)
    if (const std::string found = first_difference(expected, train(fuzzed, way)); !found.empty())
      return way.name + ": " + found;
  for (std::size_t step = 0; step < expected.size(); ++step) {
    if (expected[step].count("error") == 1) break;
    if (const std::string found = quantizer_fault(fuzzed, expected[step], static_cast<std::int64_t>(step));
        !found.empty())
      return fmt::format("step {}: {}", step, found);
    // The plain model has no fixed point: of that the ways are compared, and tests/ops/schemes_test.cpp has twins.
    if (fuzzed.recipe.fixed_point_batch_norm || fuzzed.recipe.fixed_point_update) continue;
    if (const std::string found = float_fault(fuzzed, expected, step, count); !found.empty()) return found;
  }
  ++count.networks;
  return "";
}

Count fuzz(std::uint64_t first_seed, std::uint64_t num_networks) {
  const Poison poison;
  Count count;
  const bool goes_on = std::getenv("AMPA_FUZZ_GO_ON") != nullptr;
  for (std::uint64_t seed = first_seed; seed < first_seed + num_networks; ++seed) {
    const Case fuzzed = random_case(seed);
    std::string fault;
    try {
      fault = first_fault(fuzzed, count);
    } catch (const std::exception& error) {
      fault = error.what();
    }
    if (fault.empty()) continue;
    if (goes_on) {
      FAIL_CHECK("seed " << seed << ": " << fault);
      continue;
    }
    INFO(shown(fuzzed));
    FAIL(fault);
  }
  return count;
}

}  // namespace

TEST_CASE("random networks train to the same bits in every way, and as a plain model in double") {
  const std::uint64_t num_networks = from_environment("AMPA_FUZZ_NETWORKS", 50);
  const Count count = fuzz(from_environment("AMPA_FUZZ_SEED", 1), num_networks);
  CHECK(count.networks == static_cast<std::int64_t>(num_networks));
  if (num_networks < 50) return;
  // The comparison with the plain model says something: few steps at a kink, few tensors of cancelled numbers.
  CHECK(count.steps >= 100);
  CHECK(count.kinks <= count.steps / 4);
  CHECK(count.loose <= count.tensors / 10);
}

TEST_CASE("random networks draw every op of the table") {
  std::map<std::string_view, int> counts, on_codes;
  for (std::uint64_t seed = 1; seed <= 400; ++seed)
    for (const ir::Layer& layer : random_case(seed).network.layers) {
      ++counts[ops::op_of(layer).name];
      if (layer.quantized) ++on_codes[ops::op_of(layer).name];
    }
  for (const ops::Op* op : ops::op_table()) {
    INFO(op->name);
    CHECK(counts[op->name] >= 5);
    if (op->gemm_size) CHECK((on_codes[op->name] >= 5 && on_codes[op->name] < counts[op->name]));
  }
}

TEST_CASE("2,000 random networks", "[.long]") {
  const auto start = std::chrono::steady_clock::now();
  const Count count = fuzz(from_environment("AMPA_FUZZ_SEED", 1000), from_environment("AMPA_FUZZ_NETWORKS", 2000));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::cout << fmt::format(
      "{} networks without a difference in {:.0f} s; {} steps against the plain model, {} of them forward only "
      "(kinks), "
      "{} tensors, {} with a tolerance above 5 %\n",
      count.networks, seconds.count(), count.steps, count.kinks, count.tensors, count.loose);
}

}  // namespace ampa::network_fuzz
