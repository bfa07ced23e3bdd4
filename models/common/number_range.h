// Ranges of numbers, with the words in which messages, help and tables name them.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace ampa {

// The finite numbers from min to max; an infinite bound is none.
//   NumberRange{0, 1}                     "a number in [0, 1]"
//   NumberRange::above(0, 1000)           "a number above 0, at most 1000"
//   NumberRange::below(0, 1)              "a number of at least 0, below 1"
//   NumberRange::above(0)                 "a number above 0"
struct NumberRange {
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  double min = -kNone, max = kNone;
  bool above_min = false;  // min itself is outside
  bool below_max = false;  // max itself is outside

  static constexpr NumberRange above(double min, double max = kNone) { return {min, max, true, false}; }
  static constexpr NumberRange below(double min, double max) { return {min, max, false, true}; }

  bool has(double number) const;                         // false for infinities and NaN
  std::string words(const char* what = "number") const;  // with the article: "a number above 0"
};

// "an integer in [1, 8]"; bounds that no person would write (beyond 2^53) are left out: "an integer of at least 1".
std::string integer_words(std::int64_t min, std::int64_t max);

}  // namespace ampa
