#include "random_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "../common/temporary_folder.h"
#include "network_writer.h"
#include "networks/load_network.h"
#include "newer_parts.h"
#include "numerics/random_stream.h"
#include "train/recipe_settings.h"

namespace ampa::network_fuzz {
namespace {

class Writer : public NetworkWriter {
 public:
  Writer(Random& random, Shape input, std::int64_t classes, bool draws_newer_ops)
      : NetworkWriter(random, input), classes_(classes), draws_newer_ops_(draws_newer_ops) {}

  Json layers() {
    if (draws_newer_ops_ && values_[0].shape.channels == 1 && values_[0].shape.width == 1) put_embedding(*this);
    const std::int64_t count = random_.between(1, 6);
    for (std::int64_t i = 0; i < count; ++i) add_part();
    finish();
    return layers_;
  }

 private:
  static std::int64_t places(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
    return (extent + 2 * padding - kernel) / stride + 1;
  }

  std::size_t window(const char* type, std::size_t input, std::int64_t kernel, std::int64_t stride,
                     std::int64_t padding, std::int64_t channels, Json keys = Json::object()) {
    const Shape in = values_[input].shape;
    keys["kernel"] = kernel;
    keys["stride"] = stride;
    keys["padding"] = padding;
    return put(type, {input},
               {channels, places(in.height, kernel, stride, padding), places(in.width, kernel, stride, padding)}, keys);
  }

  std::size_t conv(std::size_t input) {
    if (random_.one_in(3)) return rich_conv(input);
    const Shape in = values_[input].shape;
    std::int64_t kernel = random_.between(1, 4), padding = random_.between(0, kernel - 1);
    if (std::min(in.height, in.width) + 2 * padding < kernel) kernel = 1, padding = 0;
    const std::int64_t channels = random_.one_in(5) ? random_.between(9, 20) : random_.between(1, 5);
    return window("conv2d", input, kernel, random_.between(1, 3), padding, channels,
                  {{"out_channels", channels}, {"quantized", quantized()}});
  }

  // In groups, with unequal sides, with holes, with a bias: any of them.
  std::size_t rich_conv(std::size_t input) {
    const Shape in = values_[input].shape;
    std::int64_t groups = random_.between(1, in.channels);
    while (in.channels % groups != 0) --groups;
    const std::int64_t channels = groups * random_.between(1, groups > 2 ? 2 : 4);
    Json keys = {{"out_channels", channels}, {"quantized", quantized()}};
    if (groups > 1 || random_.one_in(2)) keys["groups"] = groups;
    if (random_.one_in(2)) keys["bias"] = random_.one_in(2);
    std::vector<std::int64_t> kernel, stride, padding, dilation, out;
    for (const std::int64_t extent : {in.height, in.width}) {
      kernel.push_back(random_.between(1, 4));
      dilation.push_back(random_.one_in(2) ? 1 : random_.between(1, 3));
      const std::int64_t window = (kernel.back() - 1) * dilation.back() + 1;
      padding.push_back(random_.between(0, window - 1));
      stride.push_back(random_.between(1, 3));
      if (extent + 2 * padding.back() < window) kernel.back() = dilation.back() = 1, padding.back() = 0;
      out.push_back(places(extent, (kernel.back() - 1) * dilation.back() + 1, stride.back(), padding.back()));
    }
    keys["kernel"] = kernel;
    keys["stride"] = stride;
    keys["padding"] = padding;
    keys["dilation"] = dilation;
    return put("conv2d", {input}, {channels, out[0], out[1]}, keys);
  }

  // Of the shape of its input, for residuals.
  std::size_t same_conv(std::size_t input) {
    const std::int64_t kernel = random_.one_in(2) ? 3 : 1, channels = values_[input].shape.channels;
    return window("conv2d", input, kernel, 1, kernel / 2, channels,
                  {{"out_channels", channels}, {"quantized", quantized()}});
  }

  std::size_t linear(std::size_t input, std::int64_t features) {
    return put("linear", {input}, {features, 1, 1}, {{"out_features", features}, {"quantized", quantized()}});
  }
  std::size_t norm(std::size_t input) { return put("batch_norm", {input}, values_[input].shape); }
  std::size_t relu(std::size_t input) { return put("relu", {input}, values_[input].shape); }

  std::size_t pool(std::size_t input) {
    const Shape in = values_[input].shape;
    std::int64_t kernel = random_.between(1, 3), padding = random_.between(0, kernel / 2);
    if (std::min(in.height, in.width) + 2 * padding < kernel) kernel = 1, padding = 0;
    return window(random_.one_in(2) ? "max_pool" : "average_pool", input, kernel, random_.between(1, 2), padding,
                  in.channels);
  }

  std::size_t shortcut(std::size_t input) {
    const Shape in = values_[input].shape;
    const std::int64_t stride = random_.between(1, 3), channels = in.channels + 2 * random_.between(0, 2);
    return put("shortcut_pad", {input}, {channels, (in.height - 1) / stride + 1, (in.width - 1) / stride + 1},
               {{"stride", stride}, {"out_channels", channels}});
  }

  // A partner of the same shape, if there is one: at times the value itself.
  std::optional<std::size_t> partner(std::size_t value) {
    std::vector<std::size_t> found;
    for (std::size_t other = 0; other < values_.size(); ++other)
      if (values_[other].shape == values_[value].shape && (other != value || random_.one_in(4))) found.push_back(other);
    if (found.empty()) return std::nullopt;
    return found[static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(found.size()) - 1))];
  }

  std::size_t add(std::size_t value) {
    const std::optional<std::size_t> other = partner(value);
    if (!other) return value;
    const bool swapped = random_.one_in(2);
    return put("add", {swapped ? *other : value, swapped ? value : *other}, values_[value].shape);
  }

  // What often stands together, with gaps: convolution or linear layer, batch norm, addition, ReLU.
  void add_block() {
    const std::size_t start = pick();
    std::size_t value = random_.one_in(2)   ? same_conv(start)
                        : random_.one_in(5) ? linear(start, random_.between(1, 6))
                                            : conv(start);
    if (!random_.one_in(4)) value = norm(value);
    if (random_.one_in(2)) value = add(value);
    if (random_.one_in(2)) value = relu(value);
    if (random_.one_in(4)) add(value);
  }

  void add_part() {
    if (draws_newer_ops_ && !random_.one_in(3)) return put_newer_part(*this);
    switch (random_.between(0, 11)) {
      case 0:
        norm(pick());
        break;
      case 1:
        relu(pick());
        break;
      case 2:
        add(pick());
        break;
      case 3:
        pool(pick());
        break;
      case 4:
        shortcut(pick());
        break;
      case 5:
        linear(pick(), random_.between(1, 6));
        break;
      case 6:
        conv(pick());
        break;
      case 7:
        if (const std::size_t value = pick(); random_.one_in(2))
          put("global_average_pool", {value}, {values_[value].shape.channels, 1, 1});
        break;
      default:
        add_block();
    }
  }

  // Every value that nobody reads becomes a term of the logits.
  void finish() {
    std::vector<std::size_t> ends;
    for (std::size_t value = 0; value < values_.size(); ++value)
      if (!values_[value].is_read) ends.push_back(value);
    if (ends.empty()) ends.push_back(values_.size() - 1);
    std::optional<std::size_t> sum;
    for (const std::size_t end : ends) {
      const bool fits = values_[end].shape == Shape{classes_, 1, 1} && end > 0;
      const std::size_t term = fits && random_.one_in(2) ? end : linear_to_classes(end);
      sum = sum ? put("add", {*sum, term}, {classes_, 1, 1}) : term;
    }
    if (*sum + 1 != values_.size()) linear_to_classes(*sum);
  }
  std::size_t linear_to_classes(std::size_t input) {
    return put("linear", {input}, {classes_, 1, 1}, {{"out_features", "classes"}, {"quantized", quantized()}});
  }

  std::int64_t classes_;
  bool draws_newer_ops_;
};

ir::Network load(const Json& description) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "network.json") << description.dump();
  return networks::load_network((folder.path() / "network.json").string());
}

// A scheme with rules of its own, or rules for each kind of tensor.
Json random_quantization(Random random) {
  if (random.one_in(2)) return Json::object();
  Json settings = Json::object();
  const std::vector<std::string> schemes = train::schemes_of(allocate::allocator_info("staged"));
  const auto pick = [&](const auto& list) {
    return list[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(list.size()) - 1))];
  };
  settings["scheme"] = pick(schemes);
  settings["clip_period"] = random.between(1, 2);
  settings["clip_percentile"] = static_cast<double>(random.between(800, 1000)) / 10;
  settings["clip_fraction"] = static_cast<double>(random.between(1, 10)) / 10;
  settings["clipping"] = pick(quant::clipping_rules()).name;
  for (const settings::Setting& setting : train::recipe_settings().list)
    if (setting.kind == settings::Kind::kChoice && setting.key != "rate_scaling" && random.one_in(3))
      settings[setting.key] = pick(setting.choices);
  if (settings.value("gradient_clipping", "scheme") != "scheme") settings["rate_scaling"] = "none";
  if (settings.value("gradient_clipping", "") == "direction") settings["rate_scaling"] = "deviation";
  return settings;
}

}  // namespace

Case random_case(std::uint64_t seed) {
  Random random(seed);
  Case result;
  result.seed = seed;
  const bool draws_newer_ops = seed % 2 == 0;
  Shape input{random.between(1, 4), random.between(1, 8), random.between(1, 8)};
  if (draws_newer_ops && random.one_in(3)) input = {1, input.height * input.channels, 1};  // tokens
  const std::int64_t classes = random.between(2, 5);
  result.description = {
      {"schema_version", 1},
      {"name", fmt::format("random{}", seed)},
      {"description", "drawn from a seed"},
      {"default_input", {{"channels", input.channels}, {"height", input.height}, {"width", input.width}}},
      {"default_classes", classes},
      {"layers", Writer(random, input, classes, draws_newer_ops).layers()}};
  result.network = load(result.description);
  const std::int64_t scheme = random.between(0, 4);
  result.widths = scheme == 0 ? Widths::kFp32 : scheme < 3 ? Widths::kFixed : Widths::kAmpa;
  result.fixed_bits = static_cast<Bits>(random.between(kMinBits, kMaxBits));
  result.batch_size = random.between(1, 4);
  if (result.widths != Widths::kFp32)
    result.quantization = random_quantization(Random(seed + (std::uint64_t{1} << 40)));
  result.recipe = train::recipe_of(train::config_from_json(result.quantization, "random case"));
  return result;
}

std::string shown(const Case& fuzzed) {
  const char* const widths[] = {"fp32", "fixed", "ampa"};
  return fmt::format(
      "repeat with AMPA_FUZZ_SEED={} AMPA_FUZZ_NETWORKS=1 ampa_network_fuzz_test\nwidths {} ({} bits), batch size "
      "{}\nquantization {}\n{}",
      fuzzed.seed, widths[static_cast<int>(fuzzed.widths)], fuzzed.fixed_bits, fuzzed.batch_size,
      fuzzed.quantization.dump(), fuzzed.description.dump(1));
}

}  // namespace ampa::network_fuzz
