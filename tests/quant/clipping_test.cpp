#include "quant/clipping.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "common/error.h"
#include "quant/deviation.h"
#include "quant/tensor_rule.h"

namespace ampa::quant {
namespace {

using numerics::Range;

// Heavy tails on one side, many zeros, a few values far out.
std::vector<float> samples(std::int64_t count, std::uint64_t seed) {
  const numerics::RandomStream stream{seed, 0, 0};
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    const double u = stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-32;
    values.push_back(static_cast<float>(i % 5 == 0 ? 0 : (u - 0.45) * (i % 37 == 0 ? 9 : 1) * u * u));
  }
  return values;
}

Range range_of(const std::vector<float>& values) {
  Range range;
  for (const float x : values) range = numerics::including(range, x);
  return range;
}

ClippingTask task_of(const std::vector<float>& values, Bits bits = 4) {
  ClippingTask task;
  task.group = {values.data(), static_cast<std::int64_t>(values.size()), 0, 1};
  task.found = range_of(values);
  task.encoding.bits = bits;
  return task;
}

Range clip(const std::string& rule, const ClippingTask& task, const Json& options = Json::object()) {
  return make_clipping(clipping_rule(rule, "test"), options).clip(task);
}

// The candidates once more, as the rule words them.
std::vector<float> fractions() {
  std::vector<float> list;
  for (int octave = 0; octave <= 7; ++octave)
    for (const int eighths : {8, 7, 6, 5}) list.push_back(static_cast<float>(std::ldexp(eighths, -3 - octave)));
  return list;
}

double value_of(float x, const Range& range, const Encoding& encoding, std::int64_t element) {
  const numerics::QuantParams params = encoding.form->params(range, encoding.bits);
  const bool random = encoding.rounding == numerics::Rounding::kStochastic;
  const std::int32_t code =
      random ? numerics::quantize_stochastic(x, params, encoding.stream.bits16(static_cast<std::uint64_t>(element)))
             : numerics::quantize_nearest(x, params);
  return numerics::dequantize(code, params);
}

}  // namespace

TEST_CASE("K1: nothing is clipped by default") {
  CHECK(clipping_rules().front().name == "full");
  ClippingTask task;
  task.found = {-1.25f, 3.5f};
  CHECK(clip("full", task).min == -1.25f);
  CHECK(clip("full", task).max == 3.5f);
  CHECK(default_rule(OperandKind::kGradient).clipping.rule->name == "full");
  CHECK(numerics::max_abs({-1, 3}) == 3);
  CHECK(numerics::max_abs({-4, 3}) == 4);
  CHECK(numerics::max_abs({0, 0}) == 0);
}

TEST_CASE("K2: seven_eighths makes steps finer and lets the outermost values saturate") {
  ClippingTask task;
  task.found = {-0.8f, 1.6f};
  const Range range = clip("seven_eighths", task);
  CHECK(range.min == -0.8f * 0.875f);
  CHECK(range.max == 1.6f * 0.875f);
  const numerics::QuantParams params = numerics::asymmetric_params(range.min, range.max, 8);
  CHECK(params.scale < numerics::asymmetric_params(-0.8f, 1.6f, 8).scale);
  CHECK(numerics::quantize_nearest(-0.8f, params) == 0);
  CHECK(numerics::quantize_nearest(1.6f, params) == 255);
  CHECK(numerics::quantize_nearest(0, params) == params.zero_point);
}

TEST_CASE("K3: a clipping rule that does not exist") {
  CHECK_THROWS_AS(clipping_rule("guess", "--clipping"), InputError);
  CHECK_THROWS_WITH(clipping_rule("guess", "--clipping"),
                    "--clipping: expected one of full, seven_eighths, fraction, percentile, mse, direction, "
                    "magnitude_aware, found 'guess'");
}

TEST_CASE("K4: a fixed fraction of both ends") {
  ClippingTask task;
  task.found = {-0.3f, 1.7f};
  const Range range = clip("fraction", task, {{"clip_fraction", 0.3}});
  CHECK(range.min == -0.3f * 0.3f);
  CHECK(range.max == 1.7f * 0.3f);
  CHECK(clip("fraction", task).max == 1.7f * 0.9f);
}

TEST_CASE("K5: the percentile is an order statistic of either side, as sorting has it") {
  const std::vector<float> ten = {-4, 3, 1, -2, 5, 0, 7, 2, -1, 6};
  const auto of = [&](double percent) { return clip("percentile", task_of(ten), {{"clip_percentile", percent}}); };
  CHECK(of(100).max == 7);
  CHECK(of(100).min == -4);
  CHECK(of(90).max == 6);   // the 9th smallest of 0 0 0 0 1 2 3 5 6 7
  CHECK(of(90).min == -2);  // of 0 0 0 0 0 0 0 1 2 4
  CHECK(of(90.000001).max == 7);
  CHECK(of(0.001).max == 0);
  for (const std::int64_t count : {1, 7, 1000, 4321})
    for (const double percent : {50.0, 97.5, 99.9, 99.99}) {
      const std::vector<float> values = samples(count, 3);
      std::vector<float> high, low;
      for (const float x : values) {
        high.push_back(std::max(x, 0.0f));
        low.push_back(std::max(-x, 0.0f));
      }
      std::sort(high.begin(), high.end());
      std::sort(low.begin(), low.end());
      const auto k = static_cast<std::size_t>(
          std::max(1.0, std::ceil(static_cast<double>(count) * std::round(percent * 1e6) / 1e8)));
      const Range found = clip("percentile", task_of(values), {{"clip_percentile", percent}});
      CHECK(found.max == high[k - 1]);
      CHECK(found.min == -low[k - 1]);
      CHECK_FALSE(std::signbit(found.max));
    }
}

TEST_CASE("K6: mse takes the candidate of the least squared error") {
  for (const std::int64_t count : {1, 100, 16384, 16385, 50000})
    for (const Bits bits : {2, 4, 8})
      for (const bool affine : {false, true}) {
        const std::vector<float> values = samples(count, 5);
        ClippingTask task = task_of(values, bits);
        if (affine) task.encoding.form = &numerics::affine_form();
        double least = INFINITY;
        Range expected;
        for (const float f : fractions()) {
          const Range range{task.found.min * f, task.found.max * f};
          double sum = 0;
          for (std::int64_t i = 0; i < count; i += (count + 16383) / 16384) {
            const double error = values[static_cast<std::size_t>(i)] -
                                 value_of(values[static_cast<std::size_t>(i)], range, task.encoding, i);
            sum += error * error;
          }
          if (sum < least) {
            least = sum;
            expected = range;
          }
        }
        const Range found = clip("mse", task);
        CHECK(found.min == expected.min);
        CHECK(found.max == expected.max);
      }
  const std::vector<float> outlier = [] {
    std::vector<float> values(1000, 0.11f);
    values[7] = 1;
    return values;
  }();
  CHECK(clip("mse", task_of(outlier, 2)).max < 0.2f);  // two bits: a thousand values weigh more than one
}

TEST_CASE("K9: deviation of a hand-computed case, and where there is no direction") {
  const std::vector<float> values = {3, 4};
  Encoding encoding;
  encoding.bits = 2;                                                                               // codes -1, 0, 1
  CHECK(deviation({values.data(), 2}, encoding, {0, 4}) == Approx(1 - 7 / (5 * std::sqrt(2.0))));  // values 4, 4
  CHECK(deviation({values.data(), 2}, encoding, {0, 6}) == Approx(1 - 4 / 5.0));  // 3 / 6 ties to 0, 4 / 6 gives 6
  const std::vector<float> zeros = {0, 0};
  CHECK(deviation({zeros.data(), 2}, encoding, {0, 8}) == 0);
  CHECK(deviation({values.data(), 2}, encoding, {0, 100}) == 1);
}

TEST_CASE("K7: direction searches on its period, keeps range and deviation in between, and in an evaluation") {
  const std::vector<float> values = samples(3000, 8), others = samples(2000, 9);
  ClippingTask task = task_of(values);
  task.encoding.rounding = numerics::Rounding::kStochastic;
  task.encoding.stream = {1, 2, 3};
  const auto searched = [](const ClippingTask& of) {
    double least = INFINITY;
    Range best;
    for (const float f : fractions()) {
      const Range range{of.found.min * f, of.found.max * f};
      double product = 0, xx = 0, vv = 0;
      for (std::int64_t i = 0; i < of.group.count; ++i) {
        const double x = of.group.values[i], v = value_of(of.group.values[i], range, of.encoding, i);
        product += x * v;
        xx += x * x;
        vv += v * v;
      }
      const double found = vv == 0 ? 1 : 1 - product / (std::sqrt(xx) * std::sqrt(vv));
      if (found < least) {
        least = found;
        best = range;
      }
    }
    return std::pair(best, static_cast<float>(least));
  };
  float memory[3] = {};
  task.memory = memory;
  task.step = 5;  // no multiple, but nothing is kept yet
  const Json options = {{"clip_period", 10}};
  const auto [expected, least] = searched(task);
  CHECK(clip("direction", task, options).max == expected.max);
  CHECK(memory[0] == expected.min);
  CHECK(memory[1] == expected.max);
  CHECK(memory[2] == least);
  CHECK(least > 0);
  CHECK(expected.max < task.found.max);

  ClippingTask later = task_of(others);
  later.encoding = task.encoding;
  later.memory = memory;
  later.step = 9;
  CHECK(clip("direction", later, options).max == expected.max);
  later.step = 10;
  later.is_training = false;
  CHECK(clip("direction", later, options).max == expected.max);
  CHECK(memory[2] == least);
  later.is_training = true;
  const auto [renewed, newest] = searched(later);
  CHECK(renewed.max != expected.max);
  CHECK(clip("direction", later, options).max == renewed.max);
  CHECK(memory[2] == newest);
}

TEST_CASE("K8: magnitude_aware follows Gaussian groups and averages inverted T") {
  // 1/3 of the values beyond sigma: above 0.3; then one of a hundred.
  const std::vector<float> wide = {-3, 1, 1, 3, 1, 1};
  std::vector<float> peaked(100, 0.01f);
  peaked[3] = -2;
  float memory = 0;
  ClippingTask task = task_of(wide);
  task.memory = &memory;
  Range range = clip("magnitude_aware", task);
  CHECK(range.max == 3);
  CHECK(range.min == -3);
  CHECK(memory == 3);
  task = task_of(peaked);
  task.memory = &memory;
  const float second = static_cast<float>(0.2 * 3 + 0.8 * 2), third = static_cast<float>(0.2 * double{second} + 1.6);
  CHECK(clip("magnitude_aware", task).max == Approx(second));
  CHECK(memory == second);
  task.is_training = false;
  CHECK(clip("magnitude_aware", task).max == Approx(third));
  CHECK(memory == second);
  task.memory = nullptr;
  CHECK(clip("magnitude_aware", task).max == 2);
  task.memory = &memory;
  CHECK(clip("magnitude_aware", task, {{"clip_lambda", 0.0}}).max == 2);  // then every tensor is Gaussian
  CHECK(clip("magnitude_aware", task, {{"clip_share", 0.5}}).max == Approx(0.5 * double{second} + 1));
  const std::vector<float> positive = {0, 0, 0, 0, 5};
  CHECK(clip("magnitude_aware", task_of(positive)).min == 0);
}

TEST_CASE("K10: every group of a tensor is clipped on its own, on any number of threads, and remembers its own") {
  const std::vector<float> values = samples(4 * 3 * 5 * 6, 21);
  const FloatView view(values.data(), 4, 3, 5, 6);
  for (const char* name : {"percentile", "mse", "direction", "magnitude_aware"})
    for (const ScaleAxis axis : {ScaleAxis::kNone, ScaleAxis::kImages, ScaleAxis::kChannels}) {
      TensorRule rule;
      rule.clipping = make_clipping(clipping_rule(name, "test"));
      rule.rounding = numerics::Rounding::kStochastic;
      Encoding encoding = rule.in_training(4);
      encoding.stream = {4, 5, 6};
      std::map<std::int64_t, std::vector<std::int64_t>> elements;  // by group
      for (std::int64_t i = 0; i < view.size(); ++i)
        elements[axis == ScaleAxis::kNone ? 0 : axis == ScaleAxis::kImages ? i / 90 : i % 6].push_back(i);
      const auto numbers = static_cast<std::size_t>(rule.clipping.rule->memory);
      const bool remembers = axis != ScaleAxis::kImages && numbers > 0;
      for (const int num_threads : {1, 3}) {
        ThreadPool threads(num_threads);
        std::vector<float> memory(remembers ? numbers * elements.size() : 0);
        const ScaleGroups found = choose_scales(view, axis, rule, encoding, std::nullopt, 0, true,
                                                {memory.data(), static_cast<std::int64_t>(memory.size())}, threads);
        REQUIRE(found.params.size() == elements.size());
        for (const auto& [group, members] : elements) {
          std::vector<float> own;
          for (const std::int64_t element : members) own.push_back(values[static_cast<std::size_t>(element)]);
          ClippingTask task = task_of(own);
          task.encoding = encoding;
          task.group.first = members.front();
          task.group.stride = members[1] - members[0];
          std::vector<float> kept(numbers);
          task.memory = remembers ? kept.data() : nullptr;
          const numerics::QuantParams expected = encoding.params(clip(name, task));
          CHECK(found.params[static_cast<std::size_t>(group)].scale == expected.scale);
          if (remembers)
            CHECK(std::equal(kept.begin(), kept.end(), memory.begin() + group * static_cast<std::int64_t>(numbers)));
        }
      }
    }
}

TEST_CASE("rates fall with the deviation, down to a least factor") {
  CHECK(rate_factor(0, 20, 0.1) == 1);
  CHECK(rate_factor(0.01, 20, 0.1) == Approx(std::exp(-0.2)));
  CHECK(rate_factor(0.5, 20, 0.1) == 0.1);
}

}  // namespace ampa::quant
