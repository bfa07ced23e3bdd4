#include "optim/warmup.h"

namespace ampa::optim {
namespace {

constexpr std::int64_t kMaxEpochs = 100000, kMaxSteps = 1000000000;

class Warmup : public Schedule {
 public:
  Warmup(std::unique_ptr<Schedule> schedule, std::int64_t steps, std::int64_t epochs)
      : schedule_(std::move(schedule)), steps_(steps), epochs_(epochs) {}

  double rate(const StepPlace& place) const override {
    const std::int64_t steps = steps_ > 0 ? steps_ : epochs_ * place.steps_per_epoch;
    const double rate = schedule_->rate(place);
    if (place.step >= steps) return rate;
    return rate * (static_cast<double>(place.step + 1) / static_cast<double>(steps));
  }

  Json identity(std::int64_t epochs) const override {
    Json identity = schedule_->identity(epochs);
    if (steps_ > 0)
      identity["warmup_steps"] = steps_;
    else
      identity["warmup_epochs"] = epochs_;
    return identity;
  }

 private:
  std::unique_ptr<Schedule> schedule_;
  std::int64_t steps_, epochs_;
};

void check(const JsonReader& reader, const Json& values) {
  if (values.at("warmup_steps") > 0 && values.at("warmup_epochs") > 0)
    reader.fail("warmup_steps", "warmup_steps or warmup_epochs, not both", "both");
}

}  // namespace

const settings::OwnSettings& warmup_settings() {
  static const settings::OwnSettings own = {
      {settings::integer("warmup_epochs", 0, kMaxEpochs)
           .in("epochs")
           .about("the rate rises linearly, step by step, over the first so many; 0: at once")
           .by_default(0),
       settings::integer("warmup_steps", 0, kMaxSteps)
           .in("steps")
           .about("the same in steps, instead of warmup_epochs")
           .by_default(0)},
      check};
  return own;
}

std::unique_ptr<Schedule> with_warmup(std::unique_ptr<Schedule> schedule, const Json& options) {
  const Json values = settings::resolved(warmup_settings(), options);
  const auto steps = values.at("warmup_steps").get<std::int64_t>();
  const auto epochs = values.at("warmup_epochs").get<std::int64_t>();
  if (steps == 0 && epochs == 0) return schedule;
  return std::make_unique<Warmup>(std::move(schedule), steps, epochs);
}

}  // namespace ampa::optim
