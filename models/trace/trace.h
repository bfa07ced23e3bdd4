// A recorded training step in memory: what index.json says, and access to the tensors of any one job.
// traces/README.md documents the files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "gemm/backend.h"
#include "gemm/gemm_job.h"
#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "numerics/rounding.h"
#include "quant/scale_groups.h"

namespace ampa::trace {

// Version 3 adds batches, dilated and unequal windows and scales in groups; what has none of them is written as 2. Both
// are read.
constexpr std::int64_t kSchemaVersion = 3, kOldestSchemaVersion = 2;

struct FileEntry {
  std::int64_t num_bytes = 0;
  std::string crc32;  // trace::block_checksums
};
using Files = std::map<std::string, FileEntry>;  // by name, relative to the trace's folder, without separators

// One side of a job: the file of its codes and how they are read. `tensor` has everything but the bytes, and `window`
// everything but the pointer to the tensor.
struct OperandEntry {
  std::string codes;
  gemm::CodeTensor tensor;
  gemm::Operand window;
};

struct JobEntry {
  std::string layer;
  gemm::Pass pass = gemm::Pass::kForward;
  std::int64_t step = 0;
  OperandEntry a, b;
  std::string accumulators;  // file of the sums
  gemm::JobShape shape;
};

// One tensor that was quantized: FP32 input, parameters and codes.
struct QuantizerEntry {
  std::string layer;
  OperandKind kind = OperandKind::kWeight;
  std::int64_t step = 0;
  std::string input, codes;      // files
  gemm::CodeTensor tensor;       // without the bytes
  numerics::QuantParams params;  // of the first group if there are several
  quant::ScaleGroups groups;
  numerics::Rounding rounding = numerics::Rounding::kNearestEven;
  numerics::RandomStream stream;  // of the random bits if stochastic
};

struct Trace {
  std::filesystem::path folder;
  Json context = Json::object();  // what the recorder said of itself: configuration, versions
  Files files;
  std::vector<JobEntry> jobs;  // in the order in which they ran
  std::vector<QuantizerEntry> quantizers;
};

// Reads index.json and checks every file that it names, so that nothing runs on a damaged trace. Throws InputError
// naming the file and the key or the offset: missing, truncated, changed (checksums of every block, the index's own
// included), of another schema version, inconsistent.
Trace read(const std::filesystem::path& folder);

// A job with its tensors; `job` points into `a` and `b`.
struct LoadedJob {
  std::unique_ptr<gemm::CodeTensor> a, b;
  gemm::GemmJob job;
  gemm::Accumulators expected;
};

struct LoadedQuantizer {
  UninitializedVector<float> input;  // tensor.num_codes() values in row-major order
  gemm::CodeTensor codes;
};

// Read the files of one entry. Throw InputError as read() does.
LoadedJob load_job(const Trace& trace, std::size_t index);
LoadedQuantizer load_quantizer(const Trace& trace, std::size_t index);

}  // namespace ampa::trace
