// The host of a core: puts a job into memory, starts it, takes the results.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <exception>
#include <string>
#include <systemc>

#include "rtl/core/core_model.h"

namespace ampa::tlm {

// Writing an image and reading results take no simulated time (transport_dbg).
class Host : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Host);
  Host(const sc_core::sc_module_name& name, std::string core_name);

  tlm_utils::simple_initiator_socket<Host> memory, core;
  sc_core::sc_in<bool> done;

  // Hands a job to the simulation, which then has to be started; the image must live until it is done.
  void submit(rtl::JobImage& image, std::int64_t watchdog_cycles);

  // Whether a job was submitted that is not done: the core has said nothing of it.
  bool is_waiting() const { return image_ != nullptr; }

  // The figures of the job that was submitted. Throws RunError naming what went wrong with it.
  timing::CoreRun finish();

 private:
  void serve();
  void run_job();
  void move_bytes(::tlm::tlm_command command, std::uint64_t address, std::uint8_t* bytes, std::size_t size);
  void write(std::uint64_t address, std::uint64_t value);
  std::int64_t read(std::uint64_t address);
  void access(::tlm::tlm_command command, std::uint64_t address, std::uint64_t& value);

  std::string core_name_;
  sc_core::sc_event submitted_;
  rtl::JobImage* image_ = nullptr;
  std::int64_t watchdog_cycles_ = 0;
  timing::CoreRun run_;
  std::exception_ptr error_;
};

}  // namespace ampa::tlm
