// A core as a module behind its registers, with a memory, for what a whole platform does not show: starts at any time,
// starts after errors, registers of any value.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <systemc>
#include <vector>

#include "tlm/core/clock.h"
#include "tlm/core/core_registers.h"
#include "tlm/core/interconnect.h"
#include "tlm/core/memory.h"
#include "tlm/core/rtl_core.h"
#include "tlm/core/transaction_core.h"
#include "tlm/simulation.h"

namespace ampa::tlm {

// Bound to the registers of a core. Its process, the first of a bench, runs `at_first` before those of the core.
struct RegisterProbe : sc_core::sc_module {
  SC_HAS_PROCESS(RegisterProbe);
  explicit RegisterProbe(const sc_core::sc_module_name& name) : sc_module(name), core("core"), memory("memory") {
    SC_THREAD(run);
    set_stack_size(std::size_t{1} << 20);
  }
  void run() {
    if (at_first) at_first();
  }
  std::function<void()> at_first;
  tlm_utils::simple_initiator_socket<RegisterProbe> core, memory;

  ::tlm::tlm_response_status access(::tlm::tlm_command command, std::uint64_t address, std::uint64_t& value) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(sizeof(value));
    payload.set_streaming_width(sizeof(value));
    sc_core::sc_time delay;
    core->b_transport(payload, delay);
    return payload.get_response_status();
  }
  bool write(std::uint64_t address, std::uint64_t value) {
    return access(::tlm::TLM_WRITE_COMMAND, address, value) == ::tlm::TLM_OK_RESPONSE;
  }
  std::uint64_t read(std::uint64_t address) {
    std::uint64_t value = 0;
    REQUIRE(access(::tlm::TLM_READ_COMMAND, address, value) == ::tlm::TLM_OK_RESPONSE);
    return value;
  }
  void move(::tlm::tlm_command command, std::vector<std::uint8_t>& bytes) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(0);
    payload.set_data_ptr(bytes.data());
    payload.set_data_length(static_cast<unsigned int>(bytes.size()));
    REQUIRE(memory->transport_dbg(payload) == bytes.size());
  }
};

// Made and used inside Simulation::run. The last port of the interconnect is the probe's.
template <class Core, std::size_t num_ports>
struct CoreBench {
  explicit CoreBench(const timing::CoreConfig& core_config)
      : config(core_config),
        probe("probe"),
        memory("memory", config.port_bytes),
        interconnect("interconnect", num_ports + 1),
        core("core", config),
        done("done") {
    interconnect.memory.bind(memory.socket);
    probe.core.bind(core.registers);
    probe.memory.bind(interconnect.port(num_ports));
    core.done.bind(done);
    if constexpr (num_ports == 2) {
      core.load_socket().bind(interconnect.port(0));
      core.store_socket().bind(interconnect.port(1));
    } else {
      core.memory.bind(interconnect.port(0));
    }
  }

  // Puts a job into the memory and its place into the registers.
  void place(rtl::JobImage& image, const timing::MemorySettings& settings, const rtl::RunOptions& options) {
    memory.resize(image.bytes.size());
    probe.move(::tlm::TLM_WRITE_COMMAND, image.bytes);
    if constexpr (num_ports == 2)
      memory.begin_job(settings, options);
    else
      core.begin_job(settings, options);
    REQUIRE(probe.write(core_registers::kDescriptorAddress, image.descriptor));
    REQUIRE(probe.write(core_registers::kDescriptorBeats, static_cast<std::uint64_t>(image.descriptor_beats)));
    REQUIRE(probe.write(core_registers::kWatchdog, static_cast<std::uint64_t>(options.watchdog_cycles)));
  }

  timing::CoreConfig config;
  RegisterProbe probe;
  Memory memory;
  Interconnect interconnect;
  Core core;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> done;
};
using TlmBench = CoreBench<TransactionCore, 2>;
using RtlBench = CoreBench<RtlCore, 1>;

}  // namespace ampa::tlm
