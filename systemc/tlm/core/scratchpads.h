// The scratchpads of a core at transaction level: two halves each, which one engine fills and another one frees.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

#include "tlm/core/job_words.h"

namespace ampa::tlm {

// Counts of halves filled and freed since a job began. The functions that wait return in the first cycle in which what
// they wait for is seen.
class Halves {
 public:
  void clear() { filled_ = freed_ = 0; }
  std::int64_t filled() const { return filled_; }
  std::int64_t freed() const { return freed_; }
  void fill() {
    ++filled_;
    changed_.notify();
  }
  void free() {
    ++freed_;
    changed_.notify();
  }
  void wait_for_room() const {
    while (filled_ - freed_ >= 2) sc_core::wait(changed_);
  }
  void wait_until_filled(std::int64_t count) const {
    while (filled_ < count) sc_core::wait(changed_);
  }
  void wait_until_freed(std::int64_t count) const {
    while (freed_ < count) sc_core::wait(changed_);
  }
  void trace(sc_core::sc_trace_file* file, const std::string& name) const {
    sc_core::sc_trace(file, filled_, name + "_filled");
    sc_core::sc_trace(file, freed_, name + "_freed");
  }

 private:
  std::int64_t filled_ = 0, freed_ = 0;
  sc_core::sc_event changed_;
};

// A slab in a half: its bytes as they lie in memory, from the beat on in which it begins.
struct OperandHalf {
  std::vector<std::uint8_t> bytes;
  std::int64_t first_bit = 0;  // of the slab in the bytes
  std::uint32_t gy0 = 0, s_offset = 0;
};
struct OperandPad {
  Halves halves;
  std::array<OperandHalf, 2> half;
};

// Sums of a block, row by row.
struct ResultPad {
  Halves halves;
  std::array<std::vector<std::int64_t>, 2> sums;
};

// Packed codes of a block.
struct CodePad {
  Halves halves;
  std::array<std::vector<std::uint8_t>, 2> bytes;
};

struct Scratchpads {
  OperandPad a, b;
  ResultPad results;
  CodePad codes;

  void clear() {
    a.halves.clear();
    b.halves.clear();
    results.halves.clear();
    codes.halves.clear();
  }
};

}  // namespace ampa::tlm
