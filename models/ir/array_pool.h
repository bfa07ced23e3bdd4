// Arrays that are used one after the other for different tensors of one size.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "ir/float_array.h"

namespace ampa::ir {

// Memory that was written a moment ago is nearer than memory of its own for every tensor, and there is less of it.
class ArrayPool {
 public:
  // `size` elements of any value.
  FloatArray take(Eigen::Index size) {
    std::vector<FloatArray>& arrays = free_[size];
    if (arrays.empty()) return FloatArray(size);
    FloatArray array = std::move(arrays.back());
    arrays.pop_back();
    array.forget();
    return array;
  }
  void give(FloatArray&& array) {
    if (array.size() > 0) free_[array.size()].push_back(std::move(array));
  }

 private:
  std::map<Eigen::Index, std::vector<FloatArray>> free_;  // the last given is the first taken
};

}  // namespace ampa::ir
