#include "trace/index.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::trace {
namespace {

constexpr std::int64_t kMaxExtent = std::int64_t{1} << 31;
constexpr std::int64_t kMaxCodes = std::int64_t{1} << 40;
constexpr std::int64_t kMaxStep = INT64_MAX;

constexpr std::array<std::pair<OperandKind, std::string_view>, 3> kKindNames{
    {{OperandKind::kWeight, "weight"}, {OperandKind::kActivation, "activation"}, {OperandKind::kGradient, "gradient"}}};

Json to_json(const FileEntry& entry) {
  return {{"file", entry.file}, {"sha256", entry.sha256}};
}

FileEntry file_from_json(JsonReader at) {
  FileEntry entry{at.string("file"), at.string("sha256")};
  if (entry.file.empty() || entry.file.find('/') != std::string::npos)
    at.fail("file", "a file name without folders", "'" + entry.file + "'");
  at.finish();
  return entry;
}

Json to_json(const gemm::CodeTensor& tensor) {
  return {{"bits", tensor.format.bits},      {"signed", tensor.format.is_signed}, {"zero_point", tensor.zero_point},
          {"images", tensor.images},         {"height", tensor.height},           {"width", tensor.width},
          {"channels", tensor.channels},     {"grid_height", tensor.grid_height}, {"grid_width", tensor.grid_width},
          {"border_top", tensor.border_top}, {"border_left", tensor.border_left}, {"dilation", tensor.dilation}};
}

gemm::CodeTensor tensor_from_json(JsonReader at) {
  gemm::CodeTensor tensor;
  tensor.format.bits = static_cast<Bits>(at.integer("bits", kMinOperandBits, kMaxBits));
  tensor.format.is_signed = at.boolean("signed");
  tensor.zero_point =
      static_cast<std::int32_t>(at.integer("zero_point", tensor.format.min_code(), tensor.format.max_code()));
  tensor.images = at.integer("images", 1, kMaxExtent);
  tensor.height = at.integer("height", 1, kMaxExtent);
  tensor.width = at.integer("width", 1, kMaxExtent);
  tensor.channels = at.integer("channels", 1, kMaxExtent);
  tensor.grid_height = at.integer("grid_height", tensor.height, kMaxExtent);
  tensor.grid_width = at.integer("grid_width", tensor.width, kMaxExtent);
  tensor.border_top = at.integer("border_top", 0, tensor.grid_height - 1);
  tensor.border_left = at.integer("border_left", 0, tensor.grid_width - 1);
  tensor.dilation = at.integer("dilation", 1, kMaxExtent);
  at.finish();

  const auto fits = [&](std::int64_t border, std::int64_t extent, std::int64_t grid) {
    return extent - 1 <= (grid - 1 - border) / tensor.dilation;
  };
  if (!fits(tensor.border_top, tensor.height, tensor.grid_height) ||
      !fits(tensor.border_left, tensor.width, tensor.grid_width))
    at.fail("dilation", "a tensor that lies inside its grid", "one that leaves it");
  std::int64_t codes = 1;
  for (const std::int64_t extent : codes_shape(tensor)) {
    if (codes > kMaxCodes / extent) at.fail("images", "at most 2^40 codes on the grid", "more");
    codes *= extent;
  }
  return tensor;
}

Json to_json(const OperandEntry& entry) {
  const gemm::Operand& window = entry.window;
  return {
      {"codes", to_json(entry.codes)},       {"tensor", to_json(entry.tensor)}, {"kernel_height", window.kernel_height},
      {"kernel_width", window.kernel_width}, {"stride", window.stride},         {"out_height", window.out_height},
      {"out_width", window.out_width},       {"origin_y", window.origin_y},     {"origin_x", window.origin_x},
      {"transposed", window.transposed}};
}

OperandEntry operand_from_json(JsonReader at) {
  OperandEntry entry{file_from_json(at.child("codes")), tensor_from_json(at.child("tensor")), {}};
  gemm::Operand& window = entry.window;
  window.kernel_height = at.integer("kernel_height", 1, kMaxExtent);
  window.kernel_width = at.integer("kernel_width", 1, kMaxExtent);
  window.stride = at.integer("stride", 1, kMaxExtent);
  window.out_height = at.integer("out_height", 1, kMaxExtent);
  window.out_width = at.integer("out_width", 1, kMaxExtent);
  window.origin_y = at.integer("origin_y", 0, kMaxExtent);
  window.origin_x = at.integer("origin_x", 0, kMaxExtent);
  window.transposed = at.boolean("transposed");
  at.finish();
  return entry;
}

// 64 bits do not fit the integers that every JSON reader keeps exact, hence text.
std::string hex64(std::uint64_t value) {
  return fmt::format("0x{:016x}", value);
}

std::uint64_t hex64_from_json(JsonReader& at, const std::string& key) {
  const std::string text = at.string(key);
  std::uint64_t value = 0;
  const bool prefixed = text.size() == 18 && text.compare(0, 2, "0x") == 0;
  if (!prefixed || std::from_chars(text.data() + 2, text.data() + 18, value, 16).ptr != text.data() + 18)
    at.fail(key, "0x and 16 hexadecimal digits", "'" + text + "'");
  return value;
}

// FP32 values are written as the doubles that equal them.
float fp32_from_json(JsonReader& at, const std::string& key) {
  const double value = at.number(key, 0, 3.4028234663852886e38);
  if (static_cast<double>(static_cast<float>(value)) != value) at.fail(key, "an FP32 value", fmt::format("{}", value));
  return static_cast<float>(value);
}

}  // namespace

std::string_view to_string(OperandKind kind) {
  for (const auto& [value, name] : kKindNames)
    if (value == kind) return name;
  return "?";
}

OperandKind operand_kind_from_string(const std::string& name, JsonReader& at) {
  for (const auto& [value, known] : kKindNames)
    if (known == name) return value;
  at.fail("kind", "weight, activation or gradient", "'" + name + "'");
}

NpyType codes_type(const gemm::CodeTensor& tensor) {
  return tensor.format.is_signed ? NpyType::kInt8 : NpyType::kUint8;
}

std::vector<std::int64_t> codes_shape(const gemm::CodeTensor& tensor) {
  return {tensor.images, tensor.grid_height, tensor.grid_width, tensor.channels};
}

NpyType sums_type(const gemm::JobShape& shape) {
  return numerics::num_accumulator_parts(shape.a, shape.b, shape.k) > 1 ? NpyType::kInt64 : NpyType::kInt32;
}

Json to_json(const JobEntry& entry) {
  return {{"layer", entry.layer},  {"pass", std::string(gemm::to_string(entry.pass))},
          {"step", entry.step},    {"a", to_json(entry.a)},
          {"b", to_json(entry.b)}, {"accumulators", to_json(entry.accumulators)}};
}

JobEntry job_from_json(JsonReader at) {
  JobEntry entry;
  entry.layer = at.string("layer");
  const std::string pass = at.string("pass");
  if (pass != "fwd" && pass != "dgrad" && pass != "wgrad") at.fail("pass", "fwd, dgrad or wgrad", "'" + pass + "'");
  entry.pass = gemm::pass_from_string(pass);
  entry.step = at.integer("step", 0, kMaxStep);
  entry.a = operand_from_json(at.child("a"));
  entry.b = operand_from_json(at.child("b"));
  entry.accumulators = file_from_json(at.child("accumulators"));
  at.finish();

  gemm::GemmJob job{entry.a.window, entry.b.window, entry.layer, entry.step, entry.pass};
  job.a.tensor = &entry.a.tensor;
  job.b.tensor = &entry.b.tensor;
  try {
    gemm::check(job);
  } catch (const InputError& error) {
    throw InputError(at.source() + ": " + error.what());
  }
  entry.shape = job.shape();
  return entry;
}

Json to_json(const QuantizerEntry& entry) {
  return {{"layer", entry.layer},
          {"kind", std::string(to_string(entry.kind))},
          {"step", entry.step},
          {"input", to_json(entry.input)},
          {"codes", to_json(entry.codes)},
          {"tensor", to_json(entry.tensor)},
          {"scale", entry.params.scale},
          {"inv_scale", entry.params.inv_scale},
          {"min_code", entry.params.min_code},
          {"max_code", entry.params.max_code},
          {"stochastic", entry.stochastic},
          {"stream_seed", hex64(entry.stream.seed)},
          {"stream_step", entry.stream.step},
          {"stream_tensor", entry.stream.tensor}};
}

QuantizerEntry quantizer_from_json(JsonReader at) {
  QuantizerEntry entry;
  entry.layer = at.string("layer");
  entry.kind = operand_kind_from_string(at.string("kind"), at);
  entry.step = at.integer("step", 0, kMaxStep);
  entry.input = file_from_json(at.child("input"));
  entry.codes = file_from_json(at.child("codes"));
  entry.tensor = tensor_from_json(at.child("tensor"));
  const CodeFormat format = entry.tensor.format;
  entry.params.format = format;
  entry.params.zero_point = entry.tensor.zero_point;
  entry.params.scale = fp32_from_json(at, "scale");
  entry.params.inv_scale = fp32_from_json(at, "inv_scale");
  entry.params.min_code = static_cast<std::int32_t>(at.integer("min_code", format.min_code(), format.max_code()));
  entry.params.max_code = static_cast<std::int32_t>(at.integer("max_code", entry.params.min_code, format.max_code()));
  entry.stochastic = at.boolean("stochastic");
  entry.stream.seed = hex64_from_json(at, "stream_seed");
  entry.stream.step = static_cast<std::uint32_t>(at.integer("stream_step", 0, UINT32_MAX));
  entry.stream.tensor = static_cast<std::uint32_t>(at.integer("stream_tensor", 0, UINT32_MAX));
  at.finish();
  return entry;
}

std::string index_sha256(Json index) {
  index.erase("index_sha256");
  return sha256_hex(index.dump());
}

}  // namespace ampa::trace
