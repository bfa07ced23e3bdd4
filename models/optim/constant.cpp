// One rate for the whole run.
#include "optim/schedule.h"

namespace ampa::optim {
namespace {

class Constant : public Schedule {
 public:
  explicit Constant(double rate) : rate_(rate) {}
  double rate(const StepPlace&) const override { return rate_; }
  Json identity(std::int64_t) const override { return {{"schedule", "constant"}, {"lr", rate_}}; }

 private:
  double rate_;
};

std::unique_ptr<Schedule> make(double rate, const Json&) {
  return std::make_unique<Constant>(rate);
}

}  // namespace

ScheduleInfo constant() {
  return {"constant", "one rate for the whole run", {}, make};
}

}  // namespace ampa::optim
