// The parts of index.json that say where codes lie and how a job reads them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "common/npy.h"
#include "trace/trace.h"

namespace ampa::trace {

constexpr std::int64_t kMaxCodes = std::int64_t{1} << 40;  // on a tensor's grid

// The .npy type and shape in which a tensor's codes are stored: its whole grid.
NpyType codes_type(const gemm::CodeTensor& tensor);
std::vector<std::int64_t> codes_shape(const gemm::CodeTensor& tensor);

// The text under a key, one of the files. Throws InputError.
std::string file_name(JsonReader& at, const std::string& key, const Files& files);

// Whether it has what version 2 of the index has no words for.
bool is_new(const gemm::CodeTensor& tensor);
bool is_new(const OperandEntry& entry);
bool is_new(const QuantizerEntry& entry);

Json to_json(const gemm::CodeTensor& tensor);
Json to_json(const OperandEntry& entry);

// Throw InputError for keys and values that index.h lists.
gemm::CodeTensor tensor_from_json(JsonReader at);
OperandEntry operand_from_json(JsonReader at, const Files& files);

}  // namespace ampa::trace
