#include "trace/operand_json.h"

#include "common/yx_json.h"

namespace ampa::trace {
namespace {

constexpr std::int64_t kMaxExtent = std::int64_t{1} << 31;

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

}  // namespace

std::string file_name(JsonReader& at, const std::string& key, const Files& files) {
  const std::string file = at.string(key);
  if (files.count(file) == 0) at.fail(key, "one of the index's files", "'" + file + "'");
  return file;
}

NpyType codes_type(const gemm::CodeTensor& tensor) {
  return tensor.format.is_signed ? NpyType::kInt8 : NpyType::kUint8;
}

std::vector<std::int64_t> codes_shape(const gemm::CodeTensor& tensor) {
  return {tensor.images, tensor.grid_height, tensor.grid_width, tensor.channels};
}

bool is_new(const gemm::CodeTensor& tensor) {
  return tensor.has_own_gaps || !tensor.dilation.is_square();
}

bool is_new(const OperandEntry& entry) {
  const gemm::Operand& window = entry.window;
  return is_new(entry.tensor) || !window.stride.is_square() || window.dilation != 1 || !is_whole(window.images) ||
         !is_whole(window.channels);
}

bool is_new(const QuantizerEntry& entry) {
  const bool is_stochastic = entry.rounding == numerics::Rounding::kStochastic;
  return is_new(entry.tensor) || entry.groups.is_grouped() || (is_stochastic && !entry.tensor.format.is_signed) ||
         (!is_stochastic && entry.rounding != numerics::Rounding::kNearestEven);
}

Json to_json(const gemm::CodeTensor& tensor) {
  Json json = {{"bits", tensor.format.bits},        {"signed", tensor.format.is_signed},
               {"zero_point", tensor.zero_point},   {"images", tensor.images},
               {"height", tensor.height},           {"width", tensor.width},
               {"channels", tensor.channels},       {"grid_height", tensor.grid_height},
               {"grid_width", tensor.grid_width},   {"border_top", tensor.border_top},
               {"border_left", tensor.border_left}, {"dilation", yx_to_json(tensor.dilation)}};
  if (tensor.has_own_gaps) json["own_gaps"] = true;
  return json;
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
  if (at.has("own_gaps")) tensor.has_own_gaps = at.boolean("own_gaps");
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

}  // namespace ampa::trace
