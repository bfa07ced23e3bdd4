// A streaming unit as its clock sees it: words offered on one handshake, words taken from the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ampa::rtl {

// Whether one side of a handshake is willing in a cycle, cycles counted from 0 in every run. Empty: in every cycle.
using CyclePattern = std::function<bool(std::int64_t cycle)>;

// Willing in about `percent` of the cycles, the same ones for the same seed.
CyclePattern random_pattern(std::uint64_t seed, int percent);

struct Handshakes {
  CyclePattern offers;  // whether the next input, if there is one, is offered; it then stays until it is taken
  CyclePattern takes;   // whether an output is taken
};

// `In` and `Out` are the words of rtl/units/beats.h.
template <class In, class Out>
class StreamUnit {
 public:
  virtual ~StreamUnit() = default;

  // Whatever was under way is lost.
  virtual void reset() = 0;

  // Offers all inputs in order and returns the outputs. Throws MismatchError if there are not exactly `num_outputs` of
  // them, if the unit does not take all inputs or does not end ready for more, or if an output that was offered and not
  // taken changes.
  virtual std::vector<Out> run(const std::vector<In>& inputs, std::size_t num_outputs,
                               const Handshakes& handshakes = {}) = 0;

  // The same, but ends with the last of the outputs, whatever the unit would still take or return.
  virtual std::vector<Out> run_until(const std::vector<In>& inputs, std::size_t num_outputs,
                                     const Handshakes& handshakes = {}) = 0;

  // The same, cut off after so many cycles: returns what was taken until then and leaves the unit as it is.
  virtual std::vector<Out> run_for(const std::vector<In>& inputs, std::int64_t num_cycles,
                                   const Handshakes& handshakes = {}) = 0;

  // Clock cycles of the last run, up to the one in which the last word passed. A unit of latency L and one word per
  // cycle takes N + L cycles for N words.
  virtual std::int64_t num_cycles() const = 0;
};

template <class In, class Out>
using UnitPtr = std::unique_ptr<StreamUnit<In, Out>>;

}  // namespace ampa::rtl
