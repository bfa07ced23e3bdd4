#include "config/assign_rows.h"

#include "allocate/width_costs.h"
#include "config/uses.h"

namespace ampa::config {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 60;

std::vector<std::string> cost_names() {
  std::vector<std::string> names;
  for (const allocate::WidthCost& row : allocate::width_costs()) names.push_back(row.name);
  return names;
}

}  // namespace

void add_assign_rows(std::vector<SettingRow>& rows) {
  const auto add = [&](const settings::Setting& setting) { rows.push_back({setting, {in("assign-widths")}}); };
  rows.push_back({settings::number("average", {kMinBits, kMaxBits}).in("bits").about("the mean of the widths, at most"),
                  {needed("assign-widths")}});
  add(settings::choice("average_of", {"layers", "weights"})
          .by_default("layers")
          .about("what it is a mean over: layers alike, or weights, which is the model's size"));
  add(settings::integers("widths", kMinBits, kMaxBits)
          .in("bits")
          .by_default_words("the run's")
          .about("the widths to choose from, of those that the run trained"));
  add(settings::choice("cost", cost_names())
          .by_default(cost_names().front())
          .about(
              "what is least: error, Tr / n times the squared error of the weights; or trace, Tr / n times the bits, "
              "is most"));
  add(settings::integer("probes", 1, 100000)
          .in("probes")
          .by_default(20)
          .about("probes of the Hessian traces, each on a batch of training samples"));
  add(settings::integer("calibrate", 0, kMost)
          .in("samples")
          .by_default_words("1024; of a run with a mixed stage 0")
          .about("training samples by which batch norm is calibrated to widths before they are tested; 0: none"));
}

}  // namespace ampa::config
