// rate * (1 + cos(pi * step / steps)) / 2, another rate at every step; steps count from 0 over the whole run.
#include "numerics/elementary.h"
#include "optim/schedule.h"

namespace ampa::optim {
namespace {

class CosineSteps : public Schedule {
 public:
  explicit CosineSteps(double rate) : rate_(rate) {}

  double rate(const StepPlace& place) const override {
    constexpr double kPi = 3.14159265358979323846;
    const double steps = static_cast<double>(place.steps_per_epoch * place.epochs);
    return rate_ * (1 + numerics::cos(kPi * static_cast<double>(place.step) / steps)) / 2;
  }
  Json identity(std::int64_t epochs) const override {
    return {{"schedule", "cosine-steps"}, {"lr", rate_}, {"over_epochs", epochs}};
  }

 private:
  double rate_;
};

std::unique_ptr<Schedule> make(double rate, const Json&) {
  return std::make_unique<CosineSteps>(rate);
}

}  // namespace

ScheduleInfo cosine_steps() {
  return {"cosine-steps", "half a cosine from the rate at the first step towards 0 after the last one", {}, make};
}

}  // namespace ampa::optim
