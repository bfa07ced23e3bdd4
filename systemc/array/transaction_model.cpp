#include <vector>

#include "array/array_model.h"
#include "timing/fused_formats.h"
#include "timing/tile_cycles.h"

namespace ampa::systemc {
namespace {

// The operands of lanes [0, lanes) in use as plain integers: lane-major, `macs` of them for each step.
std::vector<std::int16_t> unpack(const std::uint32_t* words, std::int64_t steps, std::int64_t lanes,
                                 std::int64_t stride, int macs, int code, bool is_signed) {
  std::vector<std::int16_t> operands(static_cast<std::size_t>(steps * lanes * macs));
  const int container = timing::container_bits(code), bits = timing::mode_bits(code);
  const std::uint32_t mask = (1u << bits) - 1, sign = is_signed ? 1u << (bits - 1) : 0;
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    std::int16_t* operand = operands.data() + lane * steps * macs;
    for (std::int64_t step = 0; step < steps; ++step) {
      const std::uint32_t word = words[step * stride + lane];
      for (int index = 0; index < macs; ++index) {
        const std::uint32_t value = (word >> (container * index)) & mask;
        *operand++ =
            static_cast<std::int16_t>(static_cast<std::int32_t>(value ^ sign) - static_cast<std::int32_t>(sign));
      }
    }
  }
  return operands;
}

class TransactionModel : public ArrayModel {
 public:
  explicit TransactionModel(const timing::HardwarePoint& point) : rows_(point.rows), cols_(point.cols) {}

  gemm::JobCycles run_tile(const Tile& tile) override {
    const int macs = timing::fused_macs(tile.a_code, tile.b_code);
    const auto a = unpack(tile.a_words, tile.steps, tile.rows, rows_, macs, tile.a_code, tile.a_signed);
    const auto b = unpack(tile.b_words, tile.steps, tile.cols, cols_, macs, tile.b_code, tile.b_signed);
    const std::int64_t depth = tile.steps * macs;
    for (std::int64_t row = 0; row < tile.rows; ++row)
      for (std::int64_t col = 0; col < tile.cols; ++col) {
        std::int32_t sum = 0;
        for (std::int64_t k = 0; k < depth; ++k) sum += a[row * depth + k] * b[col * depth + k];
        tile.results[row * cols_ + col] = sum;
      }
    return timing::tile_cycles(tile.steps, tile.rows, tile.cols);
  }

 private:
  std::int64_t rows_, cols_;
};

}  // namespace

std::unique_ptr<ArrayModel> make_transaction_model(const timing::HardwarePoint& point) {
  return std::make_unique<TransactionModel>(point);
}

}  // namespace ampa::systemc
