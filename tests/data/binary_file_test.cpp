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
      const Bytes expected(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(count, 3'000'000));
      const FileStart start = read_start(path, count, 3'000'000);
      REQUIRE(start.size == 3'000'000);
      REQUIRE(start.bytes == expected);
      REQUIRE(read_head(path, count) == expected);
    }
  // However little is kept, the whole is checked.
  const std::string whole = read_file(packed);
  Bytes damaged(whole.begin(), whole.end());
  damaged[damaged.size() - 5] ^= 1;  // of the checksum
  folder.write("packed.gz", damaged);
  CHECK_THROWS_WITH(read_start(packed, 16, 3'000'000), Contains("incorrect data check"));
  CHECK(read_head(packed, 16).size() == 16);
  damaged.assign(whole.begin(), whole.end());
  damaged[damaged.size() - 1] ^= 1;  // of the length
  folder.write("packed.gz", damaged);
  CHECK_THROWS_WITH(read_start(packed, 16, 3'000'000), Contains("incorrect length check"));
  folder.write("packed.gz", Bytes(whole.begin(), whole.end() - 1));
  CHECK_THROWS_WITH(read_start(packed, 16, 3'000'000), Contains("the file ends early"));
}

TEST_CASE("all members of a gzip file are read and checked") {
  const DataFolder folder;
  const Bytes first(1000, 1), second(70000, 2);
  const std::string one = read_file(folder.write_gzip("one.gz", first)),
                    two = read_file(folder.write_gzip("two.gz", second)),
                    none = read_file(folder.write_gzip("none.gz", {}));
  Bytes both = first;
  both.insert(both.end(), second.begin(), second.end());
  const auto file_of = [&](const std::string& bytes) {
    return folder.write("m.gz", Bytes(bytes.begin(), bytes.end()));
  };
  CHECK(read_binary(file_of(one + two)) == both);
  CHECK(read_binary(file_of(none + one + none + two + none)) == both);
  CHECK(read_head(file_of(one + two), 1001) == Bytes(both.begin(), both.begin() + 1001));
  CHECK(read_start(file_of(one + two), 10, 71000).size == 71000);
  for (const std::size_t at : {one.size() - 5, one.size() + two.size() - 5, one.size() + 20}) {
    std::string damaged = one + two;
    damaged[at] ^= 1;
    CHECK_THROWS_AS(read_start(file_of(damaged), 10, 71000), InputError);
  }
  CHECK_THROWS_WITH(read_start(file_of(one + two.substr(0, 30)), 10, 71000), Contains("the file ends early"));
}

TEST_CASE("bytes behind the last gzip member are refused") {
  const DataFolder folder;
  const std::string whole = read_file(folder.write_gzip("packed.gz", Bytes(1000, 1)));
  const auto read = [&](const std::string& behind) {
    const std::string bytes = whole + behind;
    return read_start(folder.write("packed.gz", Bytes(bytes.begin(), bytes.end())), 16, 1000);
  };
  CHECK(read("").size == 1000);
  CHECK_THROWS_WITH(read("hello"), Contains("packed.gz: expected the end of the file behind its last gzip member"));
  CHECK_THROWS_WITH(read(std::string(512, '\0')), Contains("zeros: padding is not taken either"));
  CHECK_THROWS_AS(read("\x1f"), InputError);
  CHECK_THROWS_AS(read("\x1f\x8bx"), InputError);
  CHECK_THROWS_AS(read(std::string(1 << 17, 'x')), InputError);  // beyond what is read at once
}

TEST_CASE("what inflates to more than it should ends there") {
  const DataFolder folder;
  const auto path = folder.write_gzip("bomb.gz", Bytes(50'000'000, 0));
  const FileStart start = read_start(path, 100, 1000);
  CHECK(start.bytes.size() == 100);
  CHECK(start.size > 1000);
  CHECK(start.size < 1'000'000);
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
