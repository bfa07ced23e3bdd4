// Which bytes of the arrays that loops run over come from memory: those that a cache of a given size does not hold.
#pragma once

#include <cstdint>
#include <unordered_map>

namespace ampa::bench {

struct Traffic {
  std::int64_t read = 0, written = 0;  // bytes
  std::int64_t total() const { return read + written; }
};

// Holds the pieces that were touched last. A piece that is read counts when the cache does not hold it, one that is
// written when it becomes different from memory; that a cache reads a line before it is written does not count.
class CacheModel {
 public:
  explicit CacheModel(std::int64_t bytes) : capacity_(bytes / kPiece) {}

  void read(const void* begin, std::int64_t bytes, Traffic& traffic) {
    for_each_piece(begin, bytes, [&](Piece& piece) {
      if (!touch(piece)) traffic.read += kPiece;
    });
  }
  void write(const void* begin, std::int64_t bytes, Traffic& traffic) {
    for_each_piece(begin, bytes, [&](Piece& piece) {
      touch(piece);
      if (!piece.dirty) traffic.written += kPiece;
      piece.dirty = true;
    });
  }

 private:
  static constexpr std::int64_t kPiece = 256;  // bytes
  struct Piece {
    std::int64_t last = INT64_MIN / 2;  // pieces that had come from memory when this one was touched
    bool dirty = false;
  };

  // Whether the cache held it; it does now.
  bool touch(Piece& piece) {
    const bool held = num_come_ - piece.last < capacity_;
    if (!held) {
      ++num_come_;
      piece.dirty = false;
    }
    piece.last = num_come_;
    return held;
  }

  template <typename Visit>
  void for_each_piece(const void* begin, std::int64_t bytes, const Visit& visit) {
    if (bytes <= 0) return;
    const auto first = reinterpret_cast<std::intptr_t>(begin);
    for (std::intptr_t piece = first / kPiece; piece <= (first + bytes - 1) / kPiece; ++piece) visit(pieces_[piece]);
  }

  std::int64_t capacity_, num_come_ = 0;
  std::unordered_map<std::intptr_t, Piece> pieces_;
};

}  // namespace ampa::bench
