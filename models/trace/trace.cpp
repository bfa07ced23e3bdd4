#include "trace/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "common/atomic_file.h"
#include "common/error.h"
#include "trace/index.h"
#include "trace/npy.h"

namespace ampa::trace {
namespace {

NpyArray load(const Trace& trace, const FileEntry& entry, NpyType type, const std::vector<std::int64_t>& shape) {
  const std::filesystem::path path = trace.folder / entry.file;
  const std::string bytes = read_file(path);
  NpyArray array = decode_npy(bytes, path.string());
  if (array.type != type || array.shape != shape)
    throw InputError(fmt::format("{}: expected {} of shape ({}) as index.json says, found {} of shape ({})",
                                 path.string(), to_string(type), fmt::join(shape, ", "), to_string(array.type),
                                 fmt::join(array.shape, ", ")));
  const std::string sha256 = sha256_hex(bytes);
  if (sha256 != entry.sha256)
    throw InputError(fmt::format("{}: sha256: expected {} as index.json says, found {}: the file was changed",
                                 path.string(), entry.sha256, sha256));
  return array;
}

template <typename T>
UninitializedVector<T> elements(const NpyArray& array) {
  UninitializedVector<T> values(static_cast<std::size_t>(array.num_elements()));
  if (!values.empty()) std::memcpy(values.data(), array.data.data(), values.size() * sizeof(T));
  return values;
}

gemm::CodeTensor load_codes(const Trace& trace, const FileEntry& entry, const gemm::CodeTensor& geometry) {
  const NpyArray array = load(trace, entry, codes_type(geometry), codes_shape(geometry));
  gemm::CodeTensor tensor = geometry;
  tensor.bytes.assign(array.data.begin(), array.data.end());
  for (std::size_t i = 0; i < tensor.bytes.size(); ++i) {
    const std::int32_t code = tensor.code_at(static_cast<std::int64_t>(i));
    if (code < tensor.format.min_code() || code > tensor.format.max_code())
      throw InputError(fmt::format("{}: code {}: expected a value in [{}, {}], found {}",
                                   (trace.folder / entry.file).string(), i, tensor.format.min_code(),
                                   tensor.format.max_code(), code));
  }
  tensor.bytes.resize(tensor.bytes.size() + gemm::CodeTensor::kReadPadding, 0);
  return tensor;
}

}  // namespace

Trace read(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "index.json";
  const Json index = read_json_file(path);
  JsonReader at(index, path.string());
  at.integer("schema_version", kSchemaVersion, kSchemaVersion);
  const std::string sha256 = at.string("index_sha256");
  const std::string found = index_sha256(index);
  if (sha256 != found) at.fail("index_sha256", found + ", the checksum of the other keys", sha256);

  Trace trace;
  trace.folder = folder;
  trace.context = at.object("context");
  for (JsonReader& job : at.children("jobs")) trace.jobs.push_back(job_from_json(std::move(job)));
  for (JsonReader& quantizer : at.children("quantizers"))
    trace.quantizers.push_back(quantizer_from_json(std::move(quantizer)));
  at.finish();
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
  const NpyArray sums = load(trace, entry.accumulators, type, {shape.m, shape.n});
  loaded.expected.rows = shape.m;
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
  return {elements<float>(input), load_codes(trace, entry.codes, tensor)};
}

}  // namespace ampa::trace
