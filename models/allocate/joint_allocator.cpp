// Several widths, each for everything, trained one after the other on every batch: Double Rounding (arXiv 2502.01199,
// Algorithm A.2). The widths in force, and those of a record, are the highest ones.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "allocate/allocator.h"
#include "allocate/joint_widths.h"
#include "allocate/width_mixing.h"
#include "common/error.h"

namespace ampa::allocate {

AllocatorInfo joint_allocator();

namespace {

class JointAllocator : public Allocator {
 public:
  JointAllocator(std::vector<Bits> widths, int num_layers)
      : widths_(std::move(widths)),
        bits_(static_cast<std::size_t>(num_layers), LayerBits{widths_.front(), widths_.front(), widths_.front()}) {}

  std::string_view name() const override { return "joint"; }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t) const override { return false; }
  void update(const std::vector<LayerSensitivity>&) override {}
  Json state() const override { return {{"allocator", "joint"}, {"widths", widths_}}; }

  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != "joint")
      reader.fail("allocator", "\"joint\"", kind);
    std::vector<Bits> kept;
    for (const std::int64_t bits : reader.integers("widths", kMinBits, kMaxBits))
      kept.push_back(static_cast<Bits>(bits));
    if (kept != widths_)
      reader.fail("widths", fmt::format("{}", fmt::join(widths_, ", ")), fmt::format("{}", fmt::join(kept, ", ")));
    reader.finish();
  }

 private:
  std::vector<Bits> widths_;
  std::vector<LayerBits> bits_;
};

std::unique_ptr<Allocator> make(const AllocatorConfig& config, int num_layers) {
  return std::make_unique<JointAllocator>(joint_widths(config.options), num_layers);
}

void check(const JsonReader& reader, const Json& values) {
  const std::vector<Bits> widths = joint_widths(values);
  for (std::size_t i = 1; i < widths.size(); ++i)
    if (widths[i] >= widths[i - 1]) reader.fail("widths", "falling widths", fmt::format("{}", fmt::join(widths, ", ")));
  if (widths.empty()) reader.fail("widths", "at least one width", "none");
}

std::vector<std::string> mixing_ways() {
  std::vector<std::string> names;
  for (const WidthMixing& row : width_mixings())
    if (row.tickets != nullptr) names.push_back(row.name);
  return names;
}

std::vector<std::string> notices(const AllocatorConfig& config, int, std::int64_t epochs) {
  const Json values = settings::resolved(joint_allocator().own, config.options);
  const auto from = values.at("mixing_from").get<std::int64_t>();
  if (values.at("mixing") == "none" || from < epochs) return {};
  return {fmt::format("mixing_from: no epoch is mixed: the run has {}, and the mixed stage begins behind {}", epochs,
                      from)};
}

}  // namespace

std::vector<Bits> joint_widths(const Json& values) {
  std::vector<Bits> widths;
  for (const Json& bits : values.at("widths")) widths.push_back(bits.get<Bits>());
  return widths;
}

AllocatorInfo joint_allocator() {
  AllocatorInfo row;
  row.name = "joint";
  row.description = "several widths trained together, each for every layer";
  row.make = make;
  row.schemes = {{"double-rounding", 8, "one integer model for several widths, forward in integers (Double Rounding)"}};
  row.own = {{settings::integers("widths", kMinBits, kMaxBits)
                  .in("bits")
                  .about("the widths that are trained together, falling; weights are kept at the first")
                  .by_default(Json::array({8, 6, 4, 2})),
              settings::choice("scale_rates", {"relative", "published", "off"})
                  .about("how the rate of learned scales follows from width and gradients (ALRS)")
                  .by_default("relative"),
              settings::choice("mixing", width_mixing_names())
                  .about("how layers come to widths of their own in the mixed stage (HASB)")
                  .by_default("none"),
              settings::integer("mixing_from", 0, 100000)
                  .in("epochs")
                  .about("the first epoch of the mixed stage, which lasts to the end")
                  .acts_only(settings::with("mixing", mixing_ways()))
                  .by_default(0),
              settings::integer("mixing_probes", 1, 10000)
                  .in("probes")
                  .about("probes of the Hessian traces at the start of a mixed epoch, one on each batch")
                  .acts_only(settings::with("mixing", {"hasb"}))
                  .by_default(8)},
             check};
  row.notices = notices;
  return row;
}

}  // namespace ampa::allocate
