#include "tlm/core/wave.h"

#include "rtl/core/wave_path.h"

namespace ampa::tlm {
namespace {

constexpr const char* kTimeUnitIsSet = "tracing timescale unit set";  // the kernel's message 703: a note of each file

}  // namespace

Wave::Wave(const std::string& path) {
  rtl::check_wave_path(path);
  const std::string stem = path.substr(0, path.size() - std::string(rtl::kWaveSuffix).size());  // the kernel appends it
  sc_core::sc_report_handler::set_actions(kTimeUnitIsSet, sc_core::SC_DO_NOTHING);
  file_ = sc_core::sc_create_vcd_trace_file(stem.c_str());
  file_->set_time_unit(100, sc_core::SC_PS);  // requests are taken in the middle of a cycle
}

Wave::~Wave() {
  sc_core::sc_close_vcd_trace_file(file_);
}

}  // namespace ampa::tlm
