// The units that choose the groups of a gradient, verilated.
#include <Vampa_group_absmax.h>
#include <Vampa_group_pruning.h>
#include <Vampa_keep_groups.h>
#include <Vampa_range_sort.h>

#include "rtl/units/units.h"
#include "rtl/units/verilated_stream.h"

namespace ampa::rtl {
namespace {

std::uint8_t bit(bool value) {
  return value ? 1 : 0;
}

template <class Model>
void put_element(Model& model, const GroupAbsmaxIn& in) {
  model.in_data_i = in.x;
  model.in_count_i = static_cast<std::uint8_t>(in.groups);
  model.in_turn_i = bit(in.turn);
  model.in_last_i = bit(in.last);
}

template <class Model>
void put_choice(Model& model, const PruningChoice& choice) {
  model.in_top_i = bit(choice.top);
  model.in_shift_i = choice.shift;
  model.in_seed_i = choice.seed;
  model.in_step_i = choice.step;
  model.in_tensor_i = choice.tensor;
}

template <class Model>
KeepGroupsOut get_group(const Model& model) {
  return {model.out_keep_o != 0, model.out_probability_q32_o, model.out_last_o != 0};
}

}  // namespace

UnitPtr<GroupAbsmaxIn, GroupAbsmaxOut> make_group_absmax() {
  using Model = Vampa_group_absmax;
  return std::make_unique<VerilatedStream<Model, GroupAbsmaxIn, GroupAbsmaxOut>>(
      "group_absmax", put_element<Model>, [](const Model& model) {
        return GroupAbsmaxOut{model.out_absmax_o, model.out_finite_o != 0, model.out_last_o != 0};
      });
}

UnitPtr<Fp32In, SortedRange> make_range_sort() {
  using Model = Vampa_range_sort;
  return std::make_unique<VerilatedStream<Model, Fp32In, SortedRange>>(
      "range_sort",
      [](Model& model, const Fp32In& in) {
        model.in_range_i = in.x;
        model.in_last_i = bit(in.last);
      },
      [](const Model& model) {
        return SortedRange{model.out_range_o, model.out_group_o, model.out_rank_o, model.out_last_o != 0};
      });
}

UnitPtr<KeepGroupsIn, KeepGroupsOut> make_keep_groups() {
  using Model = Vampa_keep_groups;
  return std::make_unique<VerilatedStream<Model, KeepGroupsIn, KeepGroupsOut>>(
      "keep_groups",
      [](Model& model, const KeepGroupsIn& in) {
        model.in_range_i = in.sorted.range;
        model.in_group_i = static_cast<std::uint8_t>(in.sorted.group);
        model.in_rank_i = static_cast<std::uint8_t>(in.sorted.rank);
        model.in_last_i = bit(in.sorted.last);
        put_choice(model, in.choice);
      },
      get_group<Model>);
}

UnitPtr<GroupPruningIn, GroupPruningOut> make_group_pruning() {
  using Model = Vampa_group_pruning;
  return std::make_unique<VerilatedStream<Model, GroupPruningIn, GroupPruningOut>>(
      "group_pruning",
      [](Model& model, const GroupPruningIn& in) {
        put_element(model, in.element);
        put_choice(model, in.choice);
      },
      [](const Model& model) {
        return GroupPruningOut{get_group(model), model.out_finite_o != 0};
      });
}

}  // namespace ampa::rtl
