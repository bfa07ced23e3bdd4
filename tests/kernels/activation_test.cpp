#include "kernels/activation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "kernels/kernels.h"
#include "numerics/elementary.h"
#include "numerics/elementary32.h"

namespace ampa::kernels {
namespace {

std::vector<float> samples(std::size_t n) {
  std::mt19937 random(5);
  std::vector<float> x(n);
  for (float& value : x) value = std::uniform_real_distribution<float>(-7, 7)(random);
  const float special[] = {0.0f, -0.0f, 1e-30f, 40.0f, -40.0f, std::numeric_limits<float>::infinity(), std::nanf("")};
  for (std::size_t i = 0; i < std::size(special) && 2 * i < n; ++i) x[2 * i] = special[i];
  return x;
}

bool same(float x, float y) {
  return std::memcmp(&x, &y, sizeof x) == 0 || (std::isnan(x) && std::isnan(y));
}

// Every instruction set, lengths around those of vectors.
void check_all(const std::function<void(const std::vector<float>& x, std::vector<float>& out)>& run,
               const std::function<float(float)>& expected) {
  for (const std::string& name : available()) {
    select(name);
    for (const std::size_t n : {0, 1, 7, 8, 15, 16, 17, 31, 64, 100, 1000}) {
      const std::vector<float> x = samples(n);
      std::vector<float> out(n);
      run(x, out);
      for (std::size_t i = 0; i < n; ++i)
        if (!same(out[i], expected(x[i])))
          FAIL_CHECK(name << ", " << x[i] << ": " << out[i] << " instead of " << expected(x[i]));
    }
  }
  select("auto");
}

std::int64_t size(const std::vector<float>& x) {
  return static_cast<std::int64_t>(x.size());
}

}  // namespace

TEST_CASE("activation: exp_minus is exp32 of a difference on every instruction set") {
  check_all([](const auto& x, auto& out) { active_activation().exp_minus(x.data(), size(x), 1.5f, out.data()); },
            [](float x) { return numerics::exp32(x - 1.5f); });
}

TEST_CASE("activation: exp_minus_in_double is exp of a difference that is not positive, denormal results included") {
  std::vector<float> x = {0.0f,
                          -0.0f,
                          -1e-30f,
                          -708.0f,
                          -708.5f,
                          -709.5f,
                          -745.1f,
                          -745.14f,
                          -1e9f,
                          std::nanf(""),
                          -std::numeric_limits<float>::infinity()};
  std::mt19937 random(7);
  while (x.size() < 4000)
    x.push_back(std::uniform_real_distribution<float>(x.size() % 2 ? -760.0f : -40.0f, 0)(random));
  for (const std::string& name : available()) {
    select(name);
    for (const float offset : {0.0f, 3.25f})
      for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{9}, std::size_t{11}, x.size()}) {
        std::vector<double> out(n);
        active_activation().exp_minus_in_double(x.data(), static_cast<std::int64_t>(n), offset, out.data());
        for (std::size_t i = 0; i < n; ++i) {
          const double expected = numerics::exp(static_cast<double>(x[i]) - static_cast<double>(offset));
          if (!(out[i] == expected) && !(std::isnan(out[i]) && std::isnan(expected)))
            FAIL_CHECK(name << ", " << x[i] << " - " << offset << ": " << out[i] << " instead of " << expected);
        }
      }
  }
  select("auto");
}

TEST_CASE("N1: gelu of form erf and its derivative on every instruction set") {
  const auto h = static_cast<float>(std::sqrt(0.5)), f = static_cast<float>(1 / std::sqrt(2 * M_PI));
  check_all([](const auto& x, auto& out) { active_activation().gelu(x.data(), size(x), Gelu::kErf, out.data()); },
            [&](float x) { return x / 2 * (1 + numerics::erf32(x * h)); });
  check_all(
      [](const auto& x, auto& out) {
        const std::vector<float> d(x.size(), 3.0f);
        active_activation().gelu_gradient(d.data(), x.data(), size(x), Gelu::kErf, out.data());
      },
      [&](float x) {
        const float u = x * h, e = numerics::erf32(u);
        return 3 * ((1 + e) / 2 + x * (f * numerics::exp32(-u * u)));
      });
}

TEST_CASE("N2: gelu of form tanh and its derivative on every instruction set") {
  const auto k = static_cast<float>(std::sqrt(2 / M_PI));
  const auto tanh = [=](float x) { return numerics::tanh32(k * (x + 0.044715f * (x * x * x))); };
  check_all([](const auto& x, auto& out) { active_activation().gelu(x.data(), size(x), Gelu::kTanh, out.data()); },
            [&](float x) { return x / 2 * (1 + tanh(x)); });
  check_all(
      [](const auto& x, auto& out) {
        const std::vector<float> d(x.size(), 3.0f);
        active_activation().gelu_gradient(d.data(), x.data(), size(x), Gelu::kTanh, out.data());
      },
      [&](float x) {
        const float t = tanh(x);
        return 3 * ((1 + t) / 2 + x / 2 * ((1 - t * t) * (k * (1 + 0.134145f * (x * x)))));
      });
}

TEST_CASE("activation: both forms of gelu are near the function that they stand for") {
  for (float x = -8; x < 8; x += 0.01f) {
    float y = 0;
    const double exact = double{x} * 0.5 * (1 + std::erf(double{x} / std::sqrt(2.0)));
    active_activation().gelu(&x, 1, Gelu::kErf, &y);
    CHECK(std::abs(y - exact) < 1e-6);
    active_activation().gelu(&x, 1, Gelu::kTanh, &y);
    CHECK(std::abs(y - exact) < 5e-4);
  }
}

}  // namespace ampa::kernels
