// Clocks one verilated streaming unit, whichever it is. All units have the same names on their handshakes.
#pragma once

#include <fmt/format.h>
#include <verilated.h>

#include <limits>
#include <optional>
#include <string>

#include "common/error.h"
#include "rtl/rtl_coverage.h"
#include "rtl/units/beats.h"
#include "rtl/units/stream_unit.h"

namespace ampa::rtl {

template <class Model, class In, class Out>
class VerilatedStream : public StreamUnit<In, Out> {
 public:
  // `put` sets the input ports of a word, `get` reads the output ports of one.
  using Put = void (*)(Model&, const In&);
  using Get = Out (*)(const Model&);

  VerilatedStream(std::string name, Put put, Get get)
      : name_(std::move(name)), put_(put), get_(get), model_(&context_, "") {
    reset();
  }
  ~VerilatedStream() override {
    model_.final();
    write_rtl_coverage(context_, name_);
  }

  void reset() override {
    model_.rst_ni = 0;
    half_cycle(0);
    half_cycle(1);
    model_.rst_ni = 1;
    model_.in_valid_i = 0;
    half_cycle(0);
    if (model_.out_valid_o != 0) throw MismatchError(fmt::format("{}: an output is offered after reset", name_));
  }

  std::vector<Out> run(const std::vector<In>& inputs, std::size_t num_outputs, const Handshakes& handshakes) override {
    const auto outputs = drive(inputs, {num_outputs, inputs.size()}, handshakes);
    if (num_taken_ < inputs.size())
      throw MismatchError(
          fmt::format("{}: took {} of {} inputs in {} cycles", name_, num_taken_, inputs.size(), cycle_));
    require_count(num_outputs, outputs.size());
    require_idle();
    return outputs;
  }

  std::vector<Out> run_until(const std::vector<In>& inputs, std::size_t num_outputs,
                             const Handshakes& handshakes) override {
    const auto outputs = drive(inputs, {num_outputs, 0}, handshakes);
    require_count(num_outputs, outputs.size());
    return outputs;
  }

  std::vector<Out> run_for(const std::vector<In>& inputs, std::int64_t num_cycles,
                           const Handshakes& handshakes) override {
    return drive(inputs, {kNoLimit, kNoLimit, num_cycles}, handshakes);
  }

  std::int64_t num_cycles() const override { return cycle_; }

 private:
  static constexpr std::int64_t kPatience = 10000;  // cycles without any transfer before a run is given up
  static constexpr int kIdleCycles = 20;
  static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

  void half_cycle(int clock) {
    model_.clk_i = static_cast<std::uint8_t>(clock);
    model_.eval();
  }

  void require_count(std::size_t expected, std::size_t found) const {
    if (found != expected)
      throw MismatchError(
          fmt::format("{}: expected {} outputs, found {} in {} cycles", name_, expected, found, cycle_));
  }

  static bool is_willing(const CyclePattern& pattern, std::int64_t cycle) { return !pattern || pattern(cycle); }

  // While nothing is offered the ports hold some other input, which must not matter.
  const In& on_ports(const std::vector<In>& inputs, bool offers) const {
    return inputs[offers ? num_taken_ : (num_taken_ * 7 + 3) % inputs.size()];
  }

  // Ends when both numbers are reached, or after so many cycles.
  struct End {
    std::size_t num_outputs, num_inputs;
    std::int64_t num_cycles = std::numeric_limits<std::int64_t>::max();
  };

  std::vector<Out> drive(const std::vector<In>& inputs, const End& end, const Handshakes& handshakes) {
    std::vector<Out> outputs;
    std::optional<Out> held;  // offered and not taken
    bool is_pending = false;  // the input is offered and not taken
    num_taken_ = 0;
    std::int64_t last_transfer = 0;
    for (cycle_ = 0; cycle_ < end.num_cycles && cycle_ - last_transfer < kPatience; ++cycle_) {
      if (num_taken_ >= end.num_inputs && outputs.size() >= end.num_outputs) break;
      const bool offers = num_taken_ < inputs.size() && (is_pending || is_willing(handshakes.offers, cycle_));
      const bool takes = is_willing(handshakes.takes, cycle_);
      if (!inputs.empty()) put_(model_, on_ports(inputs, offers));
      model_.in_valid_i = offers ? 1 : 0;
      model_.out_ready_i = takes ? 1 : 0;
      half_cycle(0);
      const bool in_passes = offers && model_.in_ready_o != 0;
      if (model_.out_valid_o != 0) {
        const Out out = get_(model_);
        if (held && !same(out, *held))
          throw MismatchError(fmt::format("{}: output {} changed from {} to {} before it was taken", name_,
                                          outputs.size(), describe(*held), describe(out)));
        held = out;
        if (takes) {
          outputs.push_back(out);
          held.reset();
          last_transfer = cycle_;
        }
      } else if (held) {
        throw MismatchError(
            fmt::format("{}: output {}, {}, vanished before it was taken", name_, outputs.size(), describe(*held)));
      }
      if (in_passes) last_transfer = cycle_;
      is_pending = offers && !in_passes;
      num_taken_ += in_passes ? 1 : 0;
      half_cycle(1);
    }
    return outputs;
  }

  void require_idle() {
    model_.in_valid_i = 0;
    model_.out_ready_i = 1;
    for (int i = 0; i < kIdleCycles; ++i) {
      half_cycle(0);
      if (model_.out_valid_o != 0)
        throw MismatchError(fmt::format("{}: an output too many, {}", name_, describe(get_(model_))));
      half_cycle(1);
    }
    half_cycle(0);
    if (model_.in_ready_o == 0) throw MismatchError(fmt::format("{}: not ready after the last output", name_));
  }

  std::string name_;
  Put put_;
  Get get_;
  VerilatedContext context_;
  Model model_;
  std::int64_t cycle_ = 0;
  std::size_t num_taken_ = 0;  // inputs of the current run
};

}  // namespace ampa::rtl
