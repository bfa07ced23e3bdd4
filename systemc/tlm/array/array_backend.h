// A Backend that is a SystemC simulation of one initiator and one array.
#pragma once

#include <memory>
#include <string>

#include "rtl/array/array_model.h"
#include "tlm/array/array_backends.h"

namespace ampa::tlm {

class ArrayBackend : public gemm::Backend {
 public:
  ArrayBackend(std::string name, const timing::HardwarePoint& point, std::unique_ptr<rtl::ArrayModel> model);
  ~ArrayBackend() override;

  std::string_view name() const override { return name_; }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override;

  // Clock cycles of simulated time that have passed since the backend was made.
  std::int64_t simulated_cycles() const;

 private:
  struct Platform;
  std::string name_;
  std::unique_ptr<Platform> platform_;
};

}  // namespace ampa::tlm
