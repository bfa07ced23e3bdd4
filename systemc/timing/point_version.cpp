#include "timing/point_version.h"

#include "common/error.h"

namespace ampa::timing {
namespace {

// In the order of Pe. tests/timing/point_version_test.cpp fails where cycles change and the version does not.
constexpr std::int64_t kVersions[] = {
    1,  // int8
    1,  // fused
    1,  // serial
    1,  // mul8
    1,  // par8
    1,  // r4s
    1,  // bricks
    1,  // pack2
    1,  // int8p
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
