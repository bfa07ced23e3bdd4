#include "data/picture.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data_folder.h"
#include "picture_writer.h"

namespace ampa::data {
using Catch::Contains;

TEST_CASE("pictures: PNG is exact, JPEG is near, whatever the file is called; grey and colours become each other") {
  const DataFolder folder;
  Picture ramp = plain(3, 5, 7, 0);
  for (std::size_t i = 0; i < ramp.pixels.size(); ++i) ramp.pixels[i] = static_cast<std::uint8_t>(2 * i);
  const auto png = folder.path() / "a.jpg", jpeg = folder.path() / "b.png";
  write_png(png, ramp);
  write_jpeg(jpeg, ramp);
  CHECK(read_picture(png, Colours::kRgb).pixels == ramp.pixels);
  const Picture near = read_picture(jpeg, Colours::kRgb);
  CHECK(near.shape == ramp.shape);
  for (std::size_t i = 0; i < near.pixels.size(); ++i)
    CHECK(std::abs(static_cast<int>(near.pixels[i]) - static_cast<int>(ramp.pixels[i])) < 24);
  CHECK(read_picture(png, Colours::kGrey).shape == ir::Shape{1, 5, 7});
  write_png(png, plain(1, 2, 2, 77));
  write_jpeg(jpeg, plain(1, 2, 2, 77));
  CHECK(read_picture(png, Colours::kRgb).pixels == plain(3, 2, 2, 77).pixels);
  CHECK(read_picture(jpeg, Colours::kRgb).pixels == plain(3, 2, 2, 77).pixels);
}

TEST_CASE("pictures: damaged files, files of another kind and CMYK are refused by name") {
  const DataFolder folder;
  const auto refused = [&](const std::string& name, const std::string& bytes) {
    const auto path = folder.write(name, {bytes.begin(), bytes.end()});
    CHECK_THROWS_WITH(read_picture(path, Colours::kRgb), Contains(name + ": expected"));
  };
  const auto path = folder.path() / "whole";
  Picture noise = plain(3, 24, 24, 0);
  for (std::size_t i = 0; i < noise.pixels.size(); ++i) noise.pixels[i] = static_cast<std::uint8_t>(i * i * 31 >> 3);
  write_png(path, noise);
  std::string png = read_file(path);
  refused("cut.png", png.substr(0, png.size() / 2));
  png[png.size() / 2] = static_cast<char>(png[png.size() / 2] ^ 1);
  refused("flipped.png", png);
  write_jpeg(path, noise);
  const std::string jpeg = read_file(path);
  refused("cut.jpg", jpeg.substr(0, jpeg.size() / 2));
  refused("head.jpg", jpeg.substr(0, 10));
  refused("text.jpg", "no picture");
  refused("empty.png", "");
  write_jpeg(path, plain(4, 4, 4, 9));
  CHECK_THROWS_WITH(read_picture(path, Colours::kRgb),
                    Contains("whole: expected grey or RGB colours, found 4 components"));
}

TEST_CASE("pictures: sizes are changed bilinearly, classes by the nearest pixel") {
  const Picture two{{1, 1, 2}, {0, 100}};
  CHECK(resized(two, 1, 4).pixels == std::vector<std::uint8_t>{0, 25, 75, 100});
  CHECK(nearest(two, 1, 4).pixels == std::vector<std::uint8_t>{0, 0, 100, 100});
  CHECK(resized(two, 1, 1).pixels == std::vector<std::uint8_t>{50});
  CHECK(resized(plain(3, 5, 9, 200), 7, 3).pixels == plain(3, 7, 3, 200).pixels);
}

}  // namespace ampa::data
