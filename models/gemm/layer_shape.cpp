#include "gemm/layer_shape.h"

namespace ampa::gemm {
namespace {

OperandKinds kinds(const ConvShape& conv, Pass pass) {
  return conv_operands(conv, pass);
}
OperandKinds kinds(const ProductShape& product, Pass pass) {
  return product_operands(product, pass);
}

JobGeometry geometry(const ConvShape& conv, Pass pass, const ConvFormats& formats) {
  return conv_geometry(conv, pass, formats);
}
JobGeometry geometry(const ProductShape& product, Pass pass, const ConvFormats& formats) {
  return product_geometry(product, pass, formats);
}

std::int64_t code_images(const ConvShape&) {
  return 1;
}
std::int64_t code_images(const ProductShape& product) {
  return product.count;
}

bool has_gaps(const ConvShape& conv, Pass pass) {
  return pass == (conv.transposed ? Pass::kForward : Pass::kDataGradient);
}
bool has_gaps(const ProductShape&, Pass) {
  return false;
}

}  // namespace

OperandKinds operand_kinds(const LayerShape& shape, Pass pass) {
  return std::visit([&](const auto& one) { return kinds(one, pass); }, shape);
}

JobGeometry job_geometry(const LayerShape& shape, Pass pass, const ConvFormats& formats) {
  return std::visit([&](const auto& one) { return geometry(one, pass, formats); }, shape);
}

std::int64_t num_images(const LayerShape& shape) {
  return std::visit([](const auto& one) { return one.images; }, shape);
}

LayerShape with_images(LayerShape shape, std::int64_t images) {
  std::visit([&](auto& one) { one.images = images; }, shape);
  return shape;
}

std::int64_t code_images_per_image(const LayerShape& shape) {
  return std::visit([](const auto& one) { return code_images(one); }, shape);
}

bool runs_over_gaps(const LayerShape& shape, Pass pass) {
  return std::visit([&](const auto& one) { return has_gaps(one, pass); }, shape);
}

}  // namespace ampa::gemm
