#include "cost/topology_lines.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::cost {
namespace {

using Cells = std::vector<std::string>;

std::vector<Cells> cells_of(const std::string& text) {
  std::vector<Cells> cells;
  for (const TopologyRow& row : split_topology(text, "net.csv").rows) cells.push_back(row.cells);
  return cells;
}

std::string error_of(const std::string& text) {
  try {
    split_topology(text, "net.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("topology lines: the separator is the one that gives numbers") {
  const std::vector<Cells> expected = {{"Layer", "M", "N", "K"}, {"a b", "1", "2", "3"}};
  for (const std::string text :
       {"Layer,M,N,K\na b,1,2,3", "Layer;M;N;K\r\na b;1;2;3\r\n", "Layer\tM\tN\tK\ra b\t1\t2\t3\r",
        "Layer, M, N, K\n\"a b\", \"1\",\t2 , 3", "sep=;\nLayer;M;N;K\na b;1;2;3",
        "\xEF\xBB\xBFLayer,M,N,K\na b,\u00A0"
        "1\u00A0,\u20072,\u30003"}) {
    INFO(text);
    CHECK(cells_of(text) == expected);
  }
  CHECK(cells_of("x,y\tM\tN\tK\na,b\t1\t2\t3") == std::vector<Cells>{{"x,y", "M", "N", "K"}, {"a,b", "1", "2", "3"}});
  CHECK(cells_of("L, M, N, K,\n\"a, \"\"b\"\"\", 1, 2, 3,\n")[1] == Cells{"a, \"b\"", "1", "2", "3", ""});
}

TEST_CASE("topology lines: comments, empty lines and lines of separators are left out, and lines keep their numbers") {
  const TopologyLines lines =
      split_topology("# net\n\n // more\nL,M,N,K\n,,,\n \t \na,1,2,3, # first\nb#1,4,5,6,//second,7\n", "net.csv");
  CHECK_FALSE(lines.starts_with_row);
  REQUIRE(lines.rows.size() == 3);
  CHECK(lines.rows[0].line == 4);
  CHECK(lines.rows[1].line == 7);
  CHECK(lines.rows[1].cells == Cells{"a", "1", "2", "3"});
  CHECK(lines.rows[2].cells == Cells{"b#1", "4", "5", "6"});
  CHECK(split_topology("L,M,N,K\n", "net.csv").starts_with_row);
  CHECK(split_topology("", "net.csv").rows.empty());
}

TEST_CASE("topology lines: what is no text in UTF-8 is refused by name") {
  using namespace std::string_literals;
  CHECK_THAT(error_of("\xFF\xFEL\0,\0"s), Catch::Contains("net.csv: ") && Catch::Contains("UTF-16"));
  CHECK_THAT(error_of("\xFE\xFF\0L"s), Catch::Contains("UTF-16"));
  CHECK_THAT(error_of("L\0,\0M\0"s), Catch::Contains("UTF-16"));
  CHECK_THAT(error_of("L,M,N,K\nna\xEFve,1,2,3\n"), Catch::Contains("net.csv: line 2: expected a text in UTF-8"));
  CHECK_THAT(error_of("L,M,N,K\r\nok,1,2,3\r\n\x1B[31ma,1,2,3\n"),
             Catch::Contains("line 3: expected printable text, found the control character 0x1b"));
  CHECK_THAT(error_of("L,M,N,K\n\"a,1,2,3\n"), Catch::Contains("line 2: expected a quoted cell to end"));
  CHECK_THAT(error_of("L,M,N,K\na,1,2,3\n\"b\"c,1,2,3\n"), Catch::Contains("line 3: expected a quoted cell to end"));
  CHECK_NOTHROW(split_topology("L,M,N,K\nr\u00E9seau,1,2,3\n", "net.csv"));
}

}  // namespace ampa::cost
