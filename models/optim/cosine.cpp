// rate * (1 + cos(pi * epoch / epochs)) / 2, the same for all steps of an epoch; epochs count from 0.
#include "numerics/elementary.h"
#include "optim/schedule.h"

namespace ampa::optim {
namespace {

class Cosine : public Schedule {
 public:
  explicit Cosine(double rate) : rate_(rate) {}

  double rate(const StepPlace& place) const override {
    constexpr double kPi = 3.14159265358979323846;
    return rate_ * (1 + numerics::cos(kPi * static_cast<double>(place.epoch()) / static_cast<double>(place.epochs))) /
           2;
  }
  Json identity(std::int64_t epochs) const override {
    return {{"schedule", "cosine"}, {"lr", rate_}, {"over_epochs", epochs}};
  }

 private:
  double rate_;
};

std::unique_ptr<Schedule> make(double rate, const Json&) {
  return std::make_unique<Cosine>(rate);
}

}  // namespace

ScheduleInfo cosine() {
  return {"cosine", "half a cosine from the rate at the start towards 0 after the last epoch", {}, make};
}

}  // namespace ampa::optim
