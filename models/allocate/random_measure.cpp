// A control: every update draws its order. Element 3 * layer + (0 w, 1 a, 2 g) of the stream (seed, epoch,
// kRandomRanks), 32 bits of it over 2^32.
#include "allocate/measure.h"
#include "numerics/random_stream.h"

namespace ampa::allocate {
namespace {

LayerSensitivity draw(const DrawPlace& place) {
  const numerics::RandomStream stream{place.seed, static_cast<std::uint32_t>(place.epoch),
                                      static_cast<std::uint32_t>(numerics::StreamPurpose::kRandomRanks)};
  const auto unit = [&](std::size_t kind) { return stream.bits32(3 * place.layer + kind) * 0x1p-32; };
  return {unit(0), unit(1), unit(2)};
}

}  // namespace

Measure random_measure() {
  Measure row = {"random", "a control: drawn anew at every update",
                 [](const StepMeans&) { return LayerSensitivity{}; }};
  row.drawn = draw;
  return row;
}

}  // namespace ampa::allocate
