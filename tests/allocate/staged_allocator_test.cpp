#include <catch2/catch.hpp>
#include <fstream>

#include "../common/temporary_folder.h"
#include "allocate/allocator.h"
#include "common/error.h"

namespace ampa::allocate {
namespace {

using Catch::Contains;

AllocatorConfig staged(const std::string& bits, std::int64_t epochs = 10) {
  AllocatorConfig config;
  config.name = "staged";
  config.epochs = epochs;
  config.layers = {"conv1", "conv2", "fc"};
  config.options["bits"] = bits;
  return config;
}

std::vector<LayerBits> bits_in(const AllocatorConfig& config, std::int64_t epoch) {
  const auto allocator = make_allocator(config, 3);
  allocator->start_epoch(epoch);
  return allocator->bits();
}

}  // namespace

TEST_CASE("staged widths: by operand, by layer and from an epoch on, in either direction") {
  const auto all = [](LayerBits bits) { return std::vector<LayerBits>(3, bits); };
  CHECK(bits_in(staged("8"), 9) == all({8, 8, 8}));
  CHECK(bits_in(staged("w4a8g6"), 0) == all({4, 8, 6}));
  const AllocatorConfig up = staged("4,40%:8"), down = staged("8,6:w4a4g4");
  CHECK(bits_in(up, 3) == all({4, 4, 4}));
  CHECK(bits_in(up, 4) == all({8, 8, 8}));
  CHECK(bits_in(down, 5) == all({8, 8, 8}));
  CHECK(bits_in(down, 6) == all({4, 4, 4}));
  CHECK(bits_in(staged(R"({"*": 6, "conv2": "w2"},5:8)"), 0) ==
        std::vector<LayerBits>{{6, 6, 6}, {2, 6, 6}, {6, 6, 6}});
  CHECK(make_allocator(up, 3)->bits() == all({4, 4, 4}));
}

TEST_CASE("staged widths: an unknown layer is refused by file and key, stages out of order by their epochs") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "bits.json").string();
  std::ofstream(path) << R"({"conv2": 4, "conv9": 4})";
  Json given = {{"bits", "8,2:@" + path}};
  allocator_info("staged").own.settle([](const std::string& key) { return "run.json: " + key; }, given);
  CHECK(given.at("bits") == R"(8,2:{"conv2":"4","conv9":"4"})");
  AllocatorConfig config = staged("");
  config.options = given;
  CHECK_THROWS_WITH(make_allocator(config, 3), Contains(path + ": conv9: expected one of the layers conv1, conv2, fc"));
  CHECK_THROWS_WITH(make_allocator(staged("8,7:4,50%:8"), 3), Contains("one at epoch 5 behind one at epoch 7 of 10"));
  given = {{"bits", "9"}};
  CHECK_THROWS_WITH(
      allocator_info("staged").own.settle([](const std::string& key) { return "run.json: " + key; }, given),
      Contains("run.json: bits: expected bits in 2..8"));
}

TEST_CASE("staged widths: texts of the same widths are one run, a stage that never comes is said") {
  const auto identity = [](const AllocatorConfig& config) { return allocator_info("staged").identity(config, 3); };
  CHECK(identity(staged("8")) == identity(staged("w8a8g8")));
  CHECK(identity(staged("4,50%:8")) == identity(staged("4,5:8")));
  CHECK(identity(staged("4,50%:8")) != identity(staged("4,50%:8", 20)));
  CHECK(identity(staged("8")) != identity(staged("w8a8g4")));
  const auto notices = allocator_info("staged").notices;
  CHECK(notices(staged("4,100%:8"), 3, 10) ==
        std::vector<std::string>{"bits: the stage from 100% on never comes: the run has 10 epochs"});
  CHECK(notices(staged("4,9:8"), 3, 10).empty());
}

}  // namespace ampa::allocate
