#include "timing/point_version.h"

#include "common/error.h"

namespace ampa::timing {
namespace {

// In the order of Pe. tests/timing/point_version_test.cpp fails where cycles change and the version does not.
constexpr std::int64_t kVersions[] = {
    1,  // int8
    1,  // fused
    1,  // serial
    2,  // mul8: 2, sums leave while the next tile is fed
    2,  // par8: as mul8
    2,  // r4s: as mul8
    2,  // bricks: as mul8
    2,  // pack2: as mul8
    2,  // int8p: as mul8
};

}  // namespace

std::int64_t version_of(const HardwarePoint& point) {
  return kVersions[static_cast<std::size_t>(point.pe)];
}

bool is_current(const std::string& point, std::int64_t version) {
  try {
    return version_of(point_from_string(point)) == version;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace ampa::timing
