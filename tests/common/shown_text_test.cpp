#include "common/shown_text.h"

#include <catch2/catch.hpp>
#include <string>

#include "common/error.h"

namespace ampa {

TEST_CASE("printable text stays what it is") {
  for (const std::string text : {"", "plain, with \\ and \"", "Größe 数 🙂", "a\\nb"})
    CHECK(shown_text(text) == text);
}

TEST_CASE("what acts on a display is escaped") {
  CHECK(shown_text("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(shown_text("a\n\tb\r", Lines::kMany) == "a\n\tb\\r");
  CHECK(shown_text("\x1b[2J\x07\x7f") == "\\x1b[2J\\x07\\u007f");
  CHECK(shown_text(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(shown_text("\xc2\x9b"
                   "31m") == "\\u009b31m");                      // a control sequence in one character
  CHECK(shown_text("\xe2\x80\xaegnp.exe") == "\\u202egnp.exe");  // writes from right to left
  CHECK(shown_text("\xe2\x80\xa8") == "\\u2028");
  CHECK(shown_text("a\xff\xc3") == "a\\xff\\xc3");
  const std::string once = shown_text("\x1b\xff\n");
  CHECK(shown_text(once) == once);
}

TEST_CASE("bytes that are not UTF-8") {
  CHECK(invalid_utf8("Größe 数 🙂 \xf4\x8f\xbf\xbf") == std::string_view::npos);
  CHECK(invalid_utf8("ab\xff") == 2);
  CHECK(invalid_utf8("\x80") == 0);      // no first byte
  CHECK(invalid_utf8("a\xc3") == 1);     // cut off
  CHECK(invalid_utf8("\xc0\xaf") == 0);  // longer than it need be
  CHECK(invalid_utf8("\xe0\x80\xaf") == 0);
  CHECK(invalid_utf8("\xf0\x80\x80\xaf") == 0);
  CHECK(invalid_utf8("\xed\xa0\x80") == 0);      // half of a pair
  CHECK(invalid_utf8("\xf4\x90\x80\x80") == 0);  // beyond the last character
  CHECK(invalid_utf8("\xe6\x95\x28") == 0);
}

TEST_CASE("no message is cut by a NUL or acts on a terminal") {
  const InputError error(std::string("f\0.json: \x1b[2J: x", 16));
  CHECK(std::string(error.what()) == "f\\x00.json: \\x1b[2J: x");
}

}  // namespace ampa
