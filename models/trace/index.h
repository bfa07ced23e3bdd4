// index.json: entries to JSON and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/json_reader.h"
#include "common/npy.h"
#include "trace/operand_json.h"
#include "trace/trace.h"

namespace ampa::trace {

std::string_view to_string(OperandKind kind);                                   // "weight", "activation", "gradient"
OperandKind operand_kind_from_string(const std::string& name, JsonReader& at);  // throws InputError under key "kind"

// The .npy type of a job's sums: 32 bits, or 64 if the job is split along K.
NpyType sums_type(const gemm::JobShape& shape);

Json to_json(const Files& files);
Json to_json(const JobEntry& entry);
Json to_json(const QuantizerEntry& entry);

// Throw InputError for a missing, unknown or ill-typed key and for values that do not fit together. Entries name files
// that `files` has.
void add_file(Files& files, JsonReader at);
JobEntry job_from_json(JsonReader at, const Files& files);
QuantizerEntry quantizer_from_json(JsonReader at, const Files& files);

// The text of index.json: an object's keys and, as the last one, the block checksums of all the text before it.
std::string index_text(const Json& index);

// The object that a text holds, the checksums included. Throws InputError naming `source` and the offset of what was
// changed, or the schema version if it is another one.
Json parse_index(const std::string& text, const std::string& source);

}  // namespace ampa::trace
