#include "tlm/array/transaction_model.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "numerics/accumulator.h"
#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"

namespace ampa::tlm {
namespace {

// The value of the bits of an operand that a packed word of `plane` holds; the whole operand without planes.
class Decoder {
 public:
  Decoder(timing::Pe pe, timing::Side side, CodeFormat format, CodeFormat other)
      : macs_(timing::pe_formats(pe).macs(format, other)),
        container_(timing::container_bits(pe, format, side)),
        mode_(timing::pe_formats(pe).mode_bits(format)),
        planes_(timing::num_planes(pe, format, side)),
        words_(timing::num_words(pe, side)),
        has_digits_(timing::pe_formats(pe).has_digits() && side == timing::Side::kA),
        has_last_lanes_(macs_ == timing::kLanes && !timing::pe_formats(pe).is_grid),
        format_(format) {}
  int macs() const { return macs_; }
  int planes() const { return planes_; }
  int words() const { return words_; }                     // of 32 bits
  bool has_last_lanes() const { return has_last_lanes_; }  // the array clears lanes beyond those in use

  std::int32_t operand(const std::uint32_t* word, int index, int plane) const {
    const int bit = container_ * index;
    const std::uint32_t bits = word[bit / 32] >> (bit % 32);
    if (has_digits_) return digit(static_cast<std::int32_t>(bits & 7), plane);
    const auto value = static_cast<std::int32_t>(bits & ((1u << mode_) - 1));
    if (format_.is_two_level()) return 2 * value - 1;
    return planes_ > 1 ? weigh(value, plane) : extend(value);
  }

 private:
  std::int32_t extend(std::int32_t value) const {
    const std::int32_t sign = format_.is_signed ? 1 << (mode_ - 1) : 0;
    return (value ^ sign) - sign;
  }
  std::int32_t weigh(std::int32_t bit, int plane) const {
    return format_.is_signed && plane == format_.bits - 1 ? -(bit << plane) : bit << plane;
  }

  // The digit of a plane at its weight; the upper bit of an unsigned operand's top digit is no sign.
  std::int32_t digit(std::int32_t bits, int plane) const {
    const std::int32_t upper = plane == 0 && !format_.is_signed ? 2 : -2;
    return (upper * (bits >> 2) + (bits >> 1 & 1) + (bits & 1)) * (1 << (2 * (planes_ - 1 - plane)));
  }

  int macs_, container_, mode_, planes_, words_;
  bool has_digits_, has_last_lanes_;
  CodeFormat format_;
};

// Operands of `count` slices, macs each, their planes [first, last] added up; word(slice, plane) fetches. Zero beyond
// the lanes in use of the last slice.
template <class Word>
void decode(const Decoder& decoder, std::int64_t count, std::int64_t last_lanes, int first, int last, const Word& word,
            std::int16_t* out) {
  for (std::int64_t slice = 0; slice < count; ++slice) {
    const std::int64_t lanes = decoder.has_last_lanes() && slice == count - 1 ? last_lanes : decoder.macs();
    for (std::int64_t i = 0; i < decoder.macs(); ++i) {
      std::int32_t value = 0;
      for (int plane = first; plane <= last && i < lanes; ++plane)
        value += decoder.operand(word(slice, plane), static_cast<int>(i), plane);
      *out++ = static_cast<std::int16_t>(value);
    }
  }
}

// Adds as the array does. Returns whether the sum leaves 32 bits.
bool add(std::int32_t& sum, std::int32_t product) {
  const std::int64_t exact = std::int64_t{sum} + product;
  sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(exact));
  return exact != sum;
}

std::uint32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t depth) {
  std::uint32_t sum = 0;
  for (std::int64_t k = 0; k < depth; ++k) sum += static_cast<std::uint32_t>(a[k] * b[k]);
  return sum;
}

class TransactionModel : public rtl::ArrayModel {
 public:
  explicit TransactionModel(const timing::HardwarePoint& point) : point_(point), run_(point) {}

  gemm::JobCycles run_tile(const rtl::Tile& tile) override {
    const bool is_ws = point_.dataflow == timing::Dataflow::kWeightStationary;
    if (timing::pe_formats(point_.pe).is_grid) {
      run_output_stationary(tile);
      has_deep_tile_ = has_deep_tile_ || is_too_deep(tile);
      return run_.add(tile.steps * timing::num_planes(point_.pe, tile.a, timing::Side::kA), tile.rows);
    }
    const bool overflows = may_overflow(tile, is_ws) && (is_ws ? weight_stationary_overflows(tile)  //
                                                               : output_stationary_overflows(tile));
    if (is_ws)
      run_weight_stationary(tile);
    else
      run_output_stationary(tile);
    const gemm::JobCycles cycles = timing::tile_cycles(point_, tile.a, tile.b, tile.steps, tile.rows, tile.cols);
    if (overflows) throw rtl::SumOverflow(cycles);
    return cycles;
  }

  gemm::JobCycles finish() override {
    const gemm::JobCycles cycles = run_.finish();
    if (std::exchange(has_deep_tile_, false)) throw rtl::SumOverflow(cycles);
    return cycles;
  }

 private:
  Decoder a_decoder(const rtl::Tile& tile) const { return {point_.pe, timing::Side::kA, tile.a, tile.b}; }
  Decoder b_decoder(const rtl::Tile& tile) const { return {point_.pe, timing::Side::kB, tile.b, tile.a}; }

  // A grid looks at the depth only.
  bool is_too_deep(const rtl::Tile& tile) const {
    const std::int64_t macs = timing::pe_formats(point_.pe).macs(tile.a, tile.b);
    return (tile.steps - 1) * macs + tile.last_lanes > numerics::max_accumulator_depth(tile.a, tile.b);
  }

  // Whether sums could leave 32 bits on their way, by the sizes of what is added.
  bool may_overflow(const rtl::Tile& tile, bool is_ws) const {
    const std::int64_t macs = timing::pe_formats(point_.pe).macs(tile.a, tile.b);
    std::int64_t bound = (is_ws ? tile.rows : tile.steps) * macs << (tile.a.bits + tile.b.bits);
    std::int64_t start = 0;
    for (std::int64_t i = 0; is_ws && tile.accumulate && i < tile.steps * point_.cols; ++i)
      start = std::max(start, std::abs(std::int64_t{tile.results[i]}));
    return bound + start > INT32_MAX;
  }

  // What a pair of words adds, `lanes` products of it in use.
  static std::int32_t product(const Decoder& a, const Decoder& b, const std::uint32_t* a_word,
                              const std::uint32_t* b_word, int a_plane, int b_plane, std::int64_t lanes) {
    std::int32_t sum = 0;
    const std::int64_t used = a.has_last_lanes() ? lanes : a.macs();
    for (int i = 0; i < used; ++i) sum += a.operand(a_word, i, a_plane) * b.operand(b_word, i, b_plane);
    return sum;
  }

  // A pair of words after the other is added, the planes of B in the inner loop.
  bool output_stationary_overflows(const rtl::Tile& tile) const {
    const Decoder a = a_decoder(tile), b = b_decoder(tile);
    for (std::int64_t row = 0; row < tile.rows; ++row)
      for (std::int64_t col = 0; col < tile.cols; ++col) {
        std::int32_t sum = 0;
        for (std::int64_t step = 0; step < tile.steps; ++step)
          for (int i = 0; i < a.planes(); ++i)
            for (int j = 0; j < b.planes(); ++j)
              if (add(sum, product(a, b, tile.a_words + (step * a.planes() + i) * point_.rows + row,
                                   tile.b_words + (step * b.planes() + j) * point_.cols + col, i, j,
                                   step == tile.steps - 1 ? tile.last_lanes : a.macs())))
                return true;
      }
    return false;
  }

  // A sum passes the slices from the first one on.
  bool weight_stationary_overflows(const rtl::Tile& tile) const {
    const Decoder a = a_decoder(tile), b = b_decoder(tile);
    for (std::int64_t m = 0; m < tile.steps; ++m)
      for (std::int64_t col = 0; col < tile.cols; ++col) {
        std::int32_t sum = tile.accumulate ? tile.results[m * point_.cols + col] : 0;
        for (std::int64_t slice = 0; slice < tile.rows; ++slice)
          if (add(sum, product(a, b, tile.a_words + (m * a.planes() + tile.a_plane) * point_.rows + slice,
                               tile.b_words + (slice * b.planes() + tile.b_plane) * point_.cols + col, tile.a_plane,
                               tile.b_plane, slice == tile.rows - 1 ? tile.last_lanes : a.macs())))
            return true;
      }
    return false;
  }

  // One lane of an output-stationary side: all slices, all planes.
  std::vector<std::int16_t> lanes(const rtl::Tile& tile, const Decoder& decoder, const std::uint32_t* words,
                                  std::int64_t side, std::int64_t used) const {
    const std::int64_t depth = tile.steps * decoder.macs();
    std::vector<std::int16_t> operands(static_cast<std::size_t>(used * depth));
    for (std::int64_t lane = 0; lane < used; ++lane)
      decode(
          decoder, tile.steps, tile.last_lanes, 0, decoder.planes() - 1,
          [&](std::int64_t step, int plane) {
            return words + ((step * decoder.planes() + plane) * side + lane) * decoder.words();
          },
          operands.data() + lane * depth);
    return operands;
  }

  void run_output_stationary(const rtl::Tile& tile) const {
    const Decoder decode_a = a_decoder(tile), decode_b = b_decoder(tile);
    const std::vector<std::int16_t> a = lanes(tile, decode_a, tile.a_words, point_.rows, tile.rows);
    const std::vector<std::int16_t> b = lanes(tile, decode_b, tile.b_words, point_.cols, tile.cols);
    const std::int64_t depth = tile.steps * decode_a.macs();
    for (std::int64_t row = 0; row < tile.rows; ++row)
      for (std::int64_t col = 0; col < tile.cols; ++col)
        tile.results[row * point_.cols + col] =
            static_cast<std::int32_t>(dot(a.data() + row * depth, b.data() + col * depth, depth));
  }

  void run_weight_stationary(const rtl::Tile& tile) const {
    const Decoder decode_a = a_decoder(tile), decode_b = b_decoder(tile);
    const std::int64_t depth = tile.rows * decode_a.macs();
    std::vector<std::int16_t> a(static_cast<std::size_t>(depth)), b(static_cast<std::size_t>(depth * tile.cols));
    for (std::int64_t col = 0; col < tile.cols; ++col)
      decode(
          decode_b, tile.rows, tile.last_lanes, tile.b_plane, tile.b_plane,
          [&](std::int64_t slice, int plane) {
            return tile.b_words + (slice * decode_b.planes() + plane) * point_.cols + col;
          },
          b.data() + col * depth);
    for (std::int64_t m = 0; m < tile.steps; ++m) {
      decode(
          decode_a, tile.rows, tile.last_lanes, tile.a_plane, tile.a_plane,
          [&](std::int64_t slice, int plane) {
            return tile.a_words + (m * decode_a.planes() + plane) * point_.rows + slice;
          },
          a.data());
      for (std::int64_t col = 0; col < tile.cols; ++col) {
        std::int32_t& result = tile.results[m * point_.cols + col];
        const std::uint32_t start = tile.accumulate ? static_cast<std::uint32_t>(result) : 0;
        result = static_cast<std::int32_t>(start + dot(a.data(), b.data() + col * depth, depth));
      }
    }
  }

  timing::HardwarePoint point_;
  timing::GridRun run_;  // of a grid
  bool has_deep_tile_ = false;
};

}  // namespace

std::unique_ptr<rtl::ArrayModel> make_transaction_model(const timing::HardwarePoint& point) {
  return std::make_unique<TransactionModel>(point);
}

}  // namespace ampa::tlm
