#include "train/run_settings.h"

#include <limits>

#include "train/train_settings.h"

namespace ampa::train {
namespace {

settings::Setting seed(const char* key, const char* of) {
  return settings::unsigned_integer(key, std::numeric_limits<std::int64_t>::max())
      .about(std::string("of ") + of)
      .by_default_words("seed")
      .or_null();
}

Json value(const TrainConfig& config, const char* key) {
  return own_values(run_settings(), config).at(key);
}

}  // namespace

const settings::OwnSettings& run_settings() {
  static const settings::OwnSettings own = {
      {seed("seed_init", "the initial weights"), seed("seed_data", "the order and variation of training samples"),
       seed("seed_rounding", "stochastic rounding and dropout"),
       settings::number("norm_momentum", NumberRange::above(0, 1))
           .about("share of a batch's statistics in the running ones of batch norm")
           .by_default(0.1),
       settings::choice("last_batch", {"drop", "keep"})
           .about("what becomes of the training samples that do not fill a batch; a kept batch is costed as a full one")
           .by_default("drop")}};
  return own;
}

Seeds seeds_of(const TrainConfig& config) {
  const auto of = [&](const char* key) {
    const Json given = value(config, key);
    return given.is_null() ? config.seed : given.get<std::uint64_t>();
  };
  return {of("seed_init"), of("seed_data"), of("seed_rounding")};
}

double norm_momentum(const TrainConfig& config) {
  return value(config, "norm_momentum").get<double>();
}

bool keeps_last_batch(const TrainConfig& config) {
  return value(config, "last_batch") == "keep";
}

}  // namespace ampa::train
