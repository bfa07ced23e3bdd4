// docs/networks.md: its types are those of the table, its examples load.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "../common/temporary_folder.h"
#include "bitops/rr_range.h"
#include "common/atomic_file.h"
#include "networks/load_network.h"
#include "ops/table.h"

namespace ampa::networks {
namespace {

std::string page() {
  return read_file(std::filesystem::path(AMPA_SOURCE_DIR) / "docs" / "networks.md");
}

// The names in the first column of its tables of types.
std::set<std::string> listed_types() {
  const std::string text = page();
  const std::size_t begin = text.find("## Types with GEMMs"), end = text.find("## A VGG");
  const std::string tables = text.substr(begin, end - begin);
  std::set<std::string> names;
  const std::regex row("(^|\n)\\| ((`[a-z0-9_]+`(, )?)+) \\|"), name("`([a-z0-9_]+)`");
  for (std::sregex_iterator match(tables.begin(), tables.end(), row), last; match != last; ++match) {
    const std::string cell = (*match)[2];
    for (std::sregex_iterator one(cell.begin(), cell.end(), name); one != last; ++one) names.insert((*one)[1]);
  }
  return names;
}

// The code blocks of JSON.
std::vector<std::string> examples() {
  const std::string text = page(), open = "```json\n", close = "\n```";
  std::vector<std::string> found;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    found.push_back(text.substr(at, text.find(close, at) - at));
  }
  return found;
}

ir::Network load(const std::string& text) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "network.json") << text;
  return load_network((folder.path() / "network.json").string());
}

const ir::Layer& layer(const ir::Network& network, const std::string& name) {
  for (const ir::Layer& one : network.layers)
    if (one.name == name) return one;
  throw std::out_of_range(name);
}

}  // namespace

TEST_CASE("docs/networks.md lists every type of a layer, and no other") {
  std::set<std::string> types;
  for (const ops::Op* op : ops::op_table()) types.emplace(op->name);
  CHECK(listed_types() == types);
}

TEST_CASE("docs/networks.md: the examples load with the shapes that the text states") {
  REQUIRE(examples().size() == 2);
  const ir::Network vgg = load(examples()[0]), vit = load(examples()[1]);
  CHECK(layer(vgg, "pool3").in == ir::Shape{128, 8, 8});
  CHECK(layer(vgg, "pool3").out == ir::Shape{128, 4, 4});
  CHECK(layer(vgg, "fc1").in == ir::Shape{2048, 1, 1});
  CHECK(layer(vit, "positions").out == ir::Shape{16, 17, 1});
  CHECK(layer(vit, "scores").out == ir::Shape{17, 2, 17});
  CHECK(vit.quantized_layers().size() == 4);
}

TEST_CASE("docs/networks.md: the table of built-in networks has what ampa estimate gives") {
  const std::string text = page();
  const std::regex row("\n\\| `([a-z0-9-]+)` (\\|[^\n]*\\|)(?=\n)");
  std::vector<std::string> names;
  const std::string table = text.substr(text.find("## Built-in networks"));
  for (std::sregex_iterator match(table.begin(), table.end(), row), last; match != last; ++match) {
    names.push_back((*match)[1]);
    std::vector<std::string> cells;
    std::istringstream line((*match)[2].str().substr(1));
    for (std::string cell; std::getline(line, cell, '|');) {
      cell.erase(std::remove(cell.begin(), cell.end(), ' '), cell.end());
      cell.erase(std::remove(cell.begin(), cell.end(), ','), cell.end());
      cells.push_back(cell);
    }
    REQUIRE(cells.size() == 8);
    const ir::Network network = load_network(names.back());
    const auto range = [&](double alpha, double beta, double gamma) {
      const allocate::AmpaSettings settings = {alpha, beta, gamma, 10, 3, {4, 6, 8}};
      return bitops::estimate(network, settings, 200);
    };
    const bitops::RangeEstimate low = range(10, 20, 30), high = range(20, 40, 60);
    const auto shown = [](const bitops::RangeEstimate& one) {
      return fmt::format("{:.2f}..{:.2f}", one.low_percent, one.high_percent);
    };
    const ir::Shape in = network.input;
    const std::vector<std::string> expected = {fmt::format("{}x{}x{}", in.channels, in.height, in.width),
                                               fmt::format("{}", network.num_classes),
                                               fmt::format("{}", low.num_layers),
                                               fmt::format("{}", low.macs),
                                               fmt::format("{:.3f}", 1e-9 * static_cast<double>(low.int8_bitops)),
                                               cells[5],
                                               shown(low),
                                               shown(high)};
    INFO(names.back());
    CHECK(cells == expected);
  }
  CHECK(names == builtin_networks());
}

}  // namespace ampa::networks
