// What decides the widths of the next epoch. Adding an allocator touches its own files and one line of the table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "allocate/ampa_settings.h"
#include "allocate/bit_allocation.h"
#include "common/json_reader.h"

namespace ampa::allocate {

class Allocator {
 public:
  virtual ~Allocator() = default;

  virtual std::string_view name() const = 0;
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
};

struct AllocatorInfo {
  std::string name;
  std::string description;
  std::unique_ptr<Allocator> (*make)(const AllocatorConfig& config, int num_layers);
};

// The table: fixed, ampa.
const std::vector<AllocatorInfo>& allocators();

// Throws InputError for an unknown name or settings out of range.
std::unique_ptr<Allocator> make_allocator(const AllocatorConfig& config, int num_layers);

}  // namespace ampa::allocate
