// The array as any other initiator would meet it: addresses, lengths, commands, direct memory.
#include "tlm/array/array_target.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <catch2/catch.hpp>
#include <systemc>

#include "common/error.h"
#include "rtl/array/verilated_model.h"
#include "tlm/array/register_map.h"
#include "tlm/simulation.h"

using namespace ampa;
namespace registers = ampa::tlm::registers;

namespace {

struct Probe : sc_core::sc_module {
  SC_HAS_PROCESS(Probe);
  explicit Probe(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") { SC_METHOD(wake); }
  void wake() {}  // the kernel warns of a simulation without a process
  tlm_utils::simple_initiator_socket<Probe> socket;
  sc_core::sc_time delay;

  ::tlm::tlm_response_status transport(::tlm::tlm_command command, std::uint64_t address, void* data, unsigned length) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    socket->b_transport(payload, delay);
    return payload.get_response_status();
  }
  ::tlm::tlm_response_status write(std::uint64_t address, std::uint64_t value) {
    return transport(::tlm::TLM_WRITE_COMMAND, address, &value, sizeof(value));
  }
  std::uint64_t read(std::uint64_t address) {
    std::uint64_t value = 0;
    REQUIRE(transport(::tlm::TLM_READ_COMMAND, address, &value, sizeof(value)) == ::tlm::TLM_OK_RESPONSE);
    return value;
  }
};

// A probe in front of a 4 x 4 array.
void with_probe(const std::function<void(Probe&)>& work) {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  ampa::tlm::Simulation simulation;
  simulation.run([&] {
    ampa::tlm::ArrayTarget array("array", point, rtl::make_verilated_model(point), {1, sc_core::SC_NS});
    Probe probe("probe");
    probe.socket.bind(array.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    work(probe);
  });
}

}  // namespace

TEST_CASE("a tile by registers and transported memories", "[cosim]") {
  with_probe([](Probe& probe) {
    REQUIRE(probe.write(registers::kFormats, registers::formats_word({8, true}, {8, false})) == ::tlm::TLM_OK_RESPONSE);
    REQUIRE(probe.write(registers::kLastLanes, 1) == ::tlm::TLM_OK_RESPONSE);
    REQUIRE(probe.write(registers::kSteps, 2) == ::tlm::TLM_OK_RESPONSE);
    REQUIRE(probe.write(registers::kRows, 1) == ::tlm::TLM_OK_RESPONSE);
    REQUIRE(probe.write(registers::kCols, 1) == ::tlm::TLM_OK_RESPONSE);
    std::uint32_t a[8] = {0xFF, 0, 0, 0, 3, 0, 0, 0}, b[8] = {200, 0, 0, 0, 7, 0, 0, 0};
    REQUIRE(probe.transport(::tlm::TLM_WRITE_COMMAND, registers::kAMemory, a, sizeof(a)) == ::tlm::TLM_OK_RESPONSE);
    REQUIRE(probe.transport(::tlm::TLM_WRITE_COMMAND, registers::kBMemory, b, sizeof(b)) == ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.delay == sc_core::SC_ZERO_TIME);
    REQUIRE(probe.write(registers::kControl, registers::kControlStart | registers::kControlClearCounters) ==
            ::tlm::TLM_OK_RESPONSE);
    std::int32_t result = 0;
    REQUIRE(probe.transport(::tlm::TLM_READ_COMMAND, registers::kResultMemory, &result, 4) == ::tlm::TLM_OK_RESPONSE);
    CHECK(result == -1 * 200 + 3 * 7);
    CHECK(probe.read(registers::kStatus) == 1);
    CHECK(probe.read(registers::kComputeCycles) == 2);
    CHECK(probe.read(registers::kFillDrainCycles) == 4);
    CHECK(probe.delay == sc_core::sc_time(6, sc_core::SC_NS));
    CHECK(probe.write(registers::kControl, registers::kControlClearCounters) == ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.read(registers::kStatus) == 0);
  });
}

TEST_CASE("what makes no sense gets an error response", "[cosim]") {
  with_probe([](Probe& probe) {
    CHECK(probe.write(registers::kControl, registers::kControlStart) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kRows, 0) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kRows, 5) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kCols, 5) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kSteps, 0) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kSteps, std::uint64_t{1} << 32) != ::tlm::TLM_OK_RESPONSE);
    for (const std::uint64_t formats : {std::uint64_t{0}, registers::formats_word({8, true}, {1, true}),
                                        registers::formats_word({8, true}, {8, true}) | 0x300, std::uint64_t{1} << 12})
      CHECK(probe.write(registers::kFormats, formats) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kSteps, 3) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kLastLanes, 0) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kLastLanes, 33) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kPlanes, 8) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kStatus, 0) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kComputeCycles, 0) != ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.write(registers::kEnd, 0) == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(probe.write(registers::kAMemory, 0) == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    std::uint64_t value = 0;
    CHECK(probe.transport(::tlm::TLM_READ_COMMAND, registers::kRows, &value, 4) == ::tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(probe.transport(::tlm::TLM_READ_COMMAND, registers::kRows + 4, &value, 8) == ::tlm::TLM_BURST_ERROR_RESPONSE);
    // The result memory is 64 bytes.
    CHECK(probe.transport(::tlm::TLM_READ_COMMAND, registers::kResultMemory + 56, &value, 8) == ::tlm::TLM_OK_RESPONSE);
    CHECK(probe.transport(::tlm::TLM_READ_COMMAND, registers::kResultMemory + 60, &value, 8) ==
          ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  });
}

TEST_CASE("direct memory is granted for the memories only, and shows what was transported", "[cosim]") {
  with_probe([](Probe& probe) {
    REQUIRE(probe.write(registers::kFormats, registers::formats_word({8, true}, {8, true})) == ::tlm::TLM_OK_RESPONSE);
    REQUIRE(probe.write(registers::kSteps, 3) == ::tlm::TLM_OK_RESPONSE);
    ::tlm::tlm_generic_payload payload;
    payload.set_read();
    ::tlm::tlm_dmi dmi;
    payload.set_address(registers::kRows);
    CHECK_FALSE(probe.socket->get_direct_mem_ptr(payload, dmi));
    payload.set_address(registers::kBMemory);
    REQUIRE(probe.socket->get_direct_mem_ptr(payload, dmi));
    CHECK(dmi.get_start_address() == registers::kBMemory);
    CHECK(dmi.get_end_address() == registers::kBMemory + 3 * 4 * 4 - 1);
    std::uint32_t word = 0x12345678;
    REQUIRE(probe.transport(::tlm::TLM_WRITE_COMMAND, registers::kBMemory + 8, &word, 4) == ::tlm::TLM_OK_RESPONSE);
    CHECK(reinterpret_cast<std::uint32_t*>(dmi.get_dmi_ptr())[2] == word);
  });
}
