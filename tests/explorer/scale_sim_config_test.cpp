#include "cost/scale_sim_config.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "timing/core_config.h"
#include "timing/memory_settings.h"

namespace ampa::cost {
namespace {

const std::string kArray = "[architecture_presets]\nArrayHeight: 12\nArrayWidth : 14\nDataflow : ws\n";
const std::string kSizes = "IfmapSramSzkB: 36\nFilterSramSzkB = 64\nOfmapSramSzkB: 8\n";

std::string error_of(const std::string& text) {
  try {
    parse_scale_sim_config(text, "a.cfg");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a configuration of SCALE-Sim gives the array, its scratchpads and its bandwidth") {
  const ScaleSimConfig config =
      parse_scale_sim_config("[general]\nrun_name = my_run\n\n" + kArray + kSizes +
                                 "IfmapOffset: 0\nBandwidth : 10\nMemoryBanks: 1\n[sparsity]\nSparsitySupport : false\n"
                                 "BlockSize : 8\n[run_presets]\nInterfaceBandwidth: USER ",
                             "a.cfg");
  CHECK(config.run_name == "my_run");
  CHECK(point_of(config, timing::Pe::kInt8).name == "int8-ws-12x14");
  CHECK(point_of(config, timing::Pe::kFused).name == "fused-ws-12x14");
  REQUIRE(config.memory);
  CHECK(config.unused == std::vector<std::string>{"architecture_presets.IfmapOffset = 0",
                                                  "architecture_presets.MemoryBanks = 1", "sparsity.BlockSize = 8"});
  const timing::CoreConfig core = timing::core_from_string("int8-ws-12x14:" + scratchpads_of(*config.memory));
  CHECK(core.a_bytes == 36 * 512);  // half of 36 kB
  CHECK(core.b_bytes == 64 * 512);
  CHECK(core.sums == 8 * 512 / 8);
  CHECK(core.port_bytes == 16);
  const timing::MemorySettings memory = timing::memory_from_string(memory_of(*config.memory));
  CHECK(memory.latency_cycles == 1);
  CHECK(memory.bytes == 10);
}

TEST_CASE("a configuration without stalls, of version 1, with comments, in any case and with any line ends") {
  const ScaleSimConfig config = parse_scale_sim_config(
      "\xEF\xBB\xBF# mine\r\n[ARCHITECTURE_PRESETS]\r\narrayheight = 256 ; rows\r\nARRAYWIDTH:8 # columns\r\n; more\r\n"
      "dataflow:\"OS\"\r\nIfmapSramSz: 512\r\n[network_presets]\r\nTopologyCsvLoc = \"./x.csv\"\r\n",
      "a.cfg");
  CHECK(point_of(config, timing::Pe::kInt8).name == "int8-256x8");
  CHECK_FALSE(config.memory);
  CHECK(config.unused ==
        std::vector<std::string>{"ARCHITECTURE_PRESETS.IfmapSramSz = 512", "network_presets.TopologyCsvLoc = ./x.csv"});
  CHECK_FALSE(parse_scale_sim_config(kArray + kSizes + "[run_presets]\nInterfaceBandwidth = CALC\n", "a").memory);
  const ScaleSimConfig old = parse_scale_sim_config(
      kArray +
          "IfmapSramSz: 4\nFilterSramSz: 5\nOfmapSramSz: 6\nBandwidth: 10, 10,10\n[run_presets]\n"
          "InterfaceBandwidth: USER\n",
      "a.cfg");
  CHECK(old.memory.value().filter_kb == 5);
  CHECK(old.memory.value().words_per_cycle == 10);
}

TEST_CASE("a configuration that cannot be honoured is refused with line, key and reason") {
  const std::string user = "[run_presets]\nInterfaceBandwidth: USER\n";
  const std::pair<std::string, std::string> cases[] = {
      {"", "a.cfg: architecture_presets.arrayheight: expected a value, found no such key"},
      {"[architecture_presets]\nArrayHeight: 0\n",
       "a.cfg: line 2: architecture_presets.ArrayHeight: expected a whole number in [1, 1024], found \"0\""},
      {"[architecture_presets]\nArrayHeight: 4\nArrayWidth: 2048\n",
       "ArrayWidth: expected a whole number in [1, 1024]"},
      {"[architecture_presets]\nArrayHeight: 4\nArrayWidth: 4\nDataflow: is\n",
       "a.cfg: line 4: architecture_presets.Dataflow: expected os or ws (there is no input stationary array here), "
       "found "
       "\"is\""},
      {"[architecture_presets]\nArrayHeight: 4\nArrayWidth: 4\nDataflow: rs\n", "expected os or ws, found \"rs\""},
      {kArray + "ArrayHeight: 4\n",
       "line 5: architecture_presets.ArrayHeight: expected a key once, found it in line 2"},
      {kArray + user, "architecture_presets.ifmapsramszkb: expected a value, found no such key"},
      {kArray + kSizes + user, "architecture_presets.bandwidth: expected a value"},
      {kArray + kSizes + "Bandwidth: 640\n" + user, "Bandwidth: expected a whole number in [1, 128], found \"640\""},
      {kArray + kSizes + "Bandwidth: 10,20\n" + user, "expected equal bandwidths, as all operands share one port here"},
      {kArray + kSizes + "Bandwidth: 10,\n" + user, "Bandwidth: expected a whole number"},
      {kArray + "[run_presets]\nInterfaceBandwidth: GUESS\n", "expected USER or CALC, found \"GUESS\""},
      {kArray + "[sparsity]\nSparsitySupport: true\n", "sparsity.SparsitySupport: expected false"},
      {"ArrayHeight: 4\n", "line 1: expected [section] or, in a section, key = value, found \"ArrayHeight: 4\""},
      {"[a]\nwords\n", "line 2: expected [section]"},
      {"[a\n", "line 1: expected [section]"},
      {std::string("[\0a\0]\0", 6), "UTF-16"},
      {"[a]\nb = \xFF\n", "line 2: expected a text in UTF-8"},
      {"[a]\nb = \x07\n", "line 2: expected printable text"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK_THAT(error_of(text), Catch::Contains(expected));
  }
}

}  // namespace ampa::cost
