// What decides the widths of the next epoch, and the table of all that can.
//
// To add an allocator: its file (a subclass of Allocator, and a function that gives its row) and its line in
// allocator.cpp. The names of its row become schemes, its settings flags, keys and dimensions of sweeps; identities,
// labels, notices and estimates ask the row, with nothing else touched.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "allocate/ampa_settings.h"
#include "allocate/bit_allocation.h"
#include "common/json_reader.h"
#include "settings/own_settings.h"

namespace ampa::allocate {

class Allocator {
 public:
  virtual ~Allocator() = default;

  virtual std::string_view name() const = 0;
  // To be called before an epoch (from 0) is trained, for widths that depend on it.
  virtual void start_epoch(std::int64_t /*epoch*/) {}
  // The widths now in force, one per quantized layer.
  virtual const std::vector<LayerBits>& bits() const = 0;
  // Whether the epoch (from 0) has to measure sensitivities, for update() at its end.
  virtual bool measures(std::int64_t epoch) const = 0;
  // Takes the averages of a measured epoch, one per quantized layer; bits() is then that of the next epoch. Throws
  // NonFiniteError if a sensitivity is not a finite number, RunError if there are not as many as layers.
  virtual void update(const std::vector<LayerSensitivity>& sensitivities) = 0;
  // All that a resumed run needs. restore() throws InputError for a state of another allocator, ladder or network.
  virtual Json state() const = 0;
  virtual void restore(const Json& state, const std::string& source) = 0;
};

struct AllocatorConfig {
  std::string name = "ampa";  // of the table
  Bits fixed_bits = 8;        // of "fixed"
  AmpaSettings ampa;          // of "ampa"
  std::int64_t epochs = 0;    // of the run
  // Names of the quantized layers, for widths that are said by layer.
  std::vector<std::string> layers = {};
  Json options = Json::object();  // of the settings that the row declares: by key, each in range
  // Which layers climb together: the number of each layer's group, from 0 up in the order of their first layers. Empty:
  // each its own.
  std::vector<int> groups = {};
};

// A scheme that users name, and what it fixes.
struct SchemeOfAllocator {
  std::string name;
  Bits fixed_bits = 8;  // AllocatorConfig::fixed_bits
  std::string description = {};
};

struct AllocatorInfo {
  std::string name;
  std::string description;
  std::unique_ptr<Allocator> (*make)(const AllocatorConfig& config, int num_layers) = nullptr;
  std::vector<SchemeOfAllocator> schemes = {};
  settings::OwnSettings own = {};
  bool is_two_level = false;  // weights and activations of two levels (ir/two_level.h)
  bool adapts = false;        // the widths change over a run: it is what a sweep compares with baselines

  // All of these may be null.
  // What two runs must share in the allocator's settings to allocate alike; null: the values of `own`.
  Json (*identity)(const AllocatorConfig& config, int num_layers) = nullptr;
  // What a user should know before the run.
  std::vector<std::string> (*notices)(const AllocatorConfig& config, int num_layers, std::int64_t epochs) = nullptr;
  // How a setting of a sweep is shown, from all keys of its configuration; null: by the scheme's name.
  std::string (*label)(const Json& configuration) = nullptr;
  std::vector<std::string> label_keys = {};  // those that the label shows
  // The ladder that all layers climb, by which RR is estimated before a run; null where none is.
  AmpaSettings (*ladder)(const AllocatorConfig& config) = nullptr;
};

// The table: fixed, ampa, staged, onebit.
const std::vector<AllocatorInfo>& allocators();

// Throws InputError for a name that is not in the table.
const AllocatorInfo& allocator_info(const std::string& name);

// Throws InputError for an unknown name or settings out of range.
std::unique_ptr<Allocator> make_allocator(const AllocatorConfig& config, int num_layers);

}  // namespace ampa::allocate
