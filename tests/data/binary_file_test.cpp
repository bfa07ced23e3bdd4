#include "data/binary_file.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data_folder.h"

using namespace ampa;
using namespace ampa::data;
using Catch::Contains;

TEST_CASE("a file is read as it is, a .gz file inflated") {
  const DataFolder folder;
  Bytes bytes;
  for (std::uint32_t i = 0; i < 3'000'000; ++i) bytes.push_back(static_cast<std::uint8_t>(i * i >> 7));
  CHECK(read_binary(folder.write("plain", bytes)) == bytes);
  CHECK(read_binary(folder.write_gzip("packed.gz", bytes)) == bytes);
  CHECK(read_binary(folder.write_gzip("empty.gz", {})).empty());
}

TEST_CASE("the start of a file comes with the size of the whole") {
  const DataFolder folder;
  Bytes bytes;
  for (std::uint32_t i = 0; i < 3'000'000; ++i) bytes.push_back(static_cast<std::uint8_t>(i * i >> 7));
  const auto plain = folder.write("plain", bytes), packed = folder.write_gzip("packed.gz", bytes);
  for (const auto& path : {plain, packed})
    for (const std::size_t count : {0, 1, 16, 65536, 2'999'999, 3'000'000, 3'000'001}) {
      const FileStart start = read_start(path, count);
      REQUIRE(start.size == 3'000'000);
      REQUIRE(start.bytes == Bytes(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(count, 3'000'000)));
    }
  std::string damaged = read_file(packed);
  damaged[damaged.size() - 5] ^= 1;  // of the checksum
  folder.write("packed.gz", Bytes(damaged.begin(), damaged.end()));
  CHECK(read_start(packed, 2'000'000).size == 3'000'000);
  CHECK_THROWS_WITH(read_start(packed, 3'000'000), Contains("incorrect"));
  folder.write("packed.gz", Bytes(damaged.begin(), damaged.begin() + 1000));
  CHECK(read_start(packed, 16).size != 3'000'000);
  CHECK_THROWS_WITH(read_start(packed, 100'000), Contains("the file ends early"));
}

TEST_CASE("a gzip file that is cut, damaged or no gzip file is named") {
  const DataFolder folder;
  const auto path = folder.write_gzip("packed.gz", Bytes(10000, 7));
  const std::string whole = read_file(path);
  folder.write("packed.gz", Bytes(whole.begin(), whole.end() - 6));
  CHECK_THROWS_AS(read_binary(path), InputError);
  CHECK_THROWS_WITH(read_binary(path), Contains(path.string()) && Contains("the file ends early"));
  Bytes damaged(whole.begin(), whole.end());
  damaged[damaged.size() - 5] ^= 1;
  folder.write("packed.gz", damaged);
  CHECK_THROWS_WITH(read_binary(path), Contains(path.string()) && Contains("incorrect"));
  folder.write("packed.gz", {1, 2, 3, 4});
  CHECK_THROWS_WITH(read_binary(path), Contains(path.string()) && Contains("incorrect header"));
  CHECK_THROWS_WITH(read_binary(folder.path() / "absent"), Contains("absent"));
}
