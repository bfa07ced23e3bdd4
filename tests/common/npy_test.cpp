#include "common/npy.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa {
namespace {

std::string error_of(const std::string& bytes) {
  try {
    decode_npy(bytes, "t.npy");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("arrays of every type and rank come back") {
  const std::vector<std::int64_t> data = {1, -2, 3, INT64_MIN, INT64_MAX, 0};
  for (const NpyType type : {NpyType::kUint8, NpyType::kInt8, NpyType::kInt32, NpyType::kInt64, NpyType::kFloat32})
    for (const std::vector<std::int64_t>& shape :
         {std::vector<std::int64_t>{6}, {2, 3}, {1, 1, 6, 1}, {0, 3}, std::vector<std::int64_t>{}}) {
      const std::string bytes = encode_npy(type, shape, data.data());
      const NpyArray array = decode_npy(bytes, "t.npy");
      CHECK(array.type == type);
      CHECK(array.shape == shape);
      REQUIRE(array.data.size() == static_cast<std::size_t>(array.num_elements() * bytes_per_element(type)));
      CHECK(std::memcmp(array.data.data(), data.data(), array.data.size()) == 0);
      CHECK((bytes.size() - array.data.size()) % 64 == 0);
    }
}

TEST_CASE("the header is the one that NumPy writes") {
  const std::int32_t value = 7;
  const std::string bytes = encode_npy(NpyType::kInt32, {1}, &value);
  CHECK(bytes.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  CHECK(bytes.substr(10, 58) == "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), } ");
  CHECK(bytes[127] == '\n');
  CHECK(bytes.size() == 132);
}

TEST_CASE("NumPy reads what is written and is read back") {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    WARN("python3-numpy is not installed: not tested");
    return;
  }
  const TemporaryFolder folder;
  const std::vector<float> data = {0.5f, -1.25f, 3e38f, 0, 1e-40f, 7};
  write_file_atomically(folder.path() / "ours.npy", encode_npy(NpyType::kFloat32, {2, 3}, data.data()));
  write_file_atomically(folder.path() / "check.py",
                        "import numpy, sys\n"
                        "x = numpy.load(sys.argv[1] + '/ours.npy')\n"
                        "assert x.dtype == numpy.float32 and x.shape == (2, 3), (x.dtype, x.shape)\n"
                        "want = numpy.array([[0.5, -1.25, 3e38], [0, 1e-40, 7]], numpy.float32)\n"
                        "assert (x == want).all(), x\n"
                        "numpy.save(sys.argv[1] + '/theirs.npy', numpy.arange(6).reshape(2, 3)[:, :1])\n");
  const std::string command =
      "/usr/bin/python3 " + (folder.path() / "check.py").string() + " " + folder.path().string();
  REQUIRE(std::system(command.c_str()) == 0);
  const NpyArray theirs = decode_npy(read_file(folder.path() / "theirs.npy"), "theirs.npy");
  CHECK(theirs.type == NpyType::kInt64);
  CHECK(theirs.shape == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("damaged files name the offset") {
  const std::vector<std::uint8_t> data(12, 9);
  const std::string good = encode_npy(NpyType::kUint8, {3, 4}, data.data());
  REQUIRE(error_of(good) == "no error");
  CHECK(error_of("") == "t.npy: offset 0: expected a .npy header, found the end of the file");
  CHECK(error_of(good.substr(0, 50)) == "t.npy: offset 50: expected a header of 118 bytes, found the end of the file");
  CHECK(error_of(good.substr(0, 135)) == "t.npy: offset 135: expected 12 bytes of data, found 7");
  CHECK(error_of(good + "x") == "t.npy: offset 140: expected the end of the file, found more bytes");
  std::string other_version = good;
  other_version[6] = 2;
  CHECK(error_of(other_version) == "t.npy: offset 6: expected the magic bytes of .npy version 1.0, found byte 0x02");
}

TEST_CASE("no flipped bit of a header goes unnoticed or leads astray") {
  const std::vector<std::uint8_t> data(12, 9);
  const std::string good = encode_npy(NpyType::kUint8, {3, 4}, data.data());
  for (std::size_t byte = 0; byte < 128; ++byte)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[byte] = static_cast<char>(bad[byte] ^ (1 << bit));
      const std::string error = error_of(bad);
      // |u1 and |i1 differ in several bits; an extent may turn into another digit, which the size of the file betrays.
      CHECK(error.find("t.npy: offset ") == 0);
    }
}

}  // namespace ampa
