#include "data/picture_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string_view>
#include <thread>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/thread_pool.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kAtATime = 64;  // pictures that are in memory while the files are read for the first time

constexpr std::int64_t kMaxSide = 16384;  // of what stays of a picture, as of files

Picture with_short_side(const Picture& picture, std::int64_t side, const std::filesystem::path& path) {
  const std::int64_t height = picture.shape.height, width = picture.shape.width, shorter = std::min(height, width);
  const std::int64_t longer = std::max(height, width) * side / shorter;
  if (longer > kMaxSide)
    throw InputError(
        fmt::format("{}: expected a picture of at most {} pixels along where its shorter side is brought to "
                    "{}, found {} x {}, which become {}",
                    path.string(), kMaxSide, side, height, width, longer));
  return resized(picture, std::max(side, height * side / shorter), std::max(side, width * side / shorter));
}

std::string digest_of(const Picture& picture) {
  return sha256_hex({reinterpret_cast<const char*>(picture.pixels.data()), picture.pixels.size()});
}

template <typename Check>
Check start_of(const std::string& digest) {
  Check check;
  std::copy_n(digest.begin(), check.size(), check.begin());
  return check;
}

struct Read {
  Picture picture;
  std::string digest;
  std::exception_ptr error;
};

}  // namespace

PictureStore::PictureStore(std::int64_t count, PathOf path, std::int64_t short_side, std::int64_t max_bytes,
                           const Visit& visit)
    : path_(std::move(path)), short_side_(short_side) {
  checks_.reserve(static_cast<std::size_t>(count));
  ThreadPool threads(static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 16u)));
  std::vector<Read> chunk;
  bool keeps = true;
  for (std::int64_t first = 0; first < count; first += kAtATime) {
    chunk.clear();
    chunk.resize(static_cast<std::size_t>(std::min(kAtATime, count - first)));
    threads.for_each_part(static_cast<std::int64_t>(chunk.size()), [&](std::int64_t i) {
      Read& read = chunk[static_cast<std::size_t>(i)];
      try {
        read.picture = decoded(first + i);
        read.digest = digest_of(read.picture);
      } catch (...) {
        read.error = std::current_exception();
      }
    });
    for (Read& read : chunk) {
      if (read.error) std::rethrow_exception(read.error);
      visit(this->count(), read.picture, read.digest);
      checks_.push_back(start_of<Check>(read.digest));
      max_bytes -= static_cast<std::int64_t>(read.picture.pixels.size());
      keeps = keeps && max_bytes >= 0;
      if (keeps) kept_.push_back(std::move(read.picture));
    }
  }
}

Picture PictureStore::decoded(std::int64_t index) const {
  const std::filesystem::path path = path_(index);
  return with_short_side(read_picture(path, Colours::kRgb), short_side_, path);
}

Picture PictureStore::read_again(std::int64_t index) const {
  Picture picture = decoded(index);
  if (start_of<Check>(digest_of(picture)) != checks_[static_cast<std::size_t>(index)])
    throw InputError(
        fmt::format("{}: expected the picture that was in it at the start, found another", path_(index).string()));
  return picture;
}

}  // namespace ampa::data
