#include "optim/gradient_clipping.h"

#include <catch2/catch.hpp>
#include <limits>

#include "common/error.h"

namespace ampa::optim {

TEST_CASE("O6: gradients are shortened together, all by one factor, and only where they are too long") {
  ir::Parameter x, y;
  x.gradient.resize(2);
  x.gradient << 3, 0;
  y.gradient.resize(1);
  y.gradient << -4;
  CHECK(gradient_norm({&x, &y}) == 5.0);
  CHECK(clip_gradients({&x, &y}, 5.0) == 5.0);
  CHECK(x.gradient[0] == 3.0f);
  CHECK(clip_gradients({&x, &y}, 2.5) == 5.0);
  CHECK(x.gradient[0] == 1.5f);
  CHECK(y.gradient[0] == -2.0f);
  CHECK(clip_gradients({&x, &y}, 0.1) == 2.5);
  CHECK(x.gradient[0] == 1.5f * static_cast<float>(0.1 / 2.5));
}

TEST_CASE("O6: the sum runs in double, in order: small terms behind a large one are not lost in FP32") {
  ir::Parameter x;
  x.gradient = Eigen::ArrayXf::Constant(1 << 16, 1.0f);
  x.gradient[0] = 65536.0f;
  double sum = 0;
  for (Eigen::Index i = 0; i < x.gradient.size(); ++i)
    sum += static_cast<double>(x.gradient[i]) * static_cast<double>(x.gradient[i]);
  CHECK(gradient_norm({&x}) * gradient_norm({&x}) == Approx(sum).epsilon(1e-15));
  CHECK(sum == 65536.0 * 65536.0 + 65535.0);
}

TEST_CASE("O6: a norm that is no number ends the run") {
  ir::Parameter x;
  x.gradient.resize(1);
  x.gradient << std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(clip_gradients({&x}, 1.0), NonFiniteError);
}

}  // namespace ampa::optim
