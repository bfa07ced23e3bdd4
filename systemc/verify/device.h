// An array as the bench sees it: runs a job under stress and tells what it did.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gemm/backend.h"
#include "rtl/array/stress.h"
#include "timing/hardware_point.h"

namespace ampa::verify {

struct Outcome {
  gemm::Accumulators sums;
  std::optional<gemm::JobCycles> cycles;
  rtl::StressCounts counts;
};

class Device {
 public:
  virtual ~Device() = default;
  virtual std::string_view name() const = 0;

  // Throws RunError if the array breaks its protocol (does not end, drains too few rows), InputError if the job lies
  // outside the point's contract.
  virtual Outcome run(const gemm::GemmJob& job, const rtl::Stress& stress) = 0;
};

// Makes a device as it is after power-on.
using MakeDevice = std::function<std::unique_ptr<Device>()>;

// The verilated array behind its TLM-2.0 target. Throws InputError if the point has no RTL model.
MakeDevice rtl_device(const timing::HardwarePoint& point);

// The transaction-level model, on which stress has no effect.
MakeDevice tlm_device(const timing::HardwarePoint& point);

}  // namespace ampa::verify
