// JPEG and PNG files for tests.
#pragma once

#include <jpeglib.h>
#include <png.h>

#include <cstdio>
#include <filesystem>

#include "data/picture.h"

namespace ampa::data {

inline void write_png(const std::filesystem::path& path, const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.shape.width);
  image.height = static_cast<png_uint_32>(picture.shape.height);
  image.format = picture.shape.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_image_write_to_file(&image, path.c_str(), 0, picture.pixels.data(), 0, nullptr);
}

inline void write_jpeg(const std::filesystem::path& path, const Picture& picture) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors;
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  jpeg_stdio_dest(&encoder, file);
  encoder.image_width = static_cast<JDIMENSION>(picture.shape.width);
  encoder.image_height = static_cast<JDIMENSION>(picture.shape.height);
  encoder.input_components = static_cast<int>(picture.shape.channels);
  encoder.in_color_space = picture.shape.channels == 4   ? JCS_CMYK
                           : picture.shape.channels == 3 ? JCS_RGB
                                                         : JCS_GRAYSCALE;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, 95, TRUE);
  jpeg_start_compress(&encoder, TRUE);
  while (encoder.next_scanline < encoder.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(picture.pixels.data() +
                                        encoder.next_scanline * picture.shape.width * picture.shape.channels);
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  std::fclose(file);
}

// Of one colour.
inline Picture plain(std::int64_t channels, std::int64_t height, std::int64_t width, std::uint8_t value) {
  Picture picture{{channels, height, width}, {}};
  picture.pixels.assign(static_cast<std::size_t>(picture.shape.size()), value);
  return picture;
}

}  // namespace ampa::data
