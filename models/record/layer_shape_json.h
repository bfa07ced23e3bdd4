// The shape of a layer's jobs as a record holds it, under a key that says what the layer is.
#pragma once

#include <optional>

#include "common/json_reader.h"
#include "gemm/layer_shape.h"

namespace ampa::record {

const char* shape_key(const gemm::LayerShape& shape);   // "conv", "product"
const char* shape_name(const gemm::LayerShape& shape);  // in words

Json to_json(const gemm::LayerShape& shape);

// Of a job; none if it has none of the keys. Throws InputError for numbers out of range.
std::optional<gemm::LayerShape> parse_shape(JsonReader& job);

}  // namespace ampa::record
