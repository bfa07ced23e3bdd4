// The TLM-2.0 initiator that runs GemmJobs on an array, tile by tile.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <deque>
#include <exception>
#include <systemc>
#include <vector>

#include "gemm/backend.h"
#include "timing/hardware_point.h"
#include "tlm/array/packed_operand.h"

namespace ampa::tlm {

// The GEMMs of a batch run one after another. A job beyond the bound of 32-bit accumulators is split along K into its
// parts (JobShape::parts), each of which is a pass over all tiles. Output stationary: rows of tiles are the outer loop,
// columns the inner one. Weight stationary: blocks of outputs, blocks of slices, planes of A, planes of B; in this
// order no partial sum leaves the bound.
class JobInitiator : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(JobInitiator);
  JobInitiator(const sc_core::sc_module_name& name, const timing::HardwarePoint& point);

  tlm_utils::simple_initiator_socket<JobInitiator> socket;

  // Hands a job to the simulation, which then has to be started; both must live until it is done.
  void submit(const gemm::GemmJob& job, gemm::Accumulators& out);

  // The cycles of the job that was submitted. Rethrows what went wrong with it.
  gemm::JobCycles finish();

 private:
  struct Part {
    std::int64_t begin = 0, depth = 0, slices = 0;
    std::int64_t last_lanes = 0;  // products of the last slice
  };

  // Where the results of a tile belong, and where they are.
  struct PlacedTile {
    std::int64_t first_sum = 0;  // of its GEMM
    std::int64_t row = 0, col = 0, num_rows = 0, num_cols = 0;
    std::int64_t place = 0;  // in the result memory
  };

  void serve();
  void run_job();
  void run_gemm();
  void run_output_stationary(const Part& part);
  void run_weight_stationary(const Part& part);
  void run_block(const Part& part, std::int64_t col, std::int64_t slice);
  void run_tile(std::uint64_t control);
  void overlap_tile(const PlacedTile& tile);
  void finish_run();
  void add_results(const PlacedTile& tile);
  std::vector<std::vector<std::uint32_t>> pack_columns(const Part& part) const;

  void write(std::uint64_t address, std::uint64_t value);
  std::uint64_t read(std::uint64_t address);
  void transport(::tlm::tlm_command command, std::uint64_t address, std::uint64_t& value);
  std::uint32_t* direct_pointer(std::size_t memory);
  void invalidate(sc_dt::uint64 begin, sc_dt::uint64 end);

  timing::HardwarePoint point_;
  std::int64_t rows_, cols_;        // of the array
  std::int64_t usable_cols_ = 1;    // of them, those that the formats of the job can use
  std::int64_t num_places_;         // of results
  std::int64_t num_tiles_ = 0;      // of the job, so far
  std::deque<PlacedTile> leaving_;  // of which results have not been added
  sc_core::sc_event submitted_;
  sc_core::sc_time local_time_;  // what the target has annotated and this initiator has not yet waited for
  std::vector<std::uint32_t*> direct_pointers_;
  const gemm::GemmJob* job_ = nullptr;
  gemm::GemmJob gemm_;  // the one at work
  std::int64_t first_sum_ = 0;
  gemm::Accumulators* out_ = nullptr;
  bool transposed_ = false;                          // the array works on B times A
  const gemm::Operand *a_ = nullptr, *b_ = nullptr;  // of gemm_, as the array sees them
  gemm::JobShape shape_;                             // as the array sees it
  Packing packing_a_, packing_b_;
  gemm::JobCycles cycles_;
  std::exception_ptr error_;
};

}  // namespace ampa::tlm
