#include "common/checked.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

struct Extent {
  std::int64_t count, size;
};

// `whole` in pieces of `piece`: the full ones and the rest.
std::vector<Extent> pieces(std::int64_t whole, std::int64_t piece) {
  std::vector<Extent> extents;
  if (whole >= piece) extents.push_back({whole / piece, piece});
  if (whole % piece > 0) extents.push_back({1, whole % piece});
  return extents;
}

}  // namespace

std::vector<TileKind> tile_kinds(const HardwarePoint& point, const gemm::JobShape& job) {
  const gemm::JobShape shape = array_shape(point, job);
  const bool weight_stationary = point.dataflow == Dataflow::kWeightStationary;
  const std::int64_t passes = weight_stationary ? num_plane_pairs(point, shape.a, shape.b) : 1;
  std::vector<TileKind> kinds;
  for (const Extent& part : pieces(shape.k, array_parts(point, shape).max_depth)) {
    const std::int64_t slices = num_slices(point, shape.a, shape.b, part.size);
    for (const Extent& rows : pieces(weight_stationary ? slices : shape.m, point.rows))
      for (const Extent& cols : pieces(shape.n, usable_cols(point, shape.a, shape.b)))
        kinds.push_back(
            {checked_mul(checked_mul(part.count, rows.count, shape.batch, "tiles"), cols.count, passes, "tiles"),
             weight_stationary ? shape.m : slices, rows.size, cols.size});
  }
  return kinds;
}

}  // namespace ampa::timing
