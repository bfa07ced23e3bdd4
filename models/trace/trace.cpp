#include "trace/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/npy.h"
#include "trace/checksum.h"
#include "trace/index.h"

namespace ampa::trace {
namespace {

NpyArray load(const Trace& trace, const std::string& file, NpyType type, const std::vector<std::int64_t>& shape) {
  const std::filesystem::path path = trace.folder / file;
  const std::string bytes = read_file(path);
  const FileEntry& entry = trace.files.at(file);
  check_blocks(bytes, static_cast<std::size_t>(entry.num_bytes), entry.crc32, path.string());
  NpyArray array = decode_npy(bytes, path.string());
  if (array.type != type || array.shape != shape)
    throw InputError(fmt::format("{}: expected {} of shape ({}) as index.json says, found {} of shape ({})",
                                 path.string(), to_string(type), fmt::join(shape, ", "), to_string(array.type),
                                 fmt::join(array.shape, ", ")));
  return array;
}

template <typename T>
UninitializedVector<T> elements(const NpyArray& array) {
  UninitializedVector<T> values(static_cast<std::size_t>(array.num_elements()));
  if (!values.empty()) std::memcpy(values.data(), array.data.data(), values.size() * sizeof(T));
  return values;
}

gemm::CodeTensor load_codes(const Trace& trace, const std::string& file, const gemm::CodeTensor& geometry) {
  const NpyArray array = load(trace, file, codes_type(geometry), codes_shape(geometry));
  gemm::CodeTensor tensor = geometry;
  tensor.bytes.assign(array.data.begin(), array.data.end());
  for (std::size_t i = 0; i < tensor.bytes.size(); ++i) {
    const std::int32_t code = tensor.code_at(static_cast<std::int64_t>(i));
    if (code < tensor.format.min_code() || code > tensor.format.max_code())
      throw InputError(fmt::format("{}: code {}: expected a value in [{}, {}], found {}",
                                   (trace.folder / file).string(), i, tensor.format.min_code(),
                                   tensor.format.max_code(), code));
  }
  tensor.bytes.resize(tensor.bytes.size() + gemm::CodeTensor::kReadPadding, 0);
  return tensor;
}

}  // namespace

Trace read(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "index.json";
  const Json index = parse_index(read_file(path), path.string());
  JsonReader at(index, path.string());
  at.any("schema_version");
  at.any("index_crc32");
  Trace trace;
  trace.folder = folder;
  trace.context = at.object("context");
  for (JsonReader& file : at.children("files")) add_file(trace.files, std::move(file));
  for (JsonReader& job : at.children("jobs")) trace.jobs.push_back(job_from_json(std::move(job), trace.files));
  for (JsonReader& quantizer : at.children("quantizers"))
    trace.quantizers.push_back(quantizer_from_json(std::move(quantizer), trace.files));
  at.finish();
  for (std::size_t i = 0; i < trace.jobs.size(); ++i) load_job(trace, i);
  for (std::size_t i = 0; i < trace.quantizers.size(); ++i) load_quantizer(trace, i);
  return trace;
}

LoadedJob load_job(const Trace& trace, std::size_t index) {
  const JobEntry& entry = trace.jobs.at(index);
  LoadedJob loaded;
  loaded.a = std::make_unique<gemm::CodeTensor>(load_codes(trace, entry.a.codes, entry.a.tensor));
  loaded.b = std::make_unique<gemm::CodeTensor>(load_codes(trace, entry.b.codes, entry.b.tensor));
  loaded.job = {entry.a.window, entry.b.window, entry.layer, entry.step, entry.pass};
  loaded.job.a.tensor = loaded.a.get();
  loaded.job.b.tensor = loaded.b.get();

  const gemm::JobShape& shape = entry.shape;
  const NpyType type = sums_type(shape);
  const NpyArray sums = load(trace, entry.accumulators, type, {shape.batch * shape.m, shape.n});
  loaded.expected.rows = shape.batch * shape.m;
  loaded.expected.cols = shape.n;
  if (type == NpyType::kInt64)
    loaded.expected.wide = elements<std::int64_t>(sums);
  else
    loaded.expected.narrow = elements<std::int32_t>(sums);
  return loaded;
}

LoadedQuantizer load_quantizer(const Trace& trace, std::size_t index) {
  const QuantizerEntry& entry = trace.quantizers.at(index);
  const gemm::CodeTensor& tensor = entry.tensor;
  const NpyArray input =
      load(trace, entry.input, NpyType::kFloat32, {tensor.images, tensor.height, tensor.width, tensor.channels});
  LoadedQuantizer loaded{elements<float>(input), load_codes(trace, entry.codes, tensor)};
  const auto bad = std::find_if_not(loaded.input.begin(), loaded.input.end(), [](float x) { return std::isfinite(x); });
  if (bad != loaded.input.end())
    throw InputError(fmt::format("{}: element {}: expected finite values, since no other tensor has codes, found {}",
                                 (trace.folder / entry.input).string(), bad - loaded.input.begin(), *bad));
  return loaded;
}

}  // namespace ampa::trace
