#include "ir/memory.h"

#include <map>
#include <numeric>

#include "ir/value_list.h"

namespace ampa::ir {
namespace {

std::vector<int> count_readers(const Code& code) {
  std::vector<int> counts(code.values.size(), 0);
  for (const Instructions* half : {&code.forward, &code.backward})
    for (const auto& instruction : *half)
      for (const ValueId value : instruction->reads()) ++counts[static_cast<std::size_t>(value)];
  return counts;
}

void plan_forward(const Code& code, MemoryPlan& plan) {
  plan.place_of.resize(code.values.size());
  std::iota(plan.place_of.begin(), plan.place_of.end(), 0);
  const std::vector<int> readers = count_readers(code);
  for (const auto& instruction : code.forward) {
    plan.is_new.push_back(!instruction->writes().empty());
    if (!instruction->works_in_place()) continue;
    const auto in = static_cast<std::size_t>(instruction->reads()[0]);
    if (contains(code.inputs, instruction->reads()[0]) || readers[in] > 1 || code.values[in].is_deferred) continue;
    plan.place_of[static_cast<std::size_t>(instruction->writes()[0])] = plan.place_of[in];
    plan.is_new.back() = false;
  }
}

// Every gradient that `instruction` touches; what it reads of a deferred one is what that is computed from.
template <typename Visit>
void for_each_use(const Code& code, const std::map<ValueId, const Instruction*>& sources,
                  const Instruction& instruction, const Visit& visit) {
  for (const ValueId value : instruction.writes()) visit(value);
  for (const ValueId value : instruction.reads()) {
    visit(value);
    if (code.values[static_cast<std::size_t>(value)].is_deferred && sources.count(value) == 1)
      for (const ValueId source : sources.at(value)->reads()) visit(source);
  }
}

void plan_backward(const Code& code, MemoryPlan& plan) {
  const std::size_t count = code.backward.size();
  plan.taken.resize(count);
  plan.released.resize(count);
  std::map<ValueId, const Instruction*> sources;  // of the values that backward writes
  std::map<ValueId, std::size_t> last_use;
  last_use[code.output_gradient] = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Instruction& instruction = *code.backward[i];
    for (const ValueId value : instruction.writes()) {
      if (last_use.count(value) == 1) continue;
      last_use[value] = i;
      sources[value] = &instruction;
      if (!code.values[static_cast<std::size_t>(value)].is_deferred) plan.taken[i].push_back(value);
    }
    for_each_use(code, sources, instruction, [&](ValueId value) {
      if (last_use.count(value) == 1) last_use[value] = i;
    });
  }
  for (const auto& [value, i] : last_use)
    if (!code.values[static_cast<std::size_t>(value)].is_deferred && count > 0 &&
        !contains(code.input_gradients, value))
      plan.released[i].push_back(value);
}

}  // namespace

MemoryPlan plan_memory(const Code& code) {
  MemoryPlan plan;
  plan_forward(code, plan);
  plan_backward(code, plan);
  return plan;
}

}  // namespace ampa::ir
