// Functional coverage: which combinations of what matters to an array its jobs have met.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl/array/stress.h"
#include "verify/point_space.h"

namespace ampa::verify {

enum class SizeClass { kOne, kBelow, kEqual, kMultiple, kRagged };  // of an extent, compared with the array's side
constexpr int kNumSizeClasses = 5;
SizeClass size_class(std::int64_t extent, std::int64_t side);

// How K fills the words that enter an element.
enum class ProductsClass { kOne, kBelowWord, kWholeWords, kPartOfWord };
constexpr int kNumProductsClasses = 4;
ProductsClass products_class(std::int64_t products, std::int64_t macs);

enum class Event { kFirst, kSame, kSwitch, kReset };  // what came before the job on the same array
constexpr int kNumEvents = 4;

enum class Pressure { kNone, kOperands, kResults, kBoth };  // which handshakes had to wait
constexpr int kNumPressures = 4;
Pressure pressure_of(const rtl::Stress& stress);

// Operand formats that the array treats alike: a container width and a kind.
struct FormatClass {
  int container = 3;  // 0 .. 3 for 1-2, 3-4, 5-6 and 7-8 bits
  int kind = 0;       // see timing::operand_kind
  friend bool operator==(FormatClass x, FormatClass y) { return x.container == y.container && x.kind == y.kind; }
};
FormatClass class_of(CodeFormat format);
std::vector<FormatClass> format_classes(const PointSpace& space);  // each once

struct Axis {
  std::string name;
  std::vector<std::string> labels;
};

// Counts of every combination of one label of each axis; the last axis varies fastest.
struct Cross {
  std::string name;
  std::vector<Axis> axes;
  std::vector<std::int64_t> counts;

  std::size_t index(const std::vector<int>& labels) const;
  std::vector<int> labels_of(std::size_t index) const;
  std::int64_t num_hit() const;
};

// In words, in the order of the counts.
std::vector<std::string> bins_not_met(const Cross& cross);

// One bin that no job met. `reason` says why none can; empty if there is no such reason.
struct Hole {
  std::string cross;
  std::string bin;  // "rows: 1, columns: < side, ..."
  std::string reason;
};

class Coverage {
 public:
  explicit Coverage(const PointSpace& space);

  // A job that ran on an array on which `previous` ran before; none: the first one.
  void add(const gemm::JobShape& shape, const rtl::Stress& stress, const gemm::JobShape* previous);

  const std::vector<Cross>& crosses() const { return crosses_; }
  std::vector<Hole> holes() const;

 private:
  PointSpace space_;
  std::vector<FormatClass> classes_;
  std::vector<Cross> crosses_;  // formats, stress, sizes
};

}  // namespace ampa::verify
