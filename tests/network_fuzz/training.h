// A few training steps of a random network, and every tensor of each step that can be reached.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ops/build_program.h"
#include "random_network.h"

namespace ampa::network_fuzz {

// By name; floats and integers as doubles, which hold each exactly: "logits", "loss", "logits.gradient", "eval.logits",
// "eval.alone"; of a parameter P "P.before", "P.velocity.before", "P.gradient", "P"; buffers by name; of a quantized
// layer L "L.weight.input", "L.activation.input", "L.gradient.input" as they go into the quantizers, ".codes" in their
// place,
// ".params" (bits, scale, inv_scale, zero point, least and largest code, of every group), ".stream", ".values" the
// dequantized codes, and the same of "L.data_gradient" where the gradient is quantized twice; "P.rate_factor";
// "L.fwd.sums", "L.dgrad.sums", "L.wgrad.sums"; "L.sensitivity"; "error" is there and empty if the run ended with a
// value that is not finite.
using Tensors = std::map<std::string, std::vector<double>>;

struct Way {
  std::string name;
  ops::Streaming streaming = ops::Streaming::kOff;
  bool cpu_backend = false;
  int num_threads = 1;
  bool replay = false;  // records the middle step and runs it again: "replay" holds the number of differences
};

// The images of a step, (batch, height, width, channels), and their labels.
ir::Tensor images_of(const Case& fuzzed, std::int64_t step);
std::vector<std::uint8_t> labels_of(const Case& fuzzed, std::int64_t step);

struct SgdSettings {
  static constexpr double kRate = 0.05, kMomentum = 0.9, kWeightDecay = 5e-4;
};

// One element per step that was begun.
std::vector<Tensors> train(const Case& fuzzed, const Way& way);

// The first tensor and element that differ by a bit, "" if none does.
std::string first_difference(const std::vector<Tensors>& expected, const std::vector<Tensors>& found);

// Where the quantizers of one step break the rules that make codes from their inputs, "" if they keep them.
std::string quantizer_fault(const Case& fuzzed, const Tensors& step, std::int64_t index);

}  // namespace ampa::network_fuzz
