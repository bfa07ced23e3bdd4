// NumPy's .npy files, version 1.0: the part of them that traces and data need. Little-endian, C order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ampa {

enum class NpyType { kUint8, kInt8, kInt32, kInt64, kFloat32 };
std::string_view to_string(NpyType type);  // NumPy's own: "|u1", "|i1", "<i4", "<i8", "<f4"
std::int64_t bytes_per_element(NpyType type);

// An array as a file holds it.
struct NpyArray {
  NpyType type = NpyType::kUint8;
  std::vector<std::int64_t> shape;  // row-major
  std::string data;                 // num_elements() * bytes_per_element(type) bytes

  std::int64_t num_elements() const;
};

// The bytes of a .npy file.
std::string encode_npy(NpyType type, const std::vector<std::int64_t>& shape, const void* data);

// Throws InputError naming `source` and the offset at which the bytes stop being a version 1.0 file of a known type:
// wrong magic, another version, a malformed header, too few or too many bytes of data.
NpyArray decode_npy(std::string_view bytes, const std::string& source);

}  // namespace ampa
