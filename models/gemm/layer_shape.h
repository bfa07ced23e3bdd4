// What is known of the jobs of a layer before there are codes: the one description from which they are run, recorded,
// counted and costed.
#pragma once

#include <cstdint>
#include <variant>

#include "gemm/conv_shape.h"
#include "gemm/product_shape.h"

namespace ampa::gemm {

// To add one: its file with what it needs below, and an overload for each function of layer_shape.cpp.
using LayerShape = std::variant<ConvShape, ProductShape>;

OperandKinds operand_kinds(const LayerShape& shape, Pass pass);

// The operands of one pass, with zero points of 0. Equals geometry_of() of the jobs that ir::StepMatmul makes.
JobGeometry job_geometry(const LayerShape& shape, Pass pass, const ConvFormats& formats);

std::int64_t num_images(const LayerShape& shape);
LayerShape with_images(LayerShape shape, std::int64_t images);

// Images of codes for each of the batch: the products of an image have one each.
std::int64_t code_images_per_image(const LayerShape& shape);

// Whether the pass multiplies the zero points between the positions of a dilated map too, so that it runs more MACs
// than BitOPs count.
bool runs_over_gaps(const LayerShape& shape, Pass pass);

}  // namespace ampa::gemm
