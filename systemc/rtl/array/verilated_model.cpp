#include "ampa_verilated_points.h"
#include "rtl/array/verilated_array.h"

namespace ampa::rtl {

std::unique_ptr<VerilatedModel> make_verilated_model(const timing::HardwarePoint& point) {
#define AMPA_POINT(point_name, Verilated, is_ws) \
  if (point.name == point_name) return std::make_unique<VerilatedArray<Verilated, is_ws>>(point);
  AMPA_VERILATED_POINTS(AMPA_POINT)
#undef AMPA_POINT
  std::string names;
  for (const timing::HardwarePoint& known : timing::design_points())
    if (known.verilated) names += (names.empty() ? "" : ", ") + known.name;
  throw InputError(fmt::format("point: expected one with an RTL model ({}), found '{}'", names, point.name));
}

}  // namespace ampa::rtl
