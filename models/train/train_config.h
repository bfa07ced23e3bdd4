// What a training run is asked to do. The JSON keys are the long flags of `ampa train` with _ for -.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "allocate/allocator.h"
#include "allocate/ampa_settings.h"
#include "common/json_reader.h"
#include "numerics/formats.h"
#include "train/scheme.h"

namespace ampa::train {

using allocate::kThrInfinite;  // "inf" in JSON and on the command line

struct AmpaConfig {
  double alpha = 10, beta = 20, gamma = 30;  // percent of the layers per update, of weights, activations, gradients
  // The interval between updates, either as a fraction of the epochs (the paper's Itv/N) or in epochs: exactly one is
  // set.
  std::optional<double> itv = 0.05;        // (0, 1]
  std::optional<std::int64_t> itv_epochs;  // >= 1
  std::int64_t thr = 3;                    // >= 0, or kThrInfinite
  std::vector<Bits> ladder = {4, 6, 8};    // one or more ascending widths that a layer climbs
};

enum class Augmentation { kNone, kFlipCrop };

struct TrainConfig {
  std::string recipe = "default";  // of train::recipes(): what was asked for; its values are resolved below
  std::string network = "resnet20";
  std::string dataset = "fashion-mnist";  // a name of `ampa list datasets`
  std::string data_dir;                   // empty: the data set's default place
  Scheme scheme;
  AmpaConfig ampa;
  std::int64_t epochs = 20;
  std::int64_t batch_size = 64;
  std::int64_t max_train = 0;  // first so many images only; 0: all
  std::int64_t max_test = 0;
  std::uint64_t seed = 1;
  std::string init;  // a safetensors file (weights/network_state.h) to start from; empty: weights drawn from seed
  double lr = 0.1;
  std::string lr_schedule = "cosine";       // of optim::schedules()
  std::string optimizer = "sgd";            // of optim::optimizers()
  std::string objective = "cross-entropy";  // of objectives::objectives()
  std::string clipping = "full";            // of quant::clipping_rules(): where no other setting says
  // The settings that rows of the tables declare for themselves (momentum, lr_decay, ...), by key: those that were
  // given. The rest has its defaults; train_settings.h reads and writes them all.
  Json options = Json::object();
  Augmentation augment = Augmentation::kNone;
};

// Fixed key order; every key is written, so that a record holds the resolved configuration.
Json to_json(const TrainConfig& config);

// Keys that are absent have the values of the recipe, or keep their defaults; unknown keys, wrong types and values out
// of range (train_settings.h) throw InputError.
TrainConfig config_from_json(const Json& given, const std::string& source, const std::string& prefix = "");

// Throws InputError if a batch cannot be filled from the images that the configuration takes.
void check_batch(const TrainConfig& config, const std::string& source, const std::string& prefix = "");

// The interval in epochs: itv_epochs, or itv * epochs rounded to the nearest integer, at least 1.
std::int64_t interval_epochs(const AmpaConfig& ampa, std::int64_t epochs);

// What the allocator of the scheme is given; for a scheme that quantizes. `layers` are the names of the quantized ones.
allocate::AmpaSettings ampa_settings(const TrainConfig& config);
allocate::AllocatorConfig allocator_config(const TrainConfig& config, std::vector<std::string> layers);

}  // namespace ampa::train
