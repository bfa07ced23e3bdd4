// The values of a tensor: an Eigen array in memory of our own choice.
#pragma once

#include <Eigen/Core>
#include <utility>

#include "common/poison.h"
#include "common/uninitialized_vector.h"

namespace ampa::ir {

// As Eigen::ArrayXf, but large ones lie on large pages (common/large_memory.h).
class FloatArray : public Eigen::Map<Eigen::ArrayXf> {
 public:
  using Map = Eigen::Map<Eigen::ArrayXf>;
  FloatArray() : Map(nullptr, 0) {}
  explicit FloatArray(Eigen::Index size) : FloatArray() { resize(size); }
  FloatArray(const FloatArray& other) : FloatArray() { *this = other; }
  FloatArray(FloatArray&& other) noexcept : FloatArray() { swap(other); }
  template <typename Values>
  FloatArray(const Eigen::ArrayBase<Values>& other) : FloatArray() {
    *this = other;
  }

  FloatArray& operator=(const FloatArray& other) { return *this = static_cast<const Map&>(other); }
  FloatArray& operator=(FloatArray&& other) noexcept {
    swap(other);
    return *this;
  }
  template <typename Values>
  FloatArray& operator=(const Eigen::ArrayBase<Values>& other) {
    resize(other.size());
    Map::operator=(other.derived());
    return *this;
  }

  // Leaves the values undefined unless the size stays.
  void resize(Eigen::Index size) {
    if (size == this->size()) return;
    memory_ = {};
    memory_.resize(static_cast<std::size_t>(size));
    point_to_memory();
    forget();
  }

  // What the values are is undefined from now on.
  void forget() { poison(data(), size()); }

  void swap(FloatArray& other) noexcept {
    memory_.swap(other.memory_);
    point_to_memory();
    other.point_to_memory();
  }

 private:
  void point_to_memory() {  // the way in which an Eigen map is moved
    new (static_cast<Map*>(this)) Map(memory_.data(), static_cast<Eigen::Index>(memory_.size()));
  }

  UninitializedVector<float> memory_;
};

}  // namespace ampa::ir
