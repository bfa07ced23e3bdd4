// The range in which a run's BitOPs reduced ratio will lie, estimated before training (AMPA section 4.3).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "allocate/ampa_settings.h"
#include "bitops/bitops.h"
#include "ir/network.h"

namespace ampa::bitops {

// Which layers an imagined run selects: those whose next width adds the most BitOPs per step, or the least.
enum class Impact { kMost, kLeast };

// The finished epochs of a run: none yet, or their BitOPs and the widths of every layer in the last one.
struct RunSoFar {
  std::vector<std::int64_t> epoch_bitops = {};
  std::vector<allocate::LayerBits> bits = {};  // 0: weights of a layer that has none
};

// RR in percent of an imagined run that follows AMPA's updates exactly (taboo lists, Thr, timing) but ranks the layers
// by impact instead of sensitivity. An update takes weights, then activations, then gradients; the impact of a layer is
//   the sum over the layer's GEMMs that read the operand of
//   macs * (next width - width) * (width of the GEMM's other operand), as they stand at that moment,
// which is 0 for a layer at the top of the ladder. Of equal impacts the layer of the higher width comes first, then the
// earlier one. Most networks have many layers of equal MACs, so the tie rule decides the upper end of the range:
// letting the higher widths win uses up selections on layers that are at the top and gave the largest RR of the rules
// tried. Both ends are greedy estimates, not proven extremes. `groups` (ir/layer_groups.h) has the group of every
// layer; the impact of a group is the sum of its layers'. A run that has begun goes on from its widths; how often its
// layers were selected at the top so far is not known, and counts as never. Throws InputError for settings that check()
// refuses, epochs < 1, or widths so far that the ladder does not have.
double imagined_reduction_percent(const std::vector<CountedGemm>& gemms, const std::vector<int>& groups,
                                  const allocate::AmpaSettings& settings, std::int64_t epochs, Impact impact,
                                  const RunSoFar& so_far = {});

struct RangeEstimate {
  int num_layers = 0;                                              // quantized ones
  int num_selected_w = 0, num_selected_a = 0, num_selected_g = 0;  // layers, or groups of them, per update
  std::int64_t num_updates = 0;                                    // that are in force in at least one epoch
  std::int64_t macs = 0;                                           // quantized, of one image's forward pass
  std::int64_t int8_bitops = 0;                                    // BOPS: of one image in one training step at INT8
  double low_percent = 0, high_percent = 0;                        // RR; 0 for a network without quantized layers
  std::vector<std::string> notices;                                // allocate::notices
};

// What `ampa estimate` prints. Throws InputError for settings that check() refuses or epochs < 1.
RangeEstimate estimate(const ir::Network& network, const allocate::AmpaSettings& settings, std::int64_t epochs);

}  // namespace ampa::bitops
