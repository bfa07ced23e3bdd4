// An array as a TLM-2.0 target (loosely timed): registers that run tiles, and the memories that feed them.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>

#include "rtl/array/array_model.h"
#include "tlm/array/register_map.h"
#include "tlm/array/word_memory.h"

namespace ampa::tlm {

// register_map.h says what lies where. Starting a tile adds its cycles to the transaction's delay. Writes that make no
// sense (no such register, a size outside the array, a memory access beyond its end, a start with planes or lanes that
// the formats do not have) get a TLM error response, as the start of a tile that ends in an error.
class ArrayTarget : public sc_core::sc_module {
 public:
  ArrayTarget(const sc_core::sc_module_name& name, const timing::HardwarePoint& point,
              std::unique_ptr<rtl::ArrayModel> model, sc_core::sc_time clock_period);

  tlm_utils::simple_target_socket<ArrayTarget> socket;

  // What the model said of the last tile; empty if it ended well.
  const std::string& fault() const { return fault_; }

 private:
  struct Memory {
    std::uint64_t base = 0;
    WordMemory words;
    std::uint64_t end() const { return base + words.size() * sizeof(std::uint32_t); }
    unsigned char* bytes() { return reinterpret_cast<unsigned char*>(words.data()); }
  };

  void transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned int transport_debug(::tlm::tlm_generic_payload& payload);
  bool get_direct_pointer(::tlm::tlm_generic_payload& payload, ::tlm::tlm_dmi& dmi);

  Memory* memory_at(std::uint64_t address, std::uint64_t length);
  std::uint64_t& at(std::uint64_t address) { return registers_[address / sizeof(std::uint64_t)]; }
  ::tlm::tlm_response_status access_register(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  ::tlm::tlm_response_status write_control(std::uint64_t value, sc_core::sc_time& delay);
  bool write_register(std::uint64_t address, std::uint64_t value);
  bool set_steps(std::uint64_t steps);
  bool make_room(Memory& memory, std::uint64_t words);
  bool describe_tile();
  void run(const std::function<gemm::JobCycles()>& work, sc_core::sc_time& delay);

  timing::HardwarePoint point_;
  std::int64_t rows_, cols_;
  std::unique_ptr<rtl::ArrayModel> model_;
  sc_core::sc_time clock_period_;
  rtl::Tile tile_;
  std::int64_t num_places_ = 1;    // of results
  std::uint64_t run_formats_ = 0;  // of the run of tiles that has not been finished; 0: none
  std::string fault_;
  std::array<std::uint64_t, registers::kEnd / sizeof(std::uint64_t)> registers_{};
  std::array<Memory, 3> memories_;  // A, B, results
};

}  // namespace ampa::tlm
