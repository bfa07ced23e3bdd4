#include "data/picture.h"

#include <fmt/format.h>
#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <string>

#include "common/error.h"
#include "data/binary_file.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kMaxSide = 16384;

using Bytes = std::vector<std::uint8_t>;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& expected, const std::string& found) {
  throw InputError(fmt::format("{}: expected {}, found {}", path.string(), expected, found));
}

void check_sides(const std::filesystem::path& path, std::uint64_t height, std::uint64_t width) {
  constexpr auto kMost = static_cast<std::uint64_t>(kMaxSide);
  if (height == 0 || width == 0 || height > kMost || width > kMost)
    fail(path, fmt::format("a picture of at most {} x {} pixels", kMaxSide, kMaxSide),
         fmt::format("{} x {}", height, width));
}

Picture empty(std::int64_t height, std::int64_t width, Colours colours) {
  Picture picture;
  picture.shape = {colours == Colours::kRgb ? 3 : 1, height, width};
  picture.pixels.resize(static_cast<std::size_t>(picture.shape.size()));
  return picture;
}

Picture read_png(const std::filesystem::path& path, const Bytes& bytes, Colours colours) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const auto check = [&](int ok) {
    if (ok == 0 || image.warning_or_error > 1) {
      const std::string message = image.message;
      png_image_free(&image);
      fail(path, "a whole PNG file", message);
    }
  };
  check(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  if (image.width > kMaxSide || image.height > kMaxSide) png_image_free(&image);
  check_sides(path, image.height, image.width);
  image.format = colours == Colours::kRgb ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  Picture picture = empty(image.height, image.width, colours);
  const png_color black{0, 0, 0};
  check(png_image_finish_read(&image, &black, picture.pixels.data(), 0, nullptr));
  return picture;
}

// What libjpeg calls instead of ending the process. A warning, as of data that end early, is an error too.
struct JpegErrors {
  jpeg_error_mgr manager;
  std::jmp_buf back;
  char message[JMSG_LENGTH_MAX] = "";
};

void jpeg_failed(j_common_ptr decoder) {
  auto* const errors = reinterpret_cast<JpegErrors*>(decoder->err);
  (*decoder->err->format_message)(decoder, errors->message);
  std::longjmp(errors->back, 1);
}

void jpeg_warned(j_common_ptr decoder, int level) {
  if (level < 0) jpeg_failed(decoder);
}

// The rows of a file, into `pixels` once its size is known: no objects live across the jump back. Whether all went
// well.
bool decode_jpeg(const Bytes& bytes, Colours colours, jpeg_decompress_struct& decoder, JpegErrors& errors,
                 Picture& picture) {
  if (setjmp(errors.back) != 0) return false;
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&decoder, TRUE);
  picture.shape = {decoder.num_components, decoder.image_height, decoder.image_width};
  if (decoder.num_components > 3 || decoder.image_height > kMaxSide || decoder.image_width > kMaxSide) return true;
  decoder.out_color_space = colours == Colours::kRgb ? JCS_RGB : JCS_GRAYSCALE;
  decoder.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&decoder);
  picture.shape.channels = decoder.output_components;
  picture.pixels.resize(static_cast<std::size_t>(picture.shape.size()));
  while (decoder.output_scanline < decoder.output_height) {
    JSAMPROW row = picture.pixels.data() + decoder.output_scanline * picture.shape.width * picture.shape.channels;
    jpeg_read_scanlines(&decoder, &row, 1);
  }
  jpeg_finish_decompress(&decoder);
  return true;
}

Picture read_jpeg(const std::filesystem::path& path, const Bytes& bytes, Colours colours) {
  jpeg_decompress_struct decoder{};
  JpegErrors errors{};
  decoder.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = jpeg_failed;
  errors.manager.emit_message = jpeg_warned;
  Picture picture;
  const bool whole = decode_jpeg(bytes, colours, decoder, errors, picture);
  jpeg_destroy_decompress(&decoder);
  if (!whole) fail(path, "a whole JPEG file", errors.message);
  check_sides(path, static_cast<std::uint64_t>(picture.shape.height), static_cast<std::uint64_t>(picture.shape.width));
  if (picture.pixels.empty()) fail(path, "grey or RGB colours", fmt::format("{} components", picture.shape.channels));
  return picture;
}

// The two source places and the weight of the second, of place `at` of `to`.
struct Tap {
  std::int64_t first = 0, second = 0;
  double weight = 0;
};

Tap tap(std::int64_t at, std::int64_t from, std::int64_t to) {
  const double place = (static_cast<double>(at) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
  const double inside = std::clamp(place, 0.0, static_cast<double>(from - 1));
  const auto first = static_cast<std::int64_t>(inside);
  return {first, std::min(first + 1, from - 1), inside - static_cast<double>(first)};
}

}  // namespace

Picture read_picture(const std::filesystem::path& path, Colours colours) {
  const Bytes bytes = read_binary(path);
  if (bytes.size() > 8 && png_sig_cmp(bytes.data(), 0, 8) == 0) return read_png(path, bytes, colours);
  if (bytes.size() > 3 && bytes[0] == 0xFF && bytes[1] == 0xD8) return read_jpeg(path, bytes, colours);
  fail(path, "a JPEG or PNG file", bytes.empty() ? "an empty one" : "another beginning");
}

bool is_picture_name(const std::filesystem::path& path) {
  std::string end = path.extension().string();
  for (char& c : end)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return end == ".jpg" || end == ".jpeg" || end == ".png";
}

Picture resized(const Picture& picture, std::int64_t height, std::int64_t width) {
  const ir::Shape& from = picture.shape;
  if (from.height == height && from.width == width) return picture;
  Picture out;
  out.shape = {from.channels, height, width};
  out.pixels.reserve(static_cast<std::size_t>(out.shape.size()));
  for (std::int64_t y = 0; y < height; ++y) {
    const Tap down = tap(y, from.height, height);
    for (std::int64_t x = 0; x < width; ++x) {
      const Tap across = tap(x, from.width, width);
      for (std::int64_t c = 0; c < from.channels; ++c) {
        const auto at = [&](std::int64_t row, std::int64_t column) {
          return static_cast<double>(
              picture.pixels[static_cast<std::size_t>((row * from.width + column) * from.channels + c)]);
        };
        const auto row = [&](std::int64_t r) {
          return at(r, across.first) * (1 - across.weight) + at(r, across.second) * across.weight;
        };
        const double value = row(down.first) * (1 - down.weight) + row(down.second) * down.weight;
        out.pixels.push_back(static_cast<std::uint8_t>(value + 0.5));
      }
    }
  }
  return out;
}

Picture nearest(const Picture& picture, std::int64_t height, std::int64_t width) {
  const ir::Shape& from = picture.shape;
  Picture out;
  out.shape = {from.channels, height, width};
  out.pixels.reserve(static_cast<std::size_t>(out.shape.size()));
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t row = (2 * y + 1) * from.height / (2 * height),
                         column = (2 * x + 1) * from.width / (2 * width);
      const auto first = picture.pixels.begin() + (row * from.width + column) * from.channels;
      out.pixels.insert(out.pixels.end(), first, first + from.channels);
    }
  return out;
}

}  // namespace ampa::data
