#include "data/picture_store.h"

#include <catch2/catch.hpp>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data_folder.h"
#include "picture_writer.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kCount = 150;        // more than are read at once
constexpr std::int64_t kBytes = 3 * 4 * 6;  // of one in the store

// Pictures of 6 x 9 pixels, each of its number.
struct Numbered : DataFolder {
  Numbered() {
    for (std::int64_t i = 0; i < kCount; ++i) write_png(file(i), plain(3, 6, 9, static_cast<std::uint8_t>(i)));
  }
  std::filesystem::path file(std::int64_t index) const { return path() / (std::to_string(index) + ".png"); }
  PictureStore store(
      std::int64_t max_bytes, const PictureStore::Visit& visit = [](auto&&...) {}) const {
    return {kCount, [this](std::int64_t index) { return file(index); }, 4, max_bytes, visit};
  }
};

}  // namespace

TEST_CASE("picture store: every picture is seen once in order, the first that fit stay, and all can be had") {
  const Numbered folder;
  const auto [max_bytes, num_kept] = GENERATE(table<std::int64_t, std::int64_t>(
      {{0, 0}, {kBytes - 1, 0}, {kBytes, 1}, {100 * kBytes + 1, 100}, {std::int64_t{1} << 40, kCount}}));
  std::int64_t num_seen = 0;
  const PictureStore store =
      folder.store(max_bytes, [&](std::int64_t index, const Picture& picture, const std::string& digest) {
        CHECK(index == num_seen++);
        CHECK(picture.shape == ir::Shape{3, 4, 6});
        CHECK(digest == sha256_hex({reinterpret_cast<const char*>(picture.pixels.data()), picture.pixels.size()}));
      });
  CHECK(num_seen == kCount);
  CHECK(store.count() == kCount);
  CHECK(store.num_kept() == num_kept);
  for (std::int64_t i = 0; i < kCount; ++i)
    store.with(i, [&](const Picture& picture) {
      CHECK(picture.pixels == std::vector<std::uint8_t>(kBytes, static_cast<std::uint8_t>(i)));
    });
}

TEST_CASE("picture store: the first bad file is the one that is named, and a file that changed is refused") {
  const Numbered folder;
  const PictureStore store = folder.store(0);
  write_png(folder.file(7), plain(3, 6, 9, 200));
  CHECK_THROWS_WITH(store.with(7, [](const Picture&) {}),
                    Catch::EndsWith("7.png: expected the picture that was in it at the start, found another"));
  CHECK_NOTHROW(store.with(8, [](const Picture&) {}));
  for (const std::int64_t bad : {60, 20, 40}) {
    std::filesystem::resize_file(folder.file(bad), 30);
    CHECK_THROWS_WITH(folder.store(0),
                      Catch::Contains((bad == 60 ? "60" : "20") + std::string(".png: expected a whole PNG file")));
  }
}

TEST_CASE("picture store: a picture that would become very long is refused before it does") {
  const Numbered folder;
  write_png(folder.file(3), plain(3, 1, 5000, 0));
  CHECK_THROWS_WITH(folder.store(0),
                    Catch::EndsWith("3.png: expected a picture of at most 16384 pixels along where its "
                                    "shorter side is brought to 4, found 1 x 5000, which become 20000"));
}

}  // namespace ampa::data
