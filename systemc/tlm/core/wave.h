// A wave of a transaction-level job.
#pragma once

#include <string>
#include <systemc>

namespace ampa::tlm {

// A VCD file, open while this lives. A cycle is 1 ns; ten units of the file.
class Wave {
 public:
  // The path ends in .vcd. Throws RunError if the file cannot be written.
  explicit Wave(const std::string& path);
  ~Wave();
  Wave(const Wave&) = delete;
  Wave& operator=(const Wave&) = delete;

  sc_core::sc_trace_file* file() const { return file_; }

 private:
  sc_core::sc_trace_file* file_ = nullptr;
};

}  // namespace ampa::tlm
