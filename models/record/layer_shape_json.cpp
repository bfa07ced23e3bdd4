#include "record/layer_shape_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/yx_json.h"

namespace ampa::record {
namespace {

// Small enough that the numbers of positions and of codes fit 63 bits.
constexpr std::int64_t kMaxSide = std::int64_t{1} << 31;
constexpr std::int64_t kMaxImages = std::int64_t{1} << 30;
constexpr std::int64_t kMaxMapSide = std::int64_t{1} << 16;
constexpr std::int64_t kMaxKernel = std::int64_t{1} << 15;

const char* key_of(const gemm::ConvShape&) {
  return "conv";
}
const char* key_of(const gemm::ProductShape&) {
  return "product";
}

const char* name_of(const gemm::ConvShape& conv) {
  return conv.transposed ? "transposed convolution" : "convolution";
}
const char* name_of(const gemm::ProductShape&) {
  return "product of two activations";
}

// Keys of what a convolution has beyond a window are left out of others.
Json json_of(const gemm::ConvShape& conv) {
  Json json = {{"images", conv.images},
               {"in_height", conv.in_height},
               {"in_width", conv.in_width},
               {"in_channels", conv.in_channels},
               {"out_height", conv.out_height},
               {"out_width", conv.out_width},
               {"out_channels", conv.out_channels},
               {"kernel_height", conv.kernel_height},
               {"kernel_width", conv.kernel_width},
               {"stride", yx_to_json(conv.stride)},
               {"padding", yx_to_json(conv.padding)}};
  if (conv.dilation != 1) json["dilation"] = yx_to_json(conv.dilation);
  if (conv.groups != 1) json["groups"] = conv.groups;
  if (conv.transposed) json["transposed"] = true;
  return json;
}

Json json_of(const gemm::ProductShape& product) {
  return {{"images", product.images}, {"count", product.count}, {"rows", product.rows},
          {"cols", product.cols},     {"depth", product.depth}, {"transposed_b", product.transposed_b}};
}

gemm::ConvShape parse_conv(JsonReader reader) {
  gemm::ConvShape conv;
  conv.images = reader.integer("images", 1, kMaxImages);
  conv.in_height = reader.integer("in_height", 1, kMaxMapSide);
  conv.in_width = reader.integer("in_width", 1, kMaxMapSide);
  conv.in_channels = reader.integer("in_channels", 1, kMaxSide);
  conv.out_channels = reader.integer("out_channels", 1, kMaxSide);
  conv.kernel_height = reader.integer("kernel_height", 1, kMaxKernel);
  conv.kernel_width = reader.integer("kernel_width", 1, kMaxKernel);
  conv.stride = read_yx(reader, "stride", 1, kMaxMapSide);
  if (reader.has("dilation")) conv.dilation = read_yx(reader, "dilation", 1, kMaxMapSide);
  conv.padding = read_yx(reader, "padding", 0,
                         {conv.dilation.y * (conv.kernel_height - 1), conv.dilation.x * (conv.kernel_width - 1)});
  if (reader.has("groups")) conv.groups = reader.integer("groups", 1, std::min(conv.in_channels, conv.out_channels));
  if (conv.in_channels % conv.groups != 0 || conv.out_channels % conv.groups != 0)
    reader.fail("groups", "a divisor of in_channels and out_channels", fmt::format("{}", conv.groups));
  // Every window begins before the map ends.
  const auto max_out = [](std::int64_t in, std::int64_t padding, std::int64_t stride) {
    return std::min((in - 1 + padding) / stride + 1, kMaxMapSide);
  };
  conv.out_height = reader.integer("out_height", 1, max_out(conv.in_height, conv.padding.y, conv.stride.y));
  conv.out_width = reader.integer("out_width", 1, max_out(conv.in_width, conv.padding.x, conv.stride.x));
  if (reader.has("transposed")) conv.transposed = reader.boolean("transposed");
  reader.finish();
  return conv;
}

gemm::ProductShape parse_product(JsonReader reader) {
  gemm::ProductShape product;
  product.images = reader.integer("images", 1, kMaxImages);
  product.count = reader.integer("count", 1, kMaxMapSide);
  product.rows = reader.integer("rows", 1, kMaxMapSide);
  product.cols = reader.integer("cols", 1, kMaxMapSide);
  product.depth = reader.integer("depth", 1, kMaxMapSide);
  product.transposed_b = reader.boolean("transposed_b");
  reader.finish();
  return product;
}

}  // namespace

const char* shape_key(const gemm::LayerShape& shape) {
  return std::visit([](const auto& one) { return key_of(one); }, shape);
}

const char* shape_name(const gemm::LayerShape& shape) {
  return std::visit([](const auto& one) { return name_of(one); }, shape);
}

Json to_json(const gemm::LayerShape& shape) {
  return std::visit([](const auto& one) { return json_of(one); }, shape);
}

std::optional<gemm::LayerShape> parse_shape(JsonReader& job) {
  if (job.has("conv")) return parse_conv(job.child("conv"));
  if (job.has("product")) return parse_product(job.child("product"));
  return std::nullopt;
}

}  // namespace ampa::record
