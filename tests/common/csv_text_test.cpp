#include "common/csv_text.h"

#include <catch2/catch.hpp>

namespace ampa {

TEST_CASE("a cell of text is quoted") {
  CHECK(csv_text("") == "\"\"");
  CHECK(csv_text("net, \"a\"") == "\"net, \"\"a\"\"\"");
  CHECK(csv_text("a\nb\x1b[2J") == "\"a\\nb\\x1b[2J\"");
}

TEST_CASE("no cell runs as a formula") {
  CHECK(csv_text("=cmd|' /C calc'!A0") == "\"'=cmd|' /C calc'!A0\"");
  for (const char* text : {"=1", "+a", "-a", "@SUM(A1)", "\t=1", "\r=1", " =1", "-1+cmd"})
    CHECK(csv_text(text).substr(0, 2) == "\"'");
  for (const char* text : {"-1", "+0.5", "-1e3", "a=b", "resnet-20", "'=1"}) CHECK(csv_text(text)[1] == text[0]);
}

}  // namespace ampa
