#include "train/identity.h"

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "common/atomic_file.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "networks/network_digest.h"

namespace ampa::train {
namespace {

const ir::Network& resnet20() {
  static const ir::Network network = networks::load_network("resnet20", {1, 12, 12}, 10);
  return network;
}

TrainConfig base() {
  TrainConfig config;
  config.dataset = "synthetic";
  config.max_train = 50;
  config.max_test = 10;
  return config;
}

record::Identity identity(const TrainConfig& config, const ir::Network& network = resnet20()) {
  return identity_of(config, network, *data::load_source("synthetic", "", config.max_train, config.max_test));
}

std::string key(const TrainConfig& config) {
  return record::canonical_key(identity(config));
}

TrainConfig with(const std::function<void(TrainConfig&)>& change) {
  TrainConfig config = base();
  change(config);
  return config;
}

}  // namespace

TEST_CASE("identity: every key of the configuration has a role in it, and the documentation lists it") {
  std::vector<std::string> keys, listed;
  const Json json = to_json(base());
  for (const auto& [name, value] : json.items()) keys.push_back(name);
  const std::string page = read_file(std::string(AMPA_SOURCE_DIR) + "/docs/identity.md");
  for (const KeyIdentity& row : identity_table()) {
    listed.emplace_back(row.key);
    INFO(row.key);
    CHECK(page.find('`' + std::string(row.key) + '`') != std::string::npos);
  }
  CHECK(listed == keys);
}

TEST_CASE("identity: settings that resolve to the same run have one key") {
  const std::string expected = key(base());
  for (const TrainConfig& same :
       {with([](TrainConfig& c) { c.ampa.alpha = 11; }),  // 1 of 18 layers, as 10 %
        with([](TrainConfig& c) { c.ampa.itv = 0.06; }),  // 1 of 20 epochs, as 0.05
        with([](TrainConfig& c) { c.ampa.itv.reset(), c.ampa.itv_epochs = 1; }),
        with([](TrainConfig& c) { c.options["lr_milestones"] = {3}; }),  // of another schedule
        with([](TrainConfig& c) { c.options["lr_decay"] = 0.5; }),
        with([](TrainConfig& c) { c.data_dir = "/elsewhere"; }),
        with([](TrainConfig& c) { c.network = "a/copy.json"; })})
    CHECK(key(same) == expected);

  const TrainConfig folder = with([](TrainConfig& c) { c.dataset = "folder"; });
  TrainConfig uncached = folder;
  uncached.options["image_cache"] = 0;
  CHECK(key(uncached) == key(folder));
  uncached.options["image_size"] = 64;
  CHECK(key(uncached) != key(folder));

  const TrainConfig int8 = with([](TrainConfig& c) { c.scheme = scheme_from_string("int8", "test"); });
  TrainConfig other = int8;
  other.ampa.thr = 7;
  other.ampa.ladder = {2, 8};
  CHECK(key(other) == key(int8));

  TrainConfig all = base();
  all.max_train = 0;
  TrainConfig counted = base();
  counted.max_train = data::load_source("synthetic", "", 0, 0)->count(data::Part::kTrain);
  CHECK(key(all) == key(counted));
}

TEST_CASE("identity: settings that came later and stay at their defaults are not in it") {
  const Json settings = identity(base()).settings;
  std::vector<std::string> keys;
  for (const auto& item : settings.items()) keys.push_back(item.key());
  CHECK(keys == std::vector<std::string>{"scheme", "ampa", "epochs", "batch_size", "seed", "learning_rate", "momentum",
                                         "weight_decay", "augment"});
}

TEST_CASE("identity: settings that make another run have another key, and the difference is named") {
  struct Change {
    const char* named;
    TrainConfig config;
  };
  const Change changes[] = {
      {"settings.scheme", with([](TrainConfig& c) { c.scheme = scheme_from_string("int8", "test"); })},
      {"settings.ampa.selected_w: 1 and 2", with([](TrainConfig& c) { c.ampa.alpha = 12; })},
      {"settings.ampa.selected_a", with([](TrainConfig& c) { c.ampa.beta = 50; })},
      {"settings.ampa.selected_g", with([](TrainConfig& c) { c.ampa.gamma = 50; })},
      {"settings.ampa.interval_epochs: 1 and 2", with([](TrainConfig& c) { c.ampa.itv = 0.1; })},
      {"settings.ampa.thr", with([](TrainConfig& c) { c.ampa.thr = kThrInfinite; })},
      {"settings.ampa.ladder", with([](TrainConfig& c) {
         c.ampa.ladder = {4, 8};
       })},
      {"settings.epochs: 20 and 21", with([](TrainConfig& c) { c.epochs = 21; })},
      {"settings.batch_size", with([](TrainConfig& c) { c.batch_size = 25; })},
      {"settings.seed", with([](TrainConfig& c) { c.seed = 2; })},
      {"settings.learning_rate.lr: 0.1 and 0.2", with([](TrainConfig& c) { c.lr = 0.2; })},
      {"settings.learning_rate.schedule", with([](TrainConfig& c) { c.lr_schedule = "constant"; })},
      {"settings.momentum", with([](TrainConfig& c) { c.options["momentum"] = 0.8; })},
      {"settings.weight_decay", with([](TrainConfig& c) { c.options["weight_decay"] = 5e-4; })},
      {"settings.learning_rate.warmup_steps", with([](TrainConfig& c) { c.options["warmup_steps"] = 3; })},
      {"settings.nesterov", with([](TrainConfig& c) { c.options["nesterov"] = "on"; })},
      {"settings.clip_norm", with([](TrainConfig& c) { c.options["clip_norm"] = 1.0; })},
      {"settings.momentum: 0.9 and nothing", with([](TrainConfig& c) { c.optimizer = "adam"; })},
      {"settings.augment", with([](TrainConfig& c) { c.augment = Augmentation::kFlipCrop; })},
      {"the training data", with([](TrainConfig& c) { c.max_train = 49; })},
      {"the test data", with([](TrainConfig& c) { c.max_test = 9; })},
  };
  std::set<std::string> keys = {key(base())};
  for (const Change& change : changes) {
    INFO(change.named);
    const std::vector<std::string> found = differences(identity(base()), identity(change.config));
    REQUIRE(!found.empty());
    CHECK_THAT(found.front(), Catch::StartsWith(change.named));
    keys.insert(key(change.config));
  }
  CHECK(keys.size() == 1 + std::size(changes));
  CHECK(differences(identity(base()), identity(base())).empty());
}

TEST_CASE("identity: a network is its layers, not its name") {
  ir::Network network = resnet20();
  network.name = "another";
  CHECK(networks::network_digest(network) == networks::network_digest(resnet20()));
  ir::Layer& layer = network.layers.back();
  layer.quantized = !layer.quantized;
  const std::vector<std::string> found = differences(identity(base()), identity(base(), network));
  CHECK(found == std::vector<std::string>{"the network's layers"});
}

TEST_CASE(
    "identity: a run may be resumed under more epochs unless its rate or its interval follows from their number") {
  TrainConfig config = base();
  config.lr_schedule = "constant";
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 2;
  TrainConfig longer = config;
  longer.epochs = 30;
  CHECK(obstacles_to_resume(identity(config), identity(longer)).empty());
  CHECK(obstacles_to_resume(identity(longer), identity(config)) ==
        std::vector<std::string>{"settings.epochs: 30 and 20"});
  config.lr_schedule = longer.lr_schedule = "cosine";
  CHECK(obstacles_to_resume(identity(config), identity(longer)) ==
        std::vector<std::string>{"settings.learning_rate.over_epochs: 20 and 30 (lr_schedule: the rates of cosine "
                                 "follow from epochs; a run of constant or step may be extended)"});
  config.lr_schedule = longer.lr_schedule = "step";
  config.options["lr_milestones"] = longer.options["lr_milestones"] = {10, 25};
  CHECK(obstacles_to_resume(identity(config), identity(longer)).empty());
  config.ampa.itv_epochs.reset(), longer.ampa.itv_epochs.reset();
  config.ampa.itv = longer.ampa.itv = 0.1;
  CHECK(obstacles_to_resume(identity(config), identity(longer)) ==
        std::vector<std::string>{"settings.ampa.interval_epochs: 2 and 3 (itv: an interval that is a fraction of "
                                 "epochs follows from them; itv_epochs keeps it)"});
}

TEST_CASE("identity: it survives JSON, and a key that is not that of its parts is refused") {
  Json json = {{"identity", record::to_json(identity(base()))}};
  const auto read = [&] { return record::identity_from_json(JsonReader(json, "r.json").child("identity")); };
  CHECK(record::to_json(read()).dump() == json["identity"].dump());
  json["identity"]["settings"]["seed"] = 9;
  CHECK_THROWS_WITH(read(), Catch::Contains("r.json: identity.key: expected"));
}

TEST_CASE("identity: the first row of a table is not named, another is, where it acts") {
  const Json settings = identity(base()).settings;
  for (const char* late : {"optimizer", "objective", "clipping"}) CHECK_FALSE(settings.contains(late));
  const auto clipped = [](const char* scheme) {
    TrainConfig config = base();
    config.scheme = scheme_from_string(scheme, "test");
    const std::string full = key(config);
    config.clipping = "seven_eighths";
    return key(config) != full;
  };
  CHECK(clipped("int4"));
  CHECK(clipped("ampa"));
  CHECK_FALSE(clipped("fp32"));
}

}  // namespace ampa::train
