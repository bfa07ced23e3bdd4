// What a step of training costs on a hardware point, by widths: all that an allocator knows of hardware.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "allocate/bit_allocation.h"
#include "common/json_reader.h"

namespace ampa::allocate {

// Cycles of a layer's jobs in one training step. Each pass has two operands: fwd activations and weights, dgrad
// gradients and weights, wgrad gradients and activations (gemm::operand_kinds).
class CostTable {
 public:
  // The file that `ampa estimate --write-cost-table` writes: {"schema_version", "point", "point_version", "widths":
  // [ascending], "layers": [{"layer", "fwd", "dgrad", "wgrad"}]}, where a pass is rows of cycles, one row per width of
  // its first operand, one number per width of its second. Throws InputError naming `source` and the key.
  static CostTable read(const Json& json, const std::string& source);

  int num_layers() const { return static_cast<int>(layers_.size()); }
  const std::string& point() const { return point_; }
  // Of the point when it was costed (timing::version_of); whether that is today's is the caller's to ask.
  std::int64_t point_version() const { return point_version_; }
  const std::vector<Bits>& widths() const { return widths_; }
  bool has(Bits bits) const;

  // Cycles of the layer's jobs of a step. The table has the widths.
  std::int64_t cycles(int layer, LayerBits bits) const;
  std::int64_t cycles(const std::vector<LayerBits>& bits) const;  // of all layers

 private:
  enum Pass { kForward, kDataGradient, kWeightGradient, kNumPasses };
  using Rows = std::vector<std::vector<std::int64_t>>;

  std::size_t place(Bits bits) const;

  std::string point_;
  std::int64_t point_version_ = 0;
  std::vector<Bits> widths_;
  std::vector<std::array<Rows, kNumPasses>> layers_;
};

}  // namespace ampa::allocate
