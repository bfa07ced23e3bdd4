#include <fmt/format.h>

#include "common/error.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "optim/warmup.h"

namespace ampa::optim {

// Each is in the file of its name.
OptimizerInfo sgd();
OptimizerInfo adam();
OptimizerInfo adamw();
ScheduleInfo constant();
ScheduleInfo cosine();
ScheduleInfo cosine_steps();
ScheduleInfo step();

const std::vector<OptimizerInfo>& optimizers() {
  static const std::vector<OptimizerInfo> table = {
      sgd(),
      adam(),
      adamw(),
  };
  return table;
}

const std::vector<ScheduleInfo>& schedules() {
  static const std::vector<ScheduleInfo> table = {
      constant(),
      cosine(),
      step(),
      cosine_steps(),
  };
  return table;
}

namespace {

template <typename Row>
const Row& find(const std::vector<Row>& table, const char* what, const std::string& name) {
  std::string valid;
  for (const Row& row : table) {
    if (row.name == name) return row;
    valid += (valid.empty() ? "" : ", ") + row.name;
  }
  throw InputError(fmt::format("{}: expected one of {}, found \"{}\"", what, valid, name));
}

}  // namespace

const OptimizerInfo& optimizer_info(const std::string& name) {
  return find(optimizers(), "optimizer", name);
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const Json& options, Parameters parameters) {
  const OptimizerInfo& info = optimizer_info(name);
  return info.make(settings::resolved(info.own, options), std::move(parameters));
}

const ScheduleInfo& schedule_info(const std::string& name) {
  return find(schedules(), "lr_schedule", name);
}

std::unique_ptr<Schedule> make_schedule(const std::string& name, double rate, const Json& options) {
  const ScheduleInfo& info = schedule_info(name);
  return with_warmup(info.make(rate, settings::resolved(info.own, options)), options);
}

}  // namespace ampa::optim
