#include "trace/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "common/error.h"
#include "common/yx_json.h"
#include "trace/checksum.h"

namespace ampa::trace {
namespace {

constexpr std::int64_t kMaxExtent = std::int64_t{1} << 31;
constexpr std::int64_t kMaxCodes = std::int64_t{1} << 40;
constexpr std::int64_t kMaxStep = INT64_MAX;

// How the text of an index ends: the checksums of all bytes before the line of their own.
constexpr std::string_view kChecksumName = "index_crc32";
constexpr std::string_view kChecksumKey = "  \"index_crc32\": \"";
constexpr std::string_view kIndexEnd = "\"\n}\n";

constexpr std::array<std::pair<OperandKind, std::string_view>, 3> kKindNames{
    {{OperandKind::kWeight, "weight"}, {OperandKind::kActivation, "activation"}, {OperandKind::kGradient, "gradient"}}};

std::string file_name(JsonReader& at, const std::string& key, const Files& files) {
  const std::string file = at.string(key);
  if (files.count(file) == 0) at.fail(key, "one of the index's files", "'" + file + "'");
  return file;
}

Json to_json(const gemm::CodeTensor& tensor) {
  return {{"bits", tensor.format.bits},        {"signed", tensor.format.is_signed},
          {"zero_point", tensor.zero_point},   {"images", tensor.images},
          {"height", tensor.height},           {"width", tensor.width},
          {"channels", tensor.channels},       {"grid_height", tensor.grid_height},
          {"grid_width", tensor.grid_width},   {"border_top", tensor.border_top},
          {"border_left", tensor.border_left}, {"dilation", yx_to_json(tensor.dilation)}};
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
  tensor.dilation = read_yx(at, "dilation", 1, kMaxExtent);
  at.finish();

  const auto fits = [](std::int64_t border, std::int64_t extent, std::int64_t grid, std::int64_t dilation) {
    return extent - 1 <= (grid - 1 - border) / dilation;
  };
  if (!fits(tensor.border_top, tensor.height, tensor.grid_height, tensor.dilation.y) ||
      !fits(tensor.border_left, tensor.width, tensor.grid_width, tensor.dilation.x))
    at.fail("dilation", "a tensor that lies inside its grid", "one that leaves it");
  std::int64_t codes = 1;
  for (const std::int64_t extent : codes_shape(tensor)) {
    if (codes > kMaxCodes / extent) at.fail("images", "at most 2^40 codes on the grid", "more");
    codes *= extent;
  }
  return tensor;
}

Json to_json(const gemm::BatchWindow& window) {
  return {{"first", window.first}, {"size", window.size}, {"count", window.count}};
}

bool is_whole(const gemm::BatchWindow& window) {
  return window.size == 0;
}

// Absent: all of the tensor's, in every GEMM.
gemm::BatchWindow batch_window_from_json(JsonReader& at, const std::string& key, std::int64_t extent) {
  if (!at.has(key)) return {};
  JsonReader window = at.child(key);
  gemm::BatchWindow result;
  result.first = window.integer("first", 0, extent - 1);
  result.size = window.integer("size", 1, extent);
  result.count = window.integer("count", 1, extent);
  window.finish();
  return result;
}

// Keys of what only batches and dilated windows have are left out of others.
Json to_json(const OperandEntry& entry) {
  const gemm::Operand& window = entry.window;
  Json json = {{"codes", entry.codes},
               {"tensor", to_json(entry.tensor)},
               {"kernel_height", window.kernel_height},
               {"kernel_width", window.kernel_width},
               {"stride", yx_to_json(window.stride)},
               {"out_height", window.out_height},
               {"out_width", window.out_width},
               {"origin_y", window.origin_y},
               {"origin_x", window.origin_x},
               {"transposed", window.transposed}};
  if (window.dilation != 1) json["dilation"] = yx_to_json(window.dilation);
  if (!is_whole(window.images)) json["image_windows"] = to_json(window.images);
  if (!is_whole(window.channels)) json["channel_windows"] = to_json(window.channels);
  return json;
}

OperandEntry operand_from_json(JsonReader at, const Files& files) {
  OperandEntry entry{file_name(at, "codes", files), tensor_from_json(at.child("tensor")), {}};
  gemm::Operand& window = entry.window;
  window.kernel_height = at.integer("kernel_height", 1, kMaxExtent);
  window.kernel_width = at.integer("kernel_width", 1, kMaxExtent);
  window.stride = read_yx(at, "stride", 1, kMaxExtent);
  window.out_height = at.integer("out_height", 1, kMaxExtent);
  window.out_width = at.integer("out_width", 1, kMaxExtent);
  window.origin_y = at.integer("origin_y", 0, kMaxExtent);
  window.origin_x = at.integer("origin_x", 0, kMaxExtent);
  window.transposed = at.boolean("transposed");
  if (at.has("dilation")) window.dilation = read_yx(at, "dilation", 1, kMaxExtent);
  window.images = batch_window_from_json(at, "image_windows", entry.tensor.images);
  window.channels = batch_window_from_json(at, "channel_windows", entry.tensor.channels);
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
  return shape.parts().is_split() ? NpyType::kInt64 : NpyType::kInt32;
}

Json to_json(const JobEntry& entry) {
  return {{"layer", entry.layer},  {"pass", std::string(gemm::to_string(entry.pass))},
          {"step", entry.step},    {"a", to_json(entry.a)},
          {"b", to_json(entry.b)}, {"accumulators", entry.accumulators}};
}

JobEntry job_from_json(JsonReader at, const Files& files) {
  JobEntry entry;
  entry.layer = at.string("layer");
  const std::string pass = at.string("pass");
  if (pass != "fwd" && pass != "dgrad" && pass != "wgrad") at.fail("pass", "fwd, dgrad or wgrad", "'" + pass + "'");
  entry.pass = gemm::pass_from_string(pass);
  entry.step = at.integer("step", 0, kMaxStep);
  entry.a = operand_from_json(at.child("a"), files);
  entry.b = operand_from_json(at.child("b"), files);
  entry.accumulators = file_name(at, "accumulators", files);
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
          {"input", entry.input},
          {"codes", entry.codes},
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

QuantizerEntry quantizer_from_json(JsonReader at, const Files& files) {
  QuantizerEntry entry;
  entry.layer = at.string("layer");
  entry.kind = operand_kind_from_string(at.string("kind"), at);
  entry.step = at.integer("step", 0, kMaxStep);
  entry.input = file_name(at, "input", files);
  entry.codes = file_name(at, "codes", files);
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

Json to_json(const Files& files) {
  Json json = Json::array();
  for (const auto& [name, entry] : files)
    json.push_back({{"file", name}, {"num_bytes", entry.num_bytes}, {"crc32", entry.crc32}});
  return json;
}

void add_file(Files& files, JsonReader at) {
  const std::string name = at.string("file");
  if (name.empty() || name.find('/') != std::string::npos)
    at.fail("file", "a file name without folders", "'" + name + "'");
  const FileEntry entry{at.integer("num_bytes", 1, kMaxCodes), at.string("crc32")};
  if (!files.emplace(name, entry).second) at.fail("file", "each file once", "'" + name + "' again");
  at.finish();
}

std::string index_text(const Json& index) {
  std::string text = index.dump(2);
  text.resize(text.size() - std::string_view("\n}").size());
  text += ",\n";
  return fmt::format("{}{}{}{}", text, kChecksumKey, block_checksums(text), kIndexEnd);
}

Json parse_index(const std::string& text, const std::string& source) {
  const std::size_t body = text.rfind(kChecksumKey);
  if (body != std::string::npos) {
    const std::size_t begin = body + kChecksumKey.size(), digits = text.find_first_not_of("0123456789abcdef", begin);
    const std::string_view end = std::string_view(text).substr(std::min(digits, text.size()));
    if (end != kIndexEnd) {
      const auto differs = std::mismatch(end.begin(), end.end(), kIndexEnd.begin(), kIndexEnd.end()).first;
      throw InputError(fmt::format("{}: offset {}: expected the last digits of {} and the end of the file", source,
                                   text.size() - static_cast<std::size_t>(end.end() - differs), kChecksumName));
    }
    check_blocks(std::string_view(text).substr(0, body), body,
                 std::string_view(text).substr(begin, text.size() - end.size() - begin), source);
  }
  Json index = parse_json(text, source);
  JsonReader(index, source).integer("schema_version", kOldestSchemaVersion, kSchemaVersion);
  if (body == std::string::npos)
    throw InputError(fmt::format("{}: offset {}: expected the last key to be {}, found another one", source,
                                 text.rfind("\n  \"") + 1, kChecksumName));
  return index;
}

}  // namespace ampa::trace
