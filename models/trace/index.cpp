#include "trace/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "common/error.h"
#include "trace/checksum.h"
#include "trace/operand_json.h"

namespace ampa::trace {
namespace {

constexpr std::int64_t kMaxStep = INT64_MAX;

// How the text of an index ends: the checksums of all bytes before the line of their own.
constexpr std::string_view kChecksumName = "index_crc32";
constexpr std::string_view kChecksumKey = "  \"index_crc32\": \"";
constexpr std::string_view kIndexEnd = "\"\n}\n";

constexpr std::array<std::pair<OperandKind, std::string_view>, 3> kKindNames{
    {{OperandKind::kWeight, "weight"}, {OperandKind::kActivation, "activation"}, {OperandKind::kGradient, "gradient"}}};

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

// The parameters of groups: the axis and three arrays, an entry a group.
void put_groups(Json& json, const quant::ScaleGroups& groups) {
  json["scale_axis"] = groups.axis == quant::ScaleAxis::kImages ? "images" : "channels";
  for (const char* key : {"scales", "inv_scales", "zero_points"}) json[key] = Json::array();
  for (const numerics::QuantParams& params : groups.params) {
    json["scales"].push_back(params.scale);
    json["inv_scales"].push_back(params.inv_scale);
    json["zero_points"].push_back(params.zero_point);
  }
}

// FP32 values are written as the doubles that equal them.
float fp32_from_json(JsonReader& at, const std::string& key) {
  const double value = at.number(key, 0, 3.4028234663852886e38);
  if (static_cast<double>(static_cast<float>(value)) != value) at.fail(key, "an FP32 value", fmt::format("{}", value));
  return static_cast<float>(value);
}

std::vector<float> fp32s_from_json(JsonReader& at, const std::string& key) {
  std::vector<float> values;
  for (const Json& value : at.array(key)) {
    const double number = value.is_number() ? value.get<double>() : -1;
    if (number < 0 || static_cast<double>(static_cast<float>(number)) != number)
      at.fail(key, "FP32 values", value.dump() + " in it");
    values.push_back(static_cast<float>(number));
  }
  return values;
}

// `common` has what all groups share.
quant::ScaleGroups groups_from_json(JsonReader& at, const gemm::CodeTensor& tensor,
                                    const numerics::QuantParams& common) {
  const std::string axis = at.string("scale_axis");
  if (axis != "images" && axis != "channels") at.fail("scale_axis", "images or channels", "'" + axis + "'");
  const bool by_image = axis == "images";
  quant::ScaleGroups groups{by_image ? quant::ScaleAxis::kImages : quant::ScaleAxis::kChannels, {}};
  const auto count = static_cast<std::size_t>(by_image ? tensor.images : tensor.channels);
  const std::vector<float> scales = fp32s_from_json(at, "scales"), inverse = fp32s_from_json(at, "inv_scales");
  const std::vector<std::int64_t> zeros =
      at.integers("zero_points", tensor.format.min_code(), tensor.format.max_code());
  if (scales.size() != count || inverse.size() != count || zeros.size() != count)
    at.fail("scales", fmt::format("{} scales, inverse scales and zero points, one for each of the {}", count, axis),
            fmt::format("{}, {} and {}", scales.size(), inverse.size(), zeros.size()));
  for (std::size_t i = 0; i < count; ++i) {
    groups.params.push_back(common);
    groups.params.back().scale = scales[i];
    groups.params.back().inv_scale = inverse[i];
    groups.params.back().zero_point = static_cast<std::int32_t>(zeros[i]);
  }
  return groups;
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
  Json json = {{"layer", entry.layer}, {"kind", std::string(to_string(entry.kind))},
               {"step", entry.step},   {"input", entry.input},
               {"codes", entry.codes}, {"tensor", to_json(entry.tensor)}};
  if (entry.groups.is_grouped()) {
    put_groups(json, entry.groups);
  } else {
    json["scale"] = entry.params.scale;
    json["inv_scale"] = entry.params.inv_scale;
  }
  json["min_code"] = entry.params.min_code;
  json["max_code"] = entry.params.max_code;
  const bool is_named =
      entry.rounding != numerics::Rounding::kNearestEven && entry.rounding != numerics::Rounding::kStochastic;
  json["stochastic"] = entry.rounding == numerics::Rounding::kStochastic;
  if (is_named) json["rounding"] = numerics::to_string(entry.rounding);  // of traces since there are others
  json["stream_seed"] = hex64(entry.stream.seed);
  json["stream_step"] = entry.stream.step;
  json["stream_tensor"] = entry.stream.tensor;
  return json;
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
  const bool is_grouped = at.has("scale_axis");
  if (!is_grouped) {
    entry.params.scale = fp32_from_json(at, "scale");
    entry.params.inv_scale = fp32_from_json(at, "inv_scale");
  }
  entry.params.min_code = static_cast<std::int32_t>(at.integer("min_code", format.min_code(), format.max_code()));
  entry.params.max_code = static_cast<std::int32_t>(at.integer("max_code", entry.params.min_code, format.max_code()));
  if (is_grouped) {
    entry.groups = groups_from_json(at, entry.tensor, entry.params);
    entry.params = entry.groups.params.front();
  }
  if (at.boolean("stochastic"))
    entry.rounding = numerics::Rounding::kStochastic;
  else if (at.has("rounding"))
    entry.rounding = numerics::rounding_from_string(at.string("rounding"), at.source() + ": rounding");
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
