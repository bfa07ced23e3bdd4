// An array's registers with any values: what the formats do not have is refused, sums beyond 32 bits are a status, and
// the RTL and the transaction-level model answer alike.
#include <tlm_utils/simple_initiator_socket.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <random>
#include <systemc>

#include "rtl/array/verilated_model.h"
#include "timing/grid_cycles.h"
#include "tlm/array/array_target.h"
#include "tlm/array/register_map.h"
#include "tlm/array/transaction_model.h"
#include "tlm/simulation.h"

using namespace ampa;
namespace registers = ampa::tlm::registers;

namespace {

struct Probe : sc_core::sc_module {
  SC_HAS_PROCESS(Probe);
  explicit Probe(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") { SC_METHOD(wake); }
  void wake() {}
  tlm_utils::simple_initiator_socket<Probe> socket;
  sc_core::sc_time delay;

  ::tlm::tlm_response_status transport(::tlm::tlm_command command, std::uint64_t address, void* data,
                                       std::size_t length) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned int>(length));
    payload.set_streaming_width(static_cast<unsigned int>(length));
    socket->b_transport(payload, delay);
    return payload.get_response_status();
  }
  ::tlm::tlm_response_status write(std::uint64_t address, std::uint64_t value) {
    return transport(::tlm::TLM_WRITE_COMMAND, address, &value, sizeof(value));
  }
  std::uint64_t read(std::uint64_t address) {
    std::uint64_t value = 0;
    CHECK(transport(::tlm::TLM_READ_COMMAND, address, &value, sizeof(value)) == ::tlm::TLM_OK_RESPONSE);
    return value;
  }
  void fill(std::uint64_t memory, std::vector<std::uint32_t> words) {
    REQUIRE(transport(::tlm::TLM_WRITE_COMMAND, memory, words.data(), words.size() * 4) == ::tlm::TLM_OK_RESPONSE);
  }
  std::vector<std::uint32_t> results(std::size_t words) {
    std::vector<std::uint32_t> list(words);
    CHECK(transport(::tlm::TLM_READ_COMMAND, registers::kResultMemory, list.data(), words * 4) ==
          ::tlm::TLM_OK_RESPONSE);
    return list;
  }
};

// A probe in front of the RTL and one in front of the transaction-level model of a point.
void with_both(const char* name, const std::function<void(Probe& rtl, Probe& tlm)>& work) {
  const timing::HardwarePoint point = timing::point_from_string(name);
  ampa::tlm::Simulation simulation;
  simulation.run([&] {
    const sc_core::sc_time clock(1, sc_core::SC_NS);
    ampa::tlm::ArrayTarget rtl("rtl", point, rtl::make_verilated_model(point), clock);
    ampa::tlm::ArrayTarget tlm("tlm", point, ampa::tlm::make_transaction_model(point), clock);
    Probe rtl_probe("rtl_probe"), tlm_probe("tlm_probe");
    rtl_probe.socket.bind(rtl.socket);
    tlm_probe.socket.bind(tlm.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    work(rtl_probe, tlm_probe);
  });
}

void describe(Probe& probe, CodeFormat a, CodeFormat b, std::uint64_t steps, std::uint64_t rows, std::uint64_t lanes) {
  for (const auto& [address, value] : {std::pair{registers::kFormats, registers::formats_word(a, b)},
                                       {registers::kSteps, steps},
                                       {registers::kRows, rows},
                                       {registers::kCols, std::uint64_t{1}},
                                       {registers::kLastLanes, lanes}})
    REQUIRE(probe.write(address, value) == ::tlm::TLM_OK_RESPONSE);
}

// A value that a register may take, or now and then any other.
std::uint64_t draw_value(std::uint64_t address, std::mt19937_64& random) {
  if (random() % 12 == 0) return random() >> random() % 64;
  switch (address) {
    case registers::kControl:
      return random() % 16;
    case registers::kFormats: {
      const CodeFormat a{static_cast<Bits>(1 + random() % 8), random() % 2 == 0};
      return registers::formats_word(a, {static_cast<Bits>(1 + random() % 8), random() % 2 == 0});
    }
    case registers::kSteps:
      return 1 + random() % 30;
    case registers::kLastLanes:
      return 1 + random() % (random() % 2 == 0 ? 32 : 2);
    case registers::kPlanes:
      return (random() % 2 == 0 ? 0 : random()) & 0x77;
    case registers::kResultPlace:
      return random() % 6;
    default:
      return 1 + random() % 5;
  }
}

std::int64_t resident_pages() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  statm >> all >> resident;
  return resident;
}

}  // namespace

TEST_CASE("planes and lanes that the formats do not have are refused at the start of a tile", "[cosim]") {
  with_both("serial-ws-4x3", [](Probe& rtl, Probe& tlm) {
    for (Probe* probe : {&rtl, &tlm}) {
      describe(*probe, {2, false}, {2, false}, 3, 4, 32);
      for (const std::uint64_t planes : {0x77, 0x02, 0x20, 0x12, 0x70}) {
        REQUIRE(probe->write(registers::kPlanes, planes) == ::tlm::TLM_OK_RESPONSE);
        CHECK(probe->write(registers::kControl, registers::kControlStart) == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
      }
      CHECK(probe->read(registers::kStatus) == 0);
      REQUIRE(probe->write(registers::kPlanes, 0x11) == ::tlm::TLM_OK_RESPONSE);
      CHECK(probe->write(registers::kControl, registers::kControlStart) == ::tlm::TLM_OK_RESPONSE);
      CHECK(probe->read(registers::kStatus) == 1);
    }
  });
  with_both("fused-ws-4x3", [](Probe& rtl, Probe& tlm) {
    for (Probe* probe : {&rtl, &tlm}) {
      describe(*probe, {8, false}, {8, false}, 3, 4, 2);
      CHECK(probe->write(registers::kControl, registers::kControlStart) == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
      REQUIRE(probe->write(registers::kLastLanes, 1) == ::tlm::TLM_OK_RESPONSE);
      CHECK(probe->write(registers::kControl, registers::kControlStart) == ::tlm::TLM_OK_RESPONSE);
      REQUIRE(probe->write(registers::kPlanes, 0x70) == ::tlm::TLM_OK_RESPONSE);
      CHECK(probe->write(registers::kControl, registers::kControlStart) == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
    }
  });
}

TEST_CASE("a sum that leaves 32 bits is an error response, a status and zeros, in the cycles of the tile", "[cosim]") {
  // 33025 * 255 * 255 <= 2^31 - 1 < 33026 * 255 * 255.
  with_both("int8-3x5", [](Probe& rtl, Probe& tlm) {
    for (Probe* probe : {&rtl, &tlm}) {
      for (const std::uint64_t steps : {std::uint64_t{33026}, std::uint64_t{33025}}) {
        describe(*probe, {8, false}, {8, false}, steps, 1, 1);
        probe->fill(registers::kAMemory, std::vector<std::uint32_t>(3 * steps, 255));
        probe->fill(registers::kBMemory, std::vector<std::uint32_t>(5 * steps, 255));
        probe->delay = sc_core::SC_ZERO_TIME;
        const bool overflows = steps == 33026;
        CHECK(probe->write(registers::kControl, registers::kControlStart | registers::kControlClearCounters) ==
              (overflows ? ::tlm::TLM_GENERIC_ERROR_RESPONSE : ::tlm::TLM_OK_RESPONSE));
        CHECK(probe->read(registers::kError) == (overflows ? registers::kOverflowError : registers::kNoError));
        CHECK(probe->results(1).front() == (overflows ? 0u : 33025u * 255 * 255));
        CHECK(probe->read(registers::kComputeCycles) == steps);
        CHECK(probe->delay == sc_core::sc_time(static_cast<double>(steps + 4), sc_core::SC_NS));
      }
    }
  });
  with_both("serial-ws-4x3", [](Probe& rtl, Probe& tlm) {
    for (Probe* probe : {&rtl, &tlm}) {
      describe(*probe, {2, false}, {2, false}, 1, 1, 1);
      probe->fill(registers::kAMemory, std::vector<std::uint32_t>(8, 1));
      probe->fill(registers::kBMemory, std::vector<std::uint32_t>(24, 1));
      const std::uint64_t control = registers::kControlStart | registers::kControlAccumulate;
      probe->fill(registers::kResultMemory, {0x7FFFFFFE, 0, 0});
      CHECK(probe->write(registers::kControl, control) == ::tlm::TLM_OK_RESPONSE);
      CHECK(probe->results(1).front() == 0x7FFFFFFF);
      CHECK(probe->write(registers::kControl, control) == ::tlm::TLM_GENERIC_ERROR_RESPONSE);
      CHECK(probe->read(registers::kError) == registers::kOverflowError);
      CHECK(probe->results(1).front() == 0);
    }
  });
}

TEST_CASE("a register asks for memory that is taken when it is touched", "[cosim]") {
  with_both("int8-ws-4x3", [](Probe& rtl, Probe& tlm) {
    for (Probe* probe : {&rtl, &tlm}) {
      REQUIRE(probe->write(registers::kFormats, registers::formats_word({8, true}, {8, true})) ==
              ::tlm::TLM_OK_RESPONSE);
      CHECK(probe->write(registers::kSteps, UINT32_MAX) == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
      const std::int64_t before = resident_pages();
      probe->write(registers::kSteps, std::uint64_t{1} << 28);  // 4 GiB of A: refused if the system does not give them
      CHECK(resident_pages() - before < 10000);
      describe(*probe, {8, true}, {8, true}, 2, 4, 1);
      CHECK(probe->write(registers::kControl, registers::kControlStart) == ::tlm::TLM_OK_RESPONSE);
    }
  });
}

TEST_CASE("registers of random values: rtl and tlm answer alike, in sums, cycles and errors", "[cosim]") {
  for (const char* name :
       {"serial-ws-4x3", "serial-3x5", "fused-ws-4x3", "fused-4x4", "int8-ws-4x3", "int8-3x5", "mul8-3x5", "r4s-3x2"})
    with_both(name, [name](Probe& rtl, Probe& tlm) {
      const timing::HardwarePoint point = timing::point_from_string(name);
      const bool is_grid = timing::pe_formats(point.pe).is_grid;
      const auto place_words = static_cast<std::size_t>(point.rows * point.cols);
      const std::size_t result_words = static_cast<std::size_t>(timing::result_places(point)) * place_words;
      std::mt19937_64 random(7);
      constexpr std::size_t kWords = 8 * 5 * 8;  // at least what the formats of any tile have
      int tiles = 0;
      for (int i = 0; i < 6000; ++i) {
        std::uint64_t address = random() % 12 * 8;  // a register, or one behind the last
        if (random() % 3 == 0) address = registers::kControl;
        const std::uint64_t value = draw_value(address, random);
        if (address == registers::kSteps && value > 1000 && value <= UINT32_MAX) continue;  // hours
        INFO(name << ", write " << i << ": " << address << " = " << value);
        const ::tlm::tlm_response_status status = rtl.write(address, value);
        REQUIRE(status == tlm.write(address, value));
        if (address != registers::kControl) continue;
        REQUIRE(rtl.delay == tlm.delay);
        for (std::uint64_t at = 0; at < registers::kEnd; at += 8) REQUIRE(rtl.read(at) == tlm.read(at));
        if ((value & registers::kControlStart) == 0 || status == ::tlm::TLM_COMMAND_ERROR_RESPONSE) continue;
        ++tiles;
        // What a tile leaves in use: the first columns of the first rows. Of a grid when the run is finished.
        const bool is_finished = !is_grid || (value & registers::kControlFinish) != 0;
        if (is_finished) {
          const std::vector<std::uint32_t> found = rtl.results(result_words), expected = tlm.results(result_words);
          for (std::size_t at = 0; at < result_words; at += place_words) REQUIRE(found[at] == expected[at]);
        }
        std::vector<std::uint32_t> words(kWords);
        for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random());
        for (const std::uint64_t memory : {registers::kAMemory, registers::kBMemory, registers::kResultMemory}) {
          if (memory == registers::kResultMemory && !is_finished) continue;
          for (Probe* probe : {&rtl, &tlm}) {
            std::vector<std::uint32_t> part(words.begin(),
                                            words.begin() + (memory == registers::kResultMemory ? 12 : 8));
            probe->fill(memory, part);
          }
        }
      }
      CHECK(tiles > 100);
    });
}
