#include "gemm/product_shape.h"

namespace ampa::gemm {
namespace {

// Matrices of rows x cols; transposed, the job's rows are their columns.
OperandGeometry matrices(const ProductShape& product, CodeFormat format, std::int64_t rows, std::int64_t cols,
                         bool transposed) {
  OperandGeometry g;
  g.format = format;
  g.images = g.image_windows = product.images * product.count;
  g.width = g.out_width = rows;
  g.channels = cols;
  g.transposed = transposed;
  return g;
}

}  // namespace

OperandKinds product_operands(const ProductShape& product, Pass pass) {
  if (pass == Pass::kForward) return {OperandKind::kActivation, OperandKind::kActivation};
  if (pass == Pass::kDataGradient || product.transposed_b) return {OperandKind::kGradient, OperandKind::kActivation};
  return {OperandKind::kActivation, OperandKind::kGradient};
}

JobGeometry product_geometry(const ProductShape& p, Pass pass, const ConvFormats& formats) {
  const auto a = [&](bool transposed) { return matrices(p, formats.activations, p.rows, p.depth, transposed); };
  const auto c = [&](bool transposed) { return matrices(p, formats.gradients, p.rows, p.cols, transposed); };
  // Its rows in the job are the columns of C, or its depth.
  const auto b = [&](bool cols_are_rows) {
    return p.transposed_b ? matrices(p, formats.activations, p.cols, p.depth, !cols_are_rows)
                          : matrices(p, formats.activations, p.depth, p.cols, cols_are_rows);
  };
  switch (pass) {
    case Pass::kForward:
      return {a(false), b(true)};
    case Pass::kDataGradient:
      return {c(false), b(false)};
    case Pass::kWeightGradient:
      break;
  }
  return p.transposed_b ? JobGeometry{c(true), a(true)} : JobGeometry{a(true), c(true)};
}

}  // namespace ampa::gemm
