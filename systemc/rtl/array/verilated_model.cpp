#include "rtl/array/verilated_model.h"

#include "ampa_verilated_points.h"
#include "rtl/array/stressed_array.h"
#include "rtl/array/waved_array.h"

namespace ampa::rtl {
namespace {

template <class Verilated, bool WeightStationary>
using PlainArray = VerilatedArray<Verilated, WeightStationary>;

// Array<Verilated, whether it is weight stationary> of the point's name; `more` are its arguments besides the point.
template <class Model, template <class, bool> class Array, class... More>
std::unique_ptr<Model> make(const timing::HardwarePoint& point, [[maybe_unused]] const More&... more) {
#define AMPA_POINT(point_name, Verilated, is_ws) \
  if (point.name == point_name) return std::make_unique<Array<Verilated, is_ws>>(point, more...);
  AMPA_VERILATED_POINTS(AMPA_POINT)
#undef AMPA_POINT
  std::string names;
  for (const timing::HardwarePoint& known : timing::design_points())
    if (known.verilated) names += (names.empty() ? "" : ", ") + known.name;
  throw InputError(fmt::format(
      "point: expected one with an RTL model ({}), found '{}': a build with cmake {} has it", names, point.name,
      names.empty() ? "-DAMPA_VERILATE=ON -DAMPA_EXTRA_POINTS=" + point.name : "-DAMPA_EXTRA_POINTS=" + point.name));
}

}  // namespace

std::unique_ptr<ArrayModel> make_verilated_model(const timing::HardwarePoint& point) {
  return make<ArrayModel, PlainArray>(point);
}

std::unique_ptr<ArrayModel> make_waved_model(const timing::HardwarePoint& point, const std::string& path) {
  return make<ArrayModel, WavedArray>(point, path);
}

std::unique_ptr<StressedModel> make_stressed_model(const timing::HardwarePoint& point) {
  return make<StressedModel, StressedArray>(point);
}

}  // namespace ampa::rtl
