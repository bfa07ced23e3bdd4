// Copies of neighbouring channels: what concat and slice_channels are made of.
#pragma once

#include "ir/instruction.h"

namespace ampa::ops {

// A run of channels of a value.
struct ChannelSlice {
  std::int64_t first = 0, count = 0;
};

// The channels of `slice` of every position.
class TakeChannels : public ir::Instruction {
 public:
  TakeChannels(ChannelSlice slice, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), slice_(slice) {}
  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  ChannelSlice slice_;
};

// The channels of all inputs side by side, or, with `total` channels and a first one, of one between zeros.
class PutChannels : public ir::Instruction {
 public:
  PutChannels(std::vector<ir::ValueId> inputs, std::int64_t first, std::int64_t total, ir::ValueId output)
      : Instruction(std::move(inputs), {output}), first_(first), total_(total) {}
  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  std::int64_t first_, total_;
};

}  // namespace ampa::ops
