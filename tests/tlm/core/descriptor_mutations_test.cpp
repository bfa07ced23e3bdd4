// Descriptors with one word that is wrong: the RTL and the transaction-level core end with the same error, or agree in
// sums, bytes and cycles; and they end.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "common/error.h"
#include "rtl/core/random_core_job.h"
#include "timing/descriptor_words.h"
#include "tlm/core/core_platform.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;

namespace {

constexpr std::int64_t kWatchdog = 2000;

struct Outcome {
  std::string error;  // without the cycle; empty: none
  timing::CoreRun run;
  std::vector<std::uint8_t> results;
};

Outcome run(CoreModel& core, const RandomCoreJob& drawn, std::size_t word, std::uint32_t value) {
  JobImage image = make_image(drawn);
  std::memcpy(image.bytes.data() + image.descriptor + 4 * word, &value, sizeof value);
  RunOptions options;
  options.watchdog_cycles = kWatchdog;
  Outcome outcome;
  try {
    outcome.run = core.run(image, drawn.memory, options);
    const auto results = image.bytes.begin() + static_cast<std::ptrdiff_t>(image.results);
    outcome.results.assign(results, results + static_cast<std::ptrdiff_t>(image.result_bytes));
  } catch (const RunError& error) {
    outcome.error = error.what();
    outcome.error = outcome.error.substr(0, outcome.error.rfind(" (cycle"));
  }
  return outcome;
}

std::uint32_t word_of(const RandomCoreJob& drawn, std::size_t word) {
  const JobImage image = make_image(drawn);
  std::uint32_t value = 0;
  std::memcpy(&value, image.bytes.data() + image.descriptor + 4 * word, sizeof value);
  return value;
}

std::vector<std::uint32_t> mutations(std::uint32_t value, std::mt19937& random) {
  std::vector<std::uint32_t> list{0, 1, UINT32_MAX, static_cast<std::uint32_t>(random()), value + 1, value - 1};
  for (int i = 0; i < 2; ++i) list.push_back(value ^ 1u << random() % 32);
  list.push_back(value ^ 1u << random() % 6);
  return list;
}

// Every word of a job's descriptor; the whole list of values for one of `sparse` words, else one of them.
void check_job(const timing::CoreConfig& config, CoreModel& tlm, CoreModel& rtl, std::int64_t index,
               std::size_t sparse) {
  const auto drawn = random_core_job(config, 99, index);
  const std::size_t words = static_cast<std::size_t>(make_image(*drawn).descriptor_beats * config.port_bytes) / 4;
  std::mt19937 random(static_cast<std::uint32_t>(index));
  for (std::size_t word = 0; word < words; ++word) {
    const std::uint32_t value = word_of(*drawn, word);
    const std::vector<std::uint32_t> all = mutations(value, random);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] == value || (sparse > 1 && (word + static_cast<std::size_t>(index) + i) % sparse != 0)) continue;
      INFO(timing::name_of(config) << ", job " << index << ", " << gemm::to_string(drawn->job.pass) << ", word " << word
                                   << ": " << value << " -> " << all[i]);
      const Outcome by_tlm = run(tlm, *drawn, word, all[i]), by_rtl = run(rtl, *drawn, word, all[i]);
      CHECK(by_tlm.error == by_rtl.error);
      CHECK(by_tlm.run == by_rtl.run);
      CHECK(by_tlm.results == by_rtl.results);
    }
  }
}

std::int64_t setting(const char* name, std::int64_t value) {
  const char* text = std::getenv(name);
  return text == nullptr ? value : std::stoll(text);
}

}  // namespace

TEST_CASE("a descriptor with one wrong word: rtl and tlm end with one error or agree in all, within a bound") {
  const std::int64_t jobs = setting("AMPA_MUTATED_JOBS", 1);  // of each core
  const auto sparse = static_cast<std::size_t>(setting("AMPA_MUTATED_SPARSE", 31));
  for (const timing::CoreConfig& config : verilated_cores()) {
    const auto tlm = make_tlm_core(config), rtl = make_rtl_core(config);
    for (std::int64_t index = 0; index < jobs; ++index) check_job(config, *tlm, *rtl, index, sparse);
  }
}
