#include "tlm/array/array_backend.h"

#include <systemc>
#include <utility>

#include "common/error.h"
#include "rtl/array/verilated_model.h"
#include "tlm/array/array_target.h"
#include "tlm/array/job_initiator.h"
#include "tlm/array/transaction_model.h"
#include "tlm/simulation.h"

namespace ampa::tlm {
namespace {

const sc_core::sc_time& clock_period() {
  static const sc_core::sc_time period(1, sc_core::SC_NS);
  return period;
}

}  // namespace

struct ArrayBackend::Platform {
  timing::HardwarePoint point;
  Simulation simulation;
  std::unique_ptr<ArrayTarget> array;
  std::unique_ptr<JobInitiator> initiator;
  sc_core::sc_time time;
};

ArrayBackend::ArrayBackend(std::string name, const timing::HardwarePoint& point, std::unique_ptr<rtl::ArrayModel> model)
    : name_(std::move(name)), platform_(std::make_unique<Platform>()) {
  Platform& platform = *platform_;
  platform.point = point;
  platform.simulation.run([&] {
    platform.array = std::make_unique<ArrayTarget>("array", point, std::move(model), clock_period());
    platform.initiator = std::make_unique<JobInitiator>("initiator", point);
    platform.initiator->socket.bind(platform.array->socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  });
}

ArrayBackend::~ArrayBackend() {
  Platform& platform = *platform_;
  platform.simulation.run([&] {
    platform.initiator.reset();
    platform.array.reset();
  });
}

std::optional<gemm::JobCycles> ArrayBackend::run(const gemm::GemmJob& job, gemm::Accumulators& out) {
  gemm::check(job);
  timing::check_formats(platform_->point, job.a.format(), job.b.format());
  gemm::JobCycles cycles;
  platform_->simulation.run([&] {
    platform_->initiator->submit(job, out);
    sc_core::sc_start();
    platform_->time = sc_core::sc_time_stamp();
    try {
      cycles = platform_->initiator->finish();
    } catch (const RunError&) {
      if (platform_->array->fault().empty()) throw;
      throw RunError(platform_->array->fault());  // the registers say less
    }
  });
  return cycles;
}

std::int64_t ArrayBackend::simulated_cycles() const {
  return static_cast<std::int64_t>(platform_->time.value() / clock_period().value());
}

std::unique_ptr<gemm::Backend> make_tlm_backend(const timing::HardwarePoint& point) {
  return std::make_unique<ArrayBackend>("tlm", point, make_transaction_model(point));
}

std::unique_ptr<gemm::Backend> make_rtl_backend(const timing::HardwarePoint& point) {
  return std::make_unique<ArrayBackend>("rtl", point, rtl::make_verilated_model(point));
}

}  // namespace ampa::tlm
