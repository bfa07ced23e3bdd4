// The shapes of layers: products of two activations by their definition, and transposed convolutions.
#include "gemm/layer_shape.h"

#include <catch2/catch.hpp>

#include "gemm/every_set.h"
#include "gemm/random_groups.h"
#include "gemm/random_products.h"
#include "gemm/zero_point.h"

namespace ampa::gemm {
namespace {

using testing::OwnedJob;
using testing::Product;
using testing::Random;

constexpr Pass kPasses[] = {Pass::kForward, Pass::kDataGradient, Pass::kWeightGradient};

void check_sums(const GemmJob& job, const Product& product) {
  Accumulators raw;
  ReferenceBackend().run(job, raw);
  const ZeroPointCorrection correction = zero_point_correction(job);
  for (std::int64_t i = 0; i < job.batch(); ++i)
    for (std::int64_t m = 0; m < job.m(); ++m)
      for (std::int64_t n = 0; n < job.n(); ++n) {
        const std::int64_t row = i * job.m() + m, col = i * job.n() + n;
        const std::int64_t of_row = correction.row.empty() ? 0 : correction.row[static_cast<std::size_t>(row)];
        const std::int64_t of_col = correction.col.empty() ? 0 : correction.col[static_cast<std::size_t>(col)];
        REQUIRE(raw.at(row, n) - of_row - of_col == product.expected(job.pass, i, m, n));
      }
}

TEST_CASE("J4: products of two activations: three passes by their definition, on every instruction set") {
  testing::EverySet sets;
  Random random(51);
  const auto bits = [&] { return static_cast<Bits>(random.between(2, 8)); };
  for (int i = 0; i < 150; ++i) {
    const ProductShape shape = testing::random_product(random);
    INFO(testing::shown(shape));
    Product product(shape);
    const ConvFormats formats{{bits(), false}, {bits(), true}, {bits(), true}};
    for (const Pass pass : kPasses) {
      const auto zero = static_cast<std::int32_t>(random.between(0, formats.activations.max_code()));
      const OwnedJob owned = product.job(pass, formats, zero, random);
      JobGeometry geometry = geometry_of(owned.job);
      geometry.a.zero_point = geometry.b.zero_point = 0;
      CHECK(geometry == job_geometry(shape, pass, formats));
      CHECK(owned.job.batch() == shape.images * shape.count);
      CHECK(owned.job.shape().macs() == shape.images * shape.macs());
      check_sums(owned.job, product);
      sets.check_equal(owned.job);
    }
  }
}

TEST_CASE("a transposed convolution has the passes of the convolution the other way round") {
  Random random(52);
  const ConvFormats formats{{6, false}, {4, true}, {8, true}}, exchanged{{8, true}, {4, true}, {6, false}};
  for (int i = 0; i < 40; ++i) {
    const ConvShape conv = testing::random_groups(random);
    ConvShape transposed = conv;
    transposed.transposed = true;
    INFO(testing::shown(conv));
    CHECK(job_geometry(transposed, Pass::kForward, formats) == conv_geometry(conv, Pass::kDataGradient, exchanged));
    CHECK(job_geometry(transposed, Pass::kDataGradient, formats) == conv_geometry(conv, Pass::kForward, exchanged));
    CHECK(job_geometry(transposed, Pass::kWeightGradient, formats) ==
          conv_geometry(conv, Pass::kWeightGradient, exchanged));
    for (const Pass pass : kPasses) {
      const OperandKinds kinds = operand_kinds(transposed, pass);
      const auto format = [&](OperandKind kind) {
        return kind == OperandKind::kActivation ? formats.activations
               : kind == OperandKind::kWeight   ? formats.weights
                                                : formats.gradients;
      };
      const JobShape shape = job_geometry(transposed, pass, formats).shape();
      CHECK(shape.a == format(kinds.first));
      CHECK(shape.b == format(kinds.second));
      CHECK(operand_kinds(conv, pass) == operand_kinds(pass));
      CHECK(runs_over_gaps(conv, pass) == (pass == Pass::kDataGradient));
      CHECK(runs_over_gaps(transposed, pass) == (pass == Pass::kForward));
    }
    CHECK(num_images(with_images(transposed, 9)) == 9);
    CHECK(code_images_per_image(transposed) == 1);
  }
}

}  // namespace
}  // namespace ampa::gemm
