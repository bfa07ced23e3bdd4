// Weights and activations of two levels, and gradients that are pruned to one bit on average (1-bit FQT, arXiv
// 2408.14267): the widths do not change, and the settings say what is done with gradients.
#include <fmt/format.h>

#include "allocate/allocator.h"
#include "common/error.h"

namespace ampa::allocate {
namespace {

constexpr const char* kName = "onebit";

class OneBitAllocator : public Allocator {
 public:
  OneBitAllocator(Bits gradient, int num_layers)
      : bits_(static_cast<std::size_t>(num_layers), LayerBits{1, 1, gradient}), gradient_(gradient) {}

  std::string_view name() const override { return kName; }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t) const override { return false; }
  void update(const std::vector<LayerSensitivity>&) override {}
  Json state() const override { return {{"allocator", kName}, {"gradient_bits", gradient_}}; }

  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != kName)
      reader.fail("allocator", fmt::format("\"{}\"", kName), kind);
    reader.integer("gradient_bits", gradient_, gradient_);
    reader.finish();
  }

 private:
  std::vector<LayerBits> bits_;
  Bits gradient_;
};

std::unique_ptr<Allocator> make(const AllocatorConfig& config, int num_layers) {
  const Json& options = config.options;
  const Bits gradient = options.at("gradient_groups") == "fp32" ? kMaxBits : options.at("gradient_bits").get<Bits>();
  return std::make_unique<OneBitAllocator>(gradient, num_layers);
}

void check(const JsonReader& reader, const Json& values) {
  const auto bits = values.at("gradient_bits").get<Bits>();
  const bool pruned = values.at("gradient_groups") == "pruned";
  if (pruned && bits != 2 && bits != 4 && bits != 8)
    reader.fail("gradient_bits", "2, 4 or 8 where gradient_groups is pruned", fmt::format("{}", bits));
}

}  // namespace

AllocatorInfo onebit_allocator() {
  AllocatorInfo row;
  row.name = kName;
  row.description = "weights and activations of two levels, gradients pruned to one bit on average";
  row.make = make;
  row.schemes = {{kName, 8, row.description}};
  row.is_two_level = true;
  row.own = {{settings::choice("gradient_groups", {"pruned", "all", "tensor", "fp32"})
                  .about("pruned: one image (of the data gradient) or output channel (of the weight gradient) in "
                         "gradient_bits is kept (AQ); all: every one, each with a scale (PSQ); tensor: with one scale "
                         "(PTQ); fp32: gradients are not quantized (QAT)")
                  .by_default("pruned"),
              settings::choice("pruning", {"sampled", "top"})
                  .about("which are kept: drawn in proportion to the range and divided by the probability, or those of "
                         "the largest range as they are")
                  .by_default("sampled")
                  .acts_only(settings::with("gradient_groups", {"pruned"})),
              settings::integer("gradient_bits", kMinOperandBits, kMaxBits)
                  .in("bits")
                  .about("width of the gradients that are kept; pruned: 2, 4 or 8")
                  .by_default(4)
                  .acts_only(settings::with("gradient_groups", {"pruned", "all", "tensor"}))},
             check};
  return row;
}

}  // namespace ampa::allocate
