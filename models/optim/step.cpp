// rate * decay^(number of milestones <= epoch), the same for all steps of an epoch; epochs count from 0.
#include <algorithm>

#include "optim/schedule.h"

namespace ampa::optim {
namespace {

constexpr std::int64_t kMaxEpochs = 100000;

class Step : public Schedule {
 public:
  Step(double rate, double decay, std::vector<std::int64_t> milestones)
      : rate_(rate), decay_(decay), milestones_(std::move(milestones)) {}

  double rate(const StepPlace& place) const override {
    double rate = rate_;
    for (const std::int64_t milestone : milestones_)
      if (milestone <= place.epoch()) rate *= decay_;
    return rate;
  }
  // Without milestones it is the constant one.
  Json identity(std::int64_t) const override {
    if (milestones_.empty()) return {{"schedule", "constant"}, {"lr", rate_}};
    return {{"schedule", "step"}, {"lr", rate_}, {"lr_milestones", milestones_}, {"lr_decay", decay_}};
  }

 private:
  double rate_, decay_;
  std::vector<std::int64_t> milestones_;
};

std::vector<std::int64_t> milestones(const Json& values) {
  return values.at("lr_milestones").get<std::vector<std::int64_t>>();
}

std::unique_ptr<Schedule> make(double rate, const Json& values) {
  return std::make_unique<Step>(rate, values.at("lr_decay").get<double>(), milestones(values));
}

void check(const JsonReader& reader, const Json& values) {
  const std::vector<std::int64_t> epochs = milestones(values);
  if (!std::is_sorted(epochs.begin(), epochs.end()))
    reader.fail("lr_milestones", "ascending epochs", "epochs out of order");
}

}  // namespace

ScheduleInfo step() {
  return {"step",
          "falls by a factor at milestones",
          {{settings::integers("lr_milestones", 1, kMaxEpochs)
                .in("epochs")
                .about("epochs at which the rate is multiplied by lr_decay, ascending")
                .by_default(Json::array()),
            settings::number("lr_decay", NumberRange::above(0, 1))
                .about("factor of the rate at a milestone")
                .by_default(0.1)},
           check},
          make};
}

}  // namespace ampa::optim
