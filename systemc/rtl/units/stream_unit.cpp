#include "rtl/units/stream_unit.h"

#include "numerics/random_stream.h"

namespace ampa::rtl {

CyclePattern random_pattern(std::uint64_t seed, int percent) {
  const numerics::RandomStream stream{seed, 0, 0};
  const auto limit = static_cast<std::uint32_t>(percent * 65536 / 100);
  return [stream, limit](std::int64_t cycle) { return stream.bits16(static_cast<std::uint64_t>(cycle)) < limit; };
}

}  // namespace ampa::rtl
