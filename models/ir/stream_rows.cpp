#include "ir/stream_rows.h"

#include <algorithm>

#include "ir/value_list.h"

namespace ampa::ir {
namespace {

bool touches(const Instruction& instruction, ValueId value) {
  return contains(instruction.reads(), value) || contains(instruction.writes(), value);
}

class Streamer {
 public:
  explicit Streamer(Code& code) : code_(code) {}

  void absorb_pointwise() {
    for (std::size_t i = 0; i < code_.forward.size(); ++i)
      while (absorb_reader(i)) {
      }
    remove_absorbed(code_.forward);
  }

  void absorb_relu_gradients() {
    for (std::size_t i = 0; i < code_.backward.size(); ++i) {
      const Instruction& relu = *code_.backward[i];
      const Pointwise kind = relu.pointwise();
      if ((kind != Pointwise::kRelu && kind != Pointwise::kRelu6) || relu.reads()[0] != relu.writes()[0]) continue;
      const ValueId gradient = relu.writes()[0], output = relu.reads()[1];
      const std::size_t next = first_touch(code_.backward, i + 1, gradient);
      if (next < code_.backward.size() && code_.backward[next]->reads()[0] == gradient &&
          code_.backward[next]->absorb_relu_gradient(kind, output))
        code_.backward[i].reset();
    }
    remove_absorbed(code_.backward);
  }

  void tell_rows(Instructions& half) {
    for (std::size_t i = 0; i < half.size(); ++i) {
      RowConsumer* const consumer = half[i]->row_consumer();
      if (!consumer) continue;
      const ValueId value = half[i]->reads()[0];
      for (std::size_t before = i; before-- > 0;) {
        if (!touches(*half[before], value)) continue;
        if (contains(half[before]->writes(), value)) half[before]->tell_rows_to(*consumer);
        break;
      }
    }
  }

  void defer(Instructions& half) {
    for (std::size_t i = 0; i < half.size(); ++i) {
      if (half[i]->writes().empty()) continue;
      const ValueId value = half[i]->writes()[0];
      if (value == code_.output || num_readers(value) != 1 || num_writers(value) != 1) continue;
      const std::size_t reader = first_touch(half, i + 1, value);
      if (reader == half.size() || !half[reader]->reads_deferred(value) || changes_between(half, i, reader)) continue;
      code_.values[static_cast<std::size_t>(value)].is_deferred = half[i]->defer();
    }
  }

 private:
  // Lets forward instruction i take the only reader of its value along, and come in its place.
  bool absorb_reader(std::size_t i) {
    if (!code_.forward[i] || code_.forward[i]->writes().empty()) return false;
    const ValueId value = code_.forward[i]->writes()[0];
    if (num_readers(value) != 1) return false;
    const std::size_t place = first_touch(code_.forward, i + 1, value);
    if (place == code_.forward.size()) return false;
    const Instruction& next = *code_.forward[place];
    if (next.pointwise() == Pointwise::kNone) return false;
    const bool has_other = next.reads().size() > 1;
    const ValueId other = has_other ? next.reads()[next.reads()[0] == value ? 1 : 0] : 0;
    if (!code_.forward[i]->absorb(next.pointwise(), other, next.writes()[0])) return false;
    code_.forward[place] = std::move(code_.forward[i]);
    return true;
  }

  static void remove_absorbed(Instructions& half) {
    half.erase(std::remove(half.begin(), half.end(), nullptr), half.end());
  }

  static std::size_t first_touch(const Instructions& half, std::size_t from, ValueId value) {
    while (from < half.size() && !(half[from] && touches(*half[from], value))) ++from;
    return from;
  }

  // Whether anything that instruction i reads is written again up to `reader`.
  static bool changes_between(const Instructions& half, std::size_t i, std::size_t reader) {
    for (std::size_t between = i + 1; between <= reader; ++between)
      for (const ValueId written : half[between]->writes())
        if (contains(half[i]->reads(), written)) return true;
    return false;
  }

  template <typename Of>
  std::ptrdiff_t count(ValueId value, const Of& values_of) const {
    std::ptrdiff_t sum = 0;
    for (const Instructions* half : {&code_.forward, &code_.backward})
      for (const auto& instruction : *half)
        if (instruction) {
          const std::vector<ValueId>& values = values_of(*instruction);
          sum += std::count(values.begin(), values.end(), value);
        }
    return sum;
  }
  std::ptrdiff_t num_readers(ValueId value) const {
    return count(value, [](const Instruction& i) -> const std::vector<ValueId>& { return i.reads(); });
  }
  std::ptrdiff_t num_writers(ValueId value) const {
    return count(value, [](const Instruction& i) -> const std::vector<ValueId>& { return i.writes(); });
  }

  Code& code_;
};

}  // namespace

void stream_rows(Code& code) {
  Streamer streamer(code);
  streamer.absorb_pointwise();
  streamer.absorb_relu_gradients();
  streamer.tell_rows(code.forward);
  streamer.tell_rows(code.backward);
  streamer.defer(code.forward);
  streamer.defer(code.backward);
}

}  // namespace ampa::ir
