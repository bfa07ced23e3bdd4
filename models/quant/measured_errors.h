// What measures of sensitivity other than AMPA's need of a tensor and its codes: in plain loops, for measured steps
// only.
#pragma once

#include <vector>

#include "gemm/code_tensor.h"
#include "quant/float_view.h"
#include "quant/scale_groups.h"

namespace ampa::quant {

// |A - B| / A of rule M6: how far quantization shifts the mean magnitude of a tensor.
double distribution_shift(const FloatView& tensor, const ScaleGroups& scales, const gemm::CodeTensor& codes);

// The mean relative error of rule M9.
double relative_error(const FloatView& tensor, const ScaleGroups& scales, const gemm::CodeTensor& codes);

// value - x of every element, row-major, the value by rule F4; in double, exact but for one rounding.
std::vector<double> quantization_errors(const FloatView& tensor, const ScaleGroups& scales,
                                        const gemm::CodeTensor& codes);

}  // namespace ampa::quant
