// Compares an objective's gradient with differences of its loss.
#pragma once

#include <catch2/catch.hpp>

#include "../common/one_thread.h"
#include "objectives/objective.h"

namespace ampa::objectives {

inline void check_gradient(const Objective& objective, ir::Tensor output, const ir::Tensor& targets) {
  ir::Tensor grad;
  objective.score(output, {&targets}, &grad, one_thread());
  REQUIRE(grad.size() == output.size());
  const auto loss = [&] { return objective.score(output, {&targets}, nullptr, one_thread()).loss(); };
  for (std::int64_t i = 0; i < output.size(); ++i) {
    const float saved = output.values[i];
    output.values[i] = saved + 1e-2f;
    const double above = loss();
    output.values[i] = saved - 1e-2f;
    const double below = loss();
    output.values[i] = saved;
    CHECK(grad.values[i] == Approx((above - below) / 2e-2).epsilon(2e-3).margin(1e-5));
  }
}

// The score of several samples is that of each alone, added in their order, bit for bit.
inline void check_samples_alone(const Objective& objective, const ir::Tensor& output, const ir::Tensor& targets) {
  Score sum;
  for (std::int64_t i = 0; i < output.images; ++i) {
    ir::Tensor one, target;
    one.resize(1, output.height, output.width, output.channels);
    ir::image_array(one, 0) = ir::image_array(output, i);
    target.resize(1, targets.height, targets.width, targets.channels);
    ir::image_array(target, 0) = ir::image_array(targets, i);
    sum += objective.score(one, {&target}, nullptr, one_thread());
  }
  const Score together = objective.score(output, {&targets}, nullptr, one_thread());
  CHECK(together.loss_sum == sum.loss_sum);
  CHECK(together.counts == sum.counts);
  CHECK(together.num_samples == sum.num_samples);
}

// Score and gradient have the same bits with one thread and with three.
inline void check_threads(const Objective& objective, const ir::Tensor& output, const ir::Tensor& targets) {
  ir::Tensor of_one, of_three;
  ThreadPool three(3);
  const Score one = objective.score(output, {&targets}, &of_one, one_thread());
  const Score all = objective.score(output, {&targets}, &of_three, three);
  CHECK(one.loss_sum == all.loss_sum);
  CHECK(one.num_samples == all.num_samples);
  CHECK(one.counts == all.counts);
  CHECK((of_one.values == of_three.values).all());
}

}  // namespace ampa::objectives
