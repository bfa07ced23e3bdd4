#include "rtl/array/verilated_model.h"

#include "ampa_verilated_points.h"
#include "rtl/array/stressed_array.h"

namespace ampa::rtl {
namespace {

template <class Verilated, bool WeightStationary>
using PlainArray = VerilatedArray<Verilated, WeightStationary>;

// Array<Verilated, whether it is weight stationary> of the point's name.
template <class Model, template <class, bool> class Array>
std::unique_ptr<Model> make(const timing::HardwarePoint& point) {
#define AMPA_POINT(point_name, Verilated, is_ws) \
  if (point.name == point_name) return std::make_unique<Array<Verilated, is_ws>>(point);
  AMPA_VERILATED_POINTS(AMPA_POINT)
#undef AMPA_POINT
  std::string names;
  for (const timing::HardwarePoint& known : timing::design_points())
    if (known.verilated) names += (names.empty() ? "" : ", ") + known.name;
  throw InputError(fmt::format("point: expected one with an RTL model ({}), found '{}'", names, point.name));
}

}  // namespace

std::unique_ptr<ArrayModel> make_verilated_model(const timing::HardwarePoint& point) {
  return make<ArrayModel, PlainArray>(point);
}

std::unique_ptr<StressedModel> make_stressed_model(const timing::HardwarePoint& point) {
  return make<StressedModel, StressedArray>(point);
}

}  // namespace ampa::rtl
