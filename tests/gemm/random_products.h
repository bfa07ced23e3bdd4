// Products of two activations as jobs and by their definition.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gemm/layer_shape.h"
#include "random_job.h"

namespace ampa::gemm::testing {

inline ProductShape random_product(Random& random) {
  const std::int64_t most = random.between(0, 4) == 0 ? 40 : 7;
  return {random.between(1, 3),    random.between(1, 4),    random.between(1, most),
          random.between(1, most), random.between(1, most), random.coin()};
}

inline std::string shown(const ProductShape& p) {
  return std::to_string(p.images) + " images of " + std::to_string(p.count) + " products " + std::to_string(p.rows) +
         " x " + std::to_string(p.cols) + " x " + std::to_string(p.depth) + (p.transposed_b ? ", B transposed" : "");
}

// The matrices A, B and the gradient of C as numbers (code - zero point), products outermost.
struct Product {
  using Numbers = std::vector<std::int64_t>;

  explicit Product(const ProductShape& shape)
      : p(shape), a(size(p.rows, p.depth)), b(size(p.depth, p.cols)), dc(size(p.rows, p.cols)) {}

  // Of a pass: the result of GEMM `product`, row m, column n.
  std::int64_t expected(Pass pass, std::int64_t product, std::int64_t m, std::int64_t n) const {
    std::int64_t sum = 0;
    if (pass == Pass::kForward)
      for (std::int64_t k = 0; k < p.depth; ++k) sum += at_a(product, m, k) * at_b(product, k, n);
    else if (pass == Pass::kDataGradient)
      for (std::int64_t k = 0; k < p.cols; ++k) sum += at_c(product, m, k) * at_b(product, n, k);
    else  // dB as B lies
      for (std::int64_t k = 0; k < p.rows; ++k)
        sum += p.transposed_b ? at_c(product, k, m) * at_a(product, k, n) : at_a(product, k, m) * at_c(product, k, n);
    return sum;
  }

  // A job of the pass with random codes; activations have the zero point.
  OwnedJob job(Pass pass, const ConvFormats& formats, std::int32_t zero_point, Random& random) {
    JobGeometry geometry = product_geometry(p, pass, formats);
    const OperandKinds kinds = product_operands(p, pass);
    OwnedJob owned;
    owned.a = std::make_unique<CodeTensor>();
    owned.b = std::make_unique<CodeTensor>();
    if (kinds.first == OperandKind::kActivation) geometry.a.zero_point = zero_point;
    if (kinds.second == OperandKind::kActivation) geometry.b.zero_point = zero_point;
    owned.job.a = make_operand(geometry.a, *owned.a);
    owned.job.b = make_operand(geometry.b, *owned.b);
    owned.job.pass = pass;
    owned.job.layer = shown(p);
    const bool a_is_first = kinds.first == OperandKind::kActivation;
    draw(*owned.a, a_is_first ? a : dc, random);
    if (pass == Pass::kWeightGradient)
      draw(*owned.b, a_is_first ? dc : a, random);
    else
      draw(*owned.b, b, random);
    return owned;
  }

  ProductShape p;
  Numbers a, b, dc;

 private:
  Numbers size(std::int64_t rows, std::int64_t cols) const {
    return Numbers(static_cast<std::size_t>(p.images * p.count * rows * cols), 0);
  }
  std::int64_t at_a(std::int64_t product, std::int64_t row, std::int64_t k) const {
    return a[static_cast<std::size_t>((product * p.rows + row) * p.depth + k)];
  }
  std::int64_t at_b(std::int64_t product, std::int64_t k, std::int64_t col) const {
    return b[static_cast<std::size_t>(product * p.depth * p.cols +
                                      (p.transposed_b ? col * p.depth + k : k * p.cols + col))];
  }
  std::int64_t at_c(std::int64_t product, std::int64_t row, std::int64_t col) const {
    return dc[static_cast<std::size_t>((product * p.rows + row) * p.cols + col)];
  }
  static void draw(CodeTensor& tensor, Numbers& numbers, Random& random) {
    for (std::int64_t& number : numbers)
      number = tensor.format.code_at(static_cast<std::int32_t>(random.between(0, tensor.format.num_codes() - 1))) -
               tensor.zero_point;
    std::size_t next = 0;
    fill_codes(tensor, [&] { return numbers[next++] + tensor.zero_point; });
  }
};

}  // namespace ampa::gemm::testing
