// The Hessian traces by which widths are chosen for layers: those of HASB and of the integer program.
#pragma once

#include <cstdint>
#include <vector>

#include "data/source.h"
#include "train/hessian_trace.h"

namespace ampa::train {

// Which probes are made: probe k on the k-th batch of `batch_size` training samples, as they are and in their order,
// from the first one again behind the last full one (rule C3 of NUMERICS.md).
struct TraceProbes {
  std::int64_t batch_size = 1;  // at most the training samples
  std::int64_t count = 1;
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
};

// The mean diagonal of the Hessian by the weights of every quantized layer of `trained`, Tr / n. Throws InputError for
// a network with a quantized layer without weights, NonFiniteError if a loss is not finite.
std::vector<double> weight_traces(const ir::Network& network, const ir::Program& trained,
                                  const objectives::Objective& objective, const data::Source& source,
                                  const TraceProbes& probes, ThreadPool& threads);

}  // namespace ampa::train
