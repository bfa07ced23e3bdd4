// One width for everything.
#include <fmt/format.h>

#include "allocate/allocator.h"
#include "common/error.h"

namespace ampa::allocate {
namespace {

class FixedAllocator : public Allocator {
 public:
  FixedAllocator(Bits width, int num_layers)
      : width_(width), bits_(static_cast<std::size_t>(num_layers), LayerBits{width, width, width}) {}

  std::string_view name() const override { return "fixed"; }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t) const override { return false; }
  void update(const std::vector<LayerSensitivity>&) override {}
  Json state() const override { return {{"allocator", "fixed"}, {"bits", width_}}; }

  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != "fixed")
      reader.fail("allocator", "\"fixed\"", kind);
    reader.integer("bits", width_, width_);
    reader.finish();
  }

 private:
  Bits width_;
  std::vector<LayerBits> bits_;
};

// Widths out of range are an InputError.
std::unique_ptr<Allocator> make(const AllocatorConfig& config, int num_layers) {
  if (config.fixed_bits < kMinBits || config.fixed_bits > kMaxBits)
    throw InputError(
        fmt::format("fixed bits: expected a width in {}..{}, found {}", kMinBits, kMaxBits, config.fixed_bits));
  return std::make_unique<FixedAllocator>(config.fixed_bits, num_layers);
}

}  // namespace

AllocatorInfo fixed_allocator() {
  AllocatorInfo row;
  row.name = "fixed";
  row.description = "one width for every operand of every layer, for the whole run";
  row.make = make;
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    row.schemes.push_back({fmt::format("int{}", bits), bits,
                           fmt::format("weights, activations and gradients in {} bits throughout", bits)});
  return row;
}

}  // namespace ampa::allocate
