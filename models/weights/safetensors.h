// Files of named tensors in the safetensors format, which many programs read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ampa::weights {

// One tensor; its values lie row-major without gaps, little-endian.
struct Tensor {
  std::string name;
  std::string dtype;                // "F32", "I8", "I32" or another name of element_size()
  std::vector<std::int64_t> shape;  // extents >= 0; none: one value
  std::string bytes;                // as many as shape and dtype say
};

struct TensorFile {
  std::map<std::string, std::string> metadata;  // texts in UTF-8
  std::vector<Tensor> tensors;                  // their names are unique

  const Tensor* find(std::string_view name) const;  // null if there is none
};

// Bytes of an element; 0 for a name that is no type of the format.
std::int64_t element_size(std::string_view dtype);

// A tensor of `count` values of T (float: F32, std::int8_t: I8, std::int32_t: I32, std::int64_t: I64), the product of
// `shape`.
template <typename T>
Tensor make_tensor(std::string name, std::vector<std::int64_t> shape, const T* values, std::int64_t count);

// The file's bytes: the little-endian 64-bit size of the header, the header (JSON, padded with spaces to a multiple of
// 8 bytes), the tensors' bytes. Tensors of wide elements come first, else in the order given, so that all are aligned.
// The same tensors and metadata give the same bytes.
std::string encode(const TensorFile& file);

// Reads what encode() or another writer has written. Throws InputError "SOURCE: KEY: expected X, found Y" for a file
// that is cut off or has more than its header says, a header above 16 MiB or that is no JSON, a name twice, an unknown
// type, a shape that does not fit its bytes, and for bytes that belong to no tensor or to two.
TensorFile decode(std::string_view bytes, const std::string& source);

// File forms. read() throws InputError also for a file that cannot be read; write() is atomic and throws RunError.
TensorFile read_tensors(const std::filesystem::path& path);
void write_tensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace ampa::weights
