// Arrays that are used one after the other for different tensors of one size.
#pragma once

#include <Eigen/Core>
#include <map>
#include <utility>
#include <vector>

#include "common/huge_pages.h"

namespace ampa::nn {

// Memory that was written a moment ago is nearer than memory of its own for every tensor, and there is less of it.
class ArrayPool {
 public:
  // `size` elements of any value.
  Eigen::ArrayXf take(Eigen::Index size) {
    std::vector<Eigen::ArrayXf>& arrays = free_[size];
    if (arrays.empty()) {
      Eigen::ArrayXf array(size);
      prefer_huge_pages(array.data(), static_cast<std::size_t>(size) * sizeof(float));
      return array;
    }
    Eigen::ArrayXf array = std::move(arrays.back());
    arrays.pop_back();
    return array;
  }
  void give(Eigen::ArrayXf&& array) {
    if (array.size() > 0) free_[array.size()].push_back(std::move(array));
  }

 private:
  std::map<Eigen::Index, std::vector<Eigen::ArrayXf>> free_;  // the last given is the first taken
};

}  // namespace ampa::nn
