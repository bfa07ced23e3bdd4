// The pictures of a data set in files, decoded when they are asked for: in memory is what fits into a bound.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/picture.h"

namespace ampa::data {

class PictureStore {
 public:
  // `path(i)` names the file of picture i, 0 <= i < count, and is called whenever it is read.
  using PathOf = std::function<std::filesystem::path(std::int64_t index)>;
  // Called for every picture, in order, while it is in memory: the picture as get() gives it, and the SHA-256 of its
  // pixels in lower-case hexadecimal.
  using Visit = std::function<void(std::int64_t index, const Picture& picture, const std::string& digest)>;

  // Reads every picture once, in RGB with its shorter side brought to `short_side`, several at a time; the first ones
  // that together have at most `max_bytes` of pixels stay in memory. Throws InputError for the first file that cannot
  // be read, or whose longer side would have more than 16384 pixels.
  PictureStore(std::int64_t count, PathOf path, std::int64_t short_side, std::int64_t max_bytes, const Visit& visit);

  std::int64_t count() const { return static_cast<std::int64_t>(checks_.size()); }
  std::int64_t num_kept() const { return static_cast<std::int64_t>(kept_.size()); }

  // Calls use(picture) with picture `index`, decoded anew if it was not kept, and may be called by several threads at
  // once. Throws InputError if the file no longer holds what it held when the store was made.
  template <typename Use>
  void with(std::int64_t index, const Use& use) const {
    if (index < num_kept())
      use(kept_[static_cast<std::size_t>(index)]);
    else
      use(read_again(index));
  }

 private:
  using Check = std::array<char, 16>;  // the beginning of the digest

  Picture decoded(std::int64_t index) const;
  Picture read_again(std::int64_t index) const;

  PathOf path_;
  std::int64_t short_side_;
  std::vector<Picture> kept_;
  std::vector<Check> checks_;
};

}  // namespace ampa::data
