#include "verify/device.h"

#include <map>
#include <utility>

#include "rtl/array/stressed_model.h"
#include "tlm/array/array_backend.h"

namespace ampa::verify {
namespace {

class RtlDevice : public Device {
 public:
  explicit RtlDevice(const timing::HardwarePoint& point) : RtlDevice(point, rtl::make_stressed_model(point)) {}

  std::string_view name() const override { return backend_.name(); }

  void reset() { model_->reset(); }

  Outcome run(const gemm::GemmJob& job, const rtl::Stress& stress) override {
    Outcome outcome;
    model_->set_stress(stress);
    outcome.cycles = backend_.run(job, outcome.sums);
    outcome.counts = model_->stress_counts();
    return outcome;
  }

 private:
  RtlDevice(const timing::HardwarePoint& point, std::unique_ptr<rtl::StressedModel> model)
      : model_(model.get()), backend_("rtl", point, std::move(model)) {}

  rtl::StressedModel* model_;  // the backend's
  tlm::ArrayBackend backend_;
};

#ifdef AMPA_RTL_COVERAGE
// One array for the whole process, reset for each device: a model writes a file when it ends.
class SharedDevice : public Device {
 public:
  explicit SharedDevice(const timing::HardwarePoint& point) {
    static std::map<std::string, std::unique_ptr<RtlDevice>> devices;
    std::unique_ptr<RtlDevice>& device = devices[point.name];
    if (device == nullptr) device = std::make_unique<RtlDevice>(point);
    device->reset();
    device_ = device.get();
  }
  std::string_view name() const override { return device_->name(); }
  Outcome run(const gemm::GemmJob& job, const rtl::Stress& stress) override { return device_->run(job, stress); }

 private:
  RtlDevice* device_;
};
#endif

class TlmDevice : public Device {
 public:
  explicit TlmDevice(const timing::HardwarePoint& point) : backend_(tlm::make_tlm_backend(point)) {}

  std::string_view name() const override { return backend_->name(); }

  Outcome run(const gemm::GemmJob& job, const rtl::Stress&) override {
    Outcome outcome;
    outcome.cycles = backend_->run(job, outcome.sums);
    return outcome;
  }

 private:
  std::unique_ptr<gemm::Backend> backend_;
};

}  // namespace

MakeDevice rtl_device(const timing::HardwarePoint& point) {
#ifdef AMPA_RTL_COVERAGE
  return [point] { return std::make_unique<SharedDevice>(point); };
#else
  return [point] { return std::make_unique<RtlDevice>(point); };
#endif
}

MakeDevice tlm_device(const timing::HardwarePoint& point) {
  return [point] { return std::make_unique<TlmDevice>(point); };
}

}  // namespace ampa::verify
