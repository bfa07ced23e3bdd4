#include "newer_parts.h"

namespace ampa::network_fuzz {
namespace {

constexpr std::int64_t kLargest = 600;  // elements of an image: larger ones are not enlarged

class Parts {
 public:
  explicit Parts(NetworkWriter& writer) : w_(writer), random_(writer.random()) {}

  void put_any() {
    const std::size_t value = w_.pick();
    switch (random_.between(0, 10)) {
      case 0:
      case 1:
        put_elementwise(value);
        break;
      case 2:
        put_concat(value);
        break;
      case 3:
        put_slice(value);
        break;
      case 4:
        put_reshape(value);
        break;
      case 5:
        put_resampling(value);
        break;
      case 6:
        token_linear(value, random_.between(1, 6));
        break;
      case 7:
        put_token(value);
        break;
      case 8:
        if (w_.shape(value).size() <= kLargest) random_.one_in(2) ? put_pad(value) : put_transposed(value);
        break;
      case 9:
        if (w_.shape(value).size() <= kLargest) product_with_itself(value);
        break;
      default:
        if (w_.shape(value).size() <= kLargest) put_attention(value);
    }
  }

 private:
  Shape shape(std::size_t value) const { return w_.shape(value); }

  std::size_t put_elementwise(std::size_t value) {
    const Shape same = shape(value);
    switch (random_.between(0, 6)) {
      case 0:
        return w_.put("relu6", {value}, same);
      case 1:
        return w_.put("gelu", {value}, same, {{"form", random_.one_in(2) ? "erf" : "tanh"}});
      case 2:
        return w_.put("scale", {value}, same, {{"factor", 0.25 * static_cast<double>(random_.between(-8, 8))}});
      case 3:
        return w_.put("dropout", {value}, same, {{"probability", 0.1 * static_cast<double>(random_.between(0, 9))}});
      case 4:
        return w_.put("softmax", {value}, same, {{"causal", same.width == same.channels && random_.one_in(2)}});
      case 5:
        return w_.put("position_encoding", {value}, same, {{"kind", random_.one_in(2) ? "learned" : "sinusoidal"}});
      default:
        return w_.put("layer_norm", {value}, same, {{"epsilon", random_.one_in(2) ? 1e-5 : 1e-3}});
    }
  }

  void put_concat(std::size_t value) {
    std::vector<std::size_t> inputs{value};
    Shape out = shape(value);
    for (std::size_t other = 0; other < w_.values().size() && inputs.size() < 3; ++other) {
      if (shape(other).height != out.height || shape(other).width != out.width || random_.one_in(2)) continue;
      inputs.push_back(other);
      out.channels += shape(other).channels;
    }
    w_.put("concat", inputs, out);
  }

  std::size_t slice(std::size_t value, std::int64_t first, std::int64_t channels) {
    return w_.put("slice_channels", {value}, {channels, shape(value).height, shape(value).width},
                  {{"first", first}, {"out_channels", channels}});
  }
  void put_slice(std::size_t value) {
    const std::int64_t first = random_.between(0, shape(value).channels - 1);
    slice(value, first, random_.between(1, shape(value).channels - first));
  }

  std::size_t tokens(std::size_t value) {
    const Shape in = shape(value);
    return w_.put("tokens", {value}, {in.channels, in.height * in.width, 1});
  }
  void put_reshape(std::size_t value) {
    const Shape in = shape(value);
    if (random_.one_in(3)) {
      w_.put("flatten", {value}, {in.size(), 1, 1});
    } else if (random_.one_in(2)) {
      tokens(value);
    } else {
      w_.put("reshape", {value}, {in.height, in.width, in.channels},
             {{"out_channels", in.height}, {"height", in.width}, {"width", in.channels}});
    }
  }

  void put_resampling(std::size_t value) {
    const Shape in = shape(value);
    const std::int64_t factor = random_.between(2, 3), height = random_.between(1, 6), width = random_.between(1, 6);
    if (random_.one_in(2) || in.size() > kLargest) {
      w_.put("adaptive_average_pool", {value}, {in.channels, height, width}, {{"height", height}, {"width", width}});
      return;
    }
    const bool bilinear = !random_.one_in(3);
    w_.put("upsample", {value}, {in.channels, in.height * factor, in.width * factor},
           {{"factor", factor},
            {"mode", bilinear ? "bilinear" : "nearest"},
            {"align_corners", bilinear && random_.one_in(2)}});
  }

  void put_pad(std::size_t value) {
    const Shape in = shape(value);
    const std::int64_t y = random_.between(0, 2), x = random_.between(0, 2);
    w_.put("pad", {value}, {in.channels, in.height + 2 * y, in.width + 2 * x}, {{"padding", {y, x}}});
  }

  void put_transposed(std::size_t value) {
    const Shape in = shape(value);
    std::vector<std::int64_t> kernel, stride, padding, out;
    for (const std::int64_t extent : {in.height, in.width}) {
      kernel.push_back(random_.between(1, 3));
      stride.push_back(random_.between(1, 3));
      padding.push_back(random_.between(0, kernel.back() - 1));
      const std::int64_t whole = (extent - 1) * stride.back() + kernel.back();
      if (whole - 2 * padding.back() < 1) padding.back() = 0;
      out.push_back(whole - 2 * padding.back());
    }
    const std::int64_t channels = random_.between(1, 5);
    w_.put("conv_transpose2d", {value}, {channels, out[0], out[1]},
           {{"out_channels", channels},
            {"kernel", kernel},
            {"stride", stride},
            {"padding", padding},
            {"bias", random_.one_in(2)},
            {"quantized", w_.quantized()}});
  }

  std::size_t token_linear(std::size_t value, std::int64_t features) {
    return w_.put("token_linear", {value}, {features, shape(value).height, shape(value).width},
                  {{"out_features", features}, {"quantized", w_.quantized()}, {"bias", !random_.one_in(3)}});
  }

  void put_token(std::size_t value) {
    if (shape(value).width != 1) value = tokens(value);
    const Shape in = shape(value);
    if (random_.one_in(2))
      w_.put("class_token", {value}, {in.channels, in.height + 1, 1});
    else
      w_.put("select_token", {value}, {in.channels, 1, 1}, {{"index", random_.between(0, in.height - 1)}});
  }

  std::size_t matmul(std::size_t a, std::size_t b, bool transpose_b) {
    Json keys = {{"transpose_b", transpose_b}};
    if (!random_.one_in(4)) keys["quantized"] = w_.quantized();
    return w_.put("matmul", {a, b}, {transpose_b ? shape(b).width : shape(b).channels, shape(a).height, shape(a).width},
                  keys);
  }
  void product_with_itself(std::size_t value) { matmul(value, value, true); }

  // Queries, keys and values of layers of their own or of one layer, some heads, with or without a look ahead.
  void put_attention(std::size_t value) {
    if (shape(value).width != 1) value = tokens(value);
    const std::int64_t heads = random_.between(1, 3), width = heads * random_.between(1, 3);
    const std::int64_t num_tokens = shape(value).height;
    std::vector<std::size_t> parts;
    const bool joint = random_.one_in(2);
    const std::size_t all = joint ? token_linear(value, 3 * width) : 0;
    for (std::int64_t i = 0; i < 3; ++i) {
      const std::size_t part = joint ? slice(all, i * width, width) : token_linear(value, width);
      parts.push_back(w_.put("split_heads", {part}, {width / heads, heads, num_tokens}, {{"heads", heads}}));
    }
    std::size_t scores = matmul(parts[0], parts[1], true);
    if (random_.one_in(2)) scores = w_.put("scale", {scores}, shape(scores), {{"factor", 0.5}});
    scores = w_.put("softmax", {scores}, shape(scores), {{"causal", random_.one_in(2)}});
    if (random_.one_in(3)) scores = w_.put("dropout", {scores}, shape(scores), {{"probability", 0.1}});
    const std::size_t result = matmul(scores, parts[2], false);
    w_.put("merge_heads", {result}, {width, num_tokens, 1});
  }

  NetworkWriter& w_;
  Random& random_;
};

}  // namespace

void put_embedding(NetworkWriter& writer) {
  const std::int64_t channels = writer.random().between(1, 6), height = writer.shape(0).height;
  writer.put("embedding", {0}, {channels, height, 1},
             {{"vocabulary", writer.random().between(1, 9)}, {"out_channels", channels}});
}

void put_newer_part(NetworkWriter& writer) {
  Parts(writer).put_any();
}

}  // namespace ampa::network_fuzz
