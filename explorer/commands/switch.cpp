// `ampa switch`: what it costs to change the width of a model that is stored once, as integers.
#include <fmt/format.h>

#include "bitops/bitops.h"
#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/output.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "numerics/bit_packing.h"
#include "record/context.h"
#include "timing/width_switch.h"

namespace ampa::commands {
namespace {

std::int64_t stored_bytes(const std::vector<std::int64_t>& num_codes, Bits bits) {
  std::int64_t bytes = 0;
  for (const std::int64_t codes : num_codes) bytes += numerics::packed_size(codes, bits);
  return bytes;
}

Json row(const char* way, const timing::TransferCost& cost, std::int64_t read_again, std::int64_t stored) {
  return {{"way", way},
          {"cycles", cost.cycles},
          {"bytes_read", cost.bytes_read},
          {"bytes_written", cost.bytes_written},
          {"bytes_more_per_use", read_again},
          {"bytes_stored", stored}};
}

void run(const Call& call) {
  const timing::WidthSwitch change{static_cast<Bits>(call.integer("from")), static_cast<Bits>(call.integer("to")),
                                   call.integer("lanes")};
  if (change.low > change.high)
    throw InputError(fmt::format("to: expected at most the {} bits of --from, found {}", change.high, change.low));
  const ir::Network network = networks::load_network(call.text("network"));
  std::vector<std::int64_t> num_codes;
  std::int64_t num_weights = 0;
  for (const bitops::LayerSize& layer : bitops::layer_sizes(network))
    if (layer.num_weights > 0) {
      num_codes.push_back(layer.num_weights);
      num_weights += layer.num_weights;
    }
  const CoreFlags core = core_flags(call);
  const timing::CoreConfig config = core.config(call.text("point"));
  const timing::MemorySettings memory = core.settings();
  const std::int64_t high = stored_bytes(num_codes, change.high), low = stored_bytes(num_codes, change.low);
  const Json rows = {
      row("round once, keep both", timing::rounding_cost(num_codes, change, config, memory), 0, high + low),
      row("round at every load", {}, high - low, high),
      row("load another model", timing::reloading_cost(num_codes, change.low, config, memory), 0, high + low)};
  if (call.is_on("json"))
    return print_json({{"schema_version", 1},
                       {"context", record::make_context(1)},
                       {"config",
                        {{"network", network.name},
                         {"from", change.high},
                         {"to", change.low},
                         {"lanes", change.lanes},
                         {"core", timing::name_of(config)},
                         {"memory", timing::to_json(memory)}}},
                       {"results", {{"num_weights", num_weights}, {"bytes_fp32", 4 * num_weights}, {"ways", rows}}}});
  print(fmt::format("{}: {} quantized weights, {} to {} bits, {} units, core {}, memory {}\n", network.name,
                    num_weights, change.high, change.low, change.lanes, timing::name_of(config),
                    timing::to_string(memory)));
  print_table(rows);
  print(
      "A use is one pass over the weights. The other model comes from outside, whose own link is not counted; it is "
      "stored there.\n");
}

}  // namespace

void add_switch(CLI::App& app) {
  add_command(app, "switch", run);
}

}  // namespace ampa::commands
