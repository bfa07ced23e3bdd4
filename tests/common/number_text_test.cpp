#include "common/number_text.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

namespace ampa {

TEST_CASE("numbers as people write them") {
  for (const char* text : {".1", "+0.1", "0.1", "+.1", "1e-1", "1E-1", "10e-2", " 0.1 ", "0.1000", "00.1"})
    CHECK(parse_number(text) == 0.1);
  CHECK(parse_number("-2.5") == -2.5);
  CHECK(parse_number("1.") == 1.0);
  CHECK(parse_number("1.7976931348623157e308") == 1.7976931348623157e308);
  CHECK(parse_number("5e-324") == 5e-324);
  CHECK(parse_number("1e-999") == 0.0);
  CHECK(parse_number("0e999999999999999999999") == 0.0);
  CHECK(std::signbit(*parse_number("-0")));
  CHECK(parse_number("0." + std::string(400, '0') + "1e401") == 1.0);
  CHECK(parse_number("1" + std::string(400, '0') + "e-400") == 1.0);
}

TEST_CASE("what is no number") {
  for (const char* text : {"",    " ",   ".",   "+",   "-",   "e1",  ".e1", "1e",    "1e+",    "1.2.3", "0x10",
                           "inf", "nan", "1,5", "1 2", "--1", "+-1", "1f",  "1e999", "-1e999", "one"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text));
    CHECK_FALSE(parse_integer(text));
    CHECK_FALSE(parse_unsigned(text));
  }
  CHECK_FALSE(parse_number(std::string("1\0", 2)));
}

TEST_CASE("integers are exact") {
  for (const char* text : {"1000", "1e3", "1.0e3", "+1000", "1000.", "1000.000", "10000e-1", "0.1e4", ".001e6"}) {
    CAPTURE(text);
    CHECK(parse_integer(text) == 1000);
    CHECK(parse_unsigned(text) == 1000);
  }
  CHECK(parse_integer("-1e3") == -1000);
  CHECK(parse_integer("0") == 0);
  CHECK(parse_integer("-0.0") == 0);
  CHECK(parse_unsigned("-0") == 0);
  CHECK(parse_integer("9223372036854775807") == INT64_MAX);
  CHECK(parse_integer("9223372036854775807.0") == INT64_MAX);
  CHECK(parse_integer("-9223372036854775808") == INT64_MIN);
  CHECK(parse_unsigned("18446744073709551615") == UINT64_MAX);
  CHECK(parse_unsigned("1.8446744073709551615e19") == UINT64_MAX);
  for (const char* text : {"1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1e20",
                           "1e99999999999", "1000.00000000000000000000000000000000000001", "9007199254740993.5"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_integer(text));
  }
  CHECK_FALSE(parse_unsigned("18446744073709551616"));
  CHECK_FALSE(parse_unsigned("-1"));
}

TEST_CASE("sizes of memory") {
  for (const char* text : {"98304", "98304B", "96K", "96k", "96KB", "96 KB", "96KiB", "96kib", "0.09375M", "9.6e1K"}) {
    CAPTURE(text);
    CHECK(parse_bytes(text) == 98304);
  }
  CHECK(parse_bytes("2M") == 2 << 20);
  CHECK(parse_bytes("1.5 MiB") == 3 << 19);
  CHECK(parse_bytes("3G") == std::int64_t{3} << 30);
  CHECK(parse_bytes("1TB") == std::int64_t{1} << 40);
  CHECK(parse_bytes("0.5K") == 512);
  CHECK(parse_bytes("0") == 0);
  CHECK(parse_bytes("8388607.9999999999990905052982270717620849609375T") == std::nullopt);
  for (const char* text : {"", "KB", "-1K", "1KBs", "1KK", "1 X", "0.3K", "1.5", "9999999T", "8388608T", "1e999K"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_bytes(text));
  }
  CHECK(parse_bytes("8388607T") == std::int64_t{8388607} << 40);
}

}  // namespace ampa
