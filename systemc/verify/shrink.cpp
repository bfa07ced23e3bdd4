#include "verify/shrink.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "verify/point_space.h"

namespace ampa::verify {
namespace {

// One side of a job as a plain matrix of codes: lines x depth.
struct Matrix {
  CodeFormat format;
  std::int64_t lines = 0, depth = 0;
  std::vector<std::int32_t> codes;

  std::int32_t& at(std::int64_t line, std::int64_t k) { return codes[static_cast<std::size_t>(line * depth + k)]; }
};

struct PlainStep {
  std::string name;
  gemm::Pass pass = gemm::Pass::kForward;
  Matrix a, b;
  rtl::Stress stress;
};
using PlainSteps = std::vector<PlainStep>;

Matrix matrix_of(const gemm::Operand& operand) {
  Matrix matrix{operand.format(), operand.rows(), operand.depth(), {}};
  for (std::int64_t line = 0; line < matrix.lines; ++line)
    for (std::int64_t k = 0; k < matrix.depth; ++k) matrix.codes.push_back(operand.code(line, k));
  return matrix;
}

PlainSteps plain_steps(const Scenario& scenario) {
  PlainSteps steps;
  for (const Step& step : scenario.steps)
    for (std::int64_t i = 0; i < step.job().batch(); ++i) {
      const gemm::GemmJob one = step.job().element(i);
      steps.push_back({step.generated->name, one.pass, matrix_of(one.a), matrix_of(one.b), step.stress});
    }
  return steps;
}

Scenario scenario_of(const std::string& name, const PlainSteps& steps) {
  Scenario scenario{name, {}};
  for (const PlainStep& plain : steps) {
    Step step;
    step.generated = std::make_unique<GeneratedJob>();
    GeneratedJob& generated = *step.generated;
    generated.name = generated.job.layer = plain.name;
    generated.a = gemm::matrix(plain.a.format, 0, plain.a.lines, plain.a.depth, plain.a.codes);
    generated.b = gemm::matrix(plain.b.format, 0, plain.b.lines, plain.b.depth, plain.b.codes);
    generated.job.a = gemm::whole(generated.a);
    generated.job.b = gemm::whole(generated.b);
    generated.job.pass = plain.pass;
    step.stress = plain.stress;
    scenario.steps.push_back(std::move(step));
  }
  return scenario;
}

void erase_lines(Matrix& matrix, std::int64_t begin, std::int64_t end) {
  const auto first = matrix.codes.begin();
  matrix.codes.erase(first + begin * matrix.depth, first + end * matrix.depth);
  matrix.lines -= end - begin;
}

void erase_depth(Matrix& matrix, std::int64_t begin, std::int64_t end) {
  std::vector<std::int32_t> codes;
  for (std::int64_t line = 0; line < matrix.lines; ++line)
    for (std::int64_t k = 0; k < matrix.depth; ++k)
      if (k < begin || k >= end) codes.push_back(matrix.at(line, k));
  matrix.codes = std::move(codes);
  matrix.depth -= end - begin;
}

class Shrinker {
 public:
  Shrinker(std::string name, PlainSteps steps, const Fails& fails)
      : name_(std::move(name)), steps_(std::move(steps)), fails_(fails) {}

  bool still_fails() { return fails(steps_); }

  Shrunk run() {
    bool changed = true;
    while (changed && num_runs_ < kMaxShrinkRuns) {
      changed = drop_steps();
      for (std::size_t i = 0; i < steps_.size(); ++i) {
        changed |= drop_stress(i);
        changed |= drop_sizes(i);
        changed |= drop_codes(i, &PlainStep::a) | drop_codes(i, &PlainStep::b);
        changed |= narrow(i, &PlainStep::a) | narrow(i, &PlainStep::b);
      }
    }
    return {scenario_of(name_, steps_), num_runs_};
  }

 private:
  bool fails(const PlainSteps& steps) {
    ++num_runs_;
    return fails_(scenario_of(name_, steps));
  }

  // Keeps what `change` makes of step i if that still fails.
  template <class Change>
  bool attempt(std::size_t i, const Change& change) {
    if (num_runs_ >= kMaxShrinkRuns) return false;
    PlainSteps changed = steps_;
    change(changed[i]);
    if (!fails(changed)) return false;
    steps_ = std::move(changed);
    return true;
  }

  bool drop_steps() {
    bool changed = false;
    for (std::size_t i = 0; steps_.size() > 1 && i < steps_.size();) {
      PlainSteps fewer = steps_;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (fails(fewer)) {
        steps_ = std::move(fewer);
        changed = true;
      } else {
        ++i;
      }
    }
    return changed;
  }

  bool drop_stress(std::size_t i) {
    bool changed = false;
    const auto without = [&](auto member) {
      if (steps_[i].stress.*member == 0) return;
      changed |= attempt(i, [&](PlainStep& step) { step.stress.*member = 0; });
    };
    without(&rtl::Stress::operand_stall_percent);
    without(&rtl::Stress::result_stall_percent);
    without(&rtl::Stress::reset_cycle);
    without(&rtl::Stress::noise);
    if (steps_[i].stress.reset_cycle > 1) changed |= attempt(i, [](PlainStep& step) { step.stress.reset_cycle /= 2; });
    return changed;
  }

  bool drop_sizes(std::size_t i) {
    return drop_range(
               i, [](PlainStep& step) { return step.a.lines; },
               [](PlainStep& step, auto begin, auto end) { erase_lines(step.a, begin, end); }) |
           drop_range(
               i, [](PlainStep& step) { return step.b.lines; },
               [](PlainStep& step, auto begin, auto end) { erase_lines(step.b, begin, end); }) |
           drop_range(
               i, [](PlainStep& step) { return step.a.depth; },
               [](PlainStep& step, auto begin, auto end) {
                 erase_depth(step.a, begin, end);
                 erase_depth(step.b, begin, end);
               });
  }

  // Erases pieces of a range, half of it first, then smaller ones; at least one element stays.
  template <class Size, class Erase>
  bool drop_range(std::size_t i, const Size& size, const Erase& erase) {
    bool changed = false;
    for (std::int64_t piece = size(steps_[i]) / 2; piece >= 1; piece = std::min(piece / 2, size(steps_[i]) / 2))
      for (std::int64_t begin = 0; begin < size(steps_[i]) && size(steps_[i]) > piece;) {
        const std::int64_t end = std::min(begin + piece, size(steps_[i]));
        if (attempt(i, [&](PlainStep& step) { erase(step, begin, end); }))
          changed = true;
        else
          begin = end;
      }
    return changed;
  }

  // Pieces of the codes to the smallest, then each of those left to half of it.
  bool drop_codes(std::size_t i, Matrix PlainStep::*side) {
    bool changed = false;
    const std::int32_t zero = smallest_code((steps_[i].*side).format);
    const auto size = static_cast<std::int64_t>((steps_[i].*side).codes.size());
    for (std::int64_t piece = size; piece >= 1; piece /= 2)
      for (std::int64_t begin = 0; begin < size; begin += piece) {
        const std::int64_t end = std::min(begin + piece, size);
        const auto is_zero = [&](std::int32_t code) { return code == zero; };
        const auto first = (steps_[i].*side).codes.begin();
        if (std::all_of(first + begin, first + end, is_zero)) continue;
        changed |= attempt(i, [&](PlainStep& step) {
          std::fill((step.*side).codes.begin() + begin, (step.*side).codes.begin() + end, zero);
        });
      }
    for (std::size_t c = 0; c < static_cast<std::size_t>(size); ++c) changed |= halve_code(i, side, c);
    return changed;
  }

  bool halve_code(std::size_t i, Matrix PlainStep::*side, std::size_t c) {
    bool changed = false;
    while (true) {
      const std::int32_t code = (steps_[i].*side).codes[c];
      const std::int32_t candidates[] = {code / 2, code - (code > 0) + (code < 0)};
      const bool smaller = std::any_of(std::begin(candidates), std::end(candidates), [&](std::int32_t candidate) {
        return candidate != code && holds((steps_[i].*side).format, candidate) &&
               attempt(i, [&](PlainStep& step) { (step.*side).codes[c] = candidate; });
      });
      if (!smaller) return changed;
      changed = true;
    }
  }

  bool narrow(std::size_t i, Matrix PlainStep::*side) {
    bool changed = false;
    while ((steps_[i].*side).format.bits > kMinOperandBits) {
      CodeFormat narrower = (steps_[i].*side).format;
      --narrower.bits;
      const std::vector<std::int32_t>& codes = (steps_[i].*side).codes;
      const bool fits =
          std::all_of(codes.begin(), codes.end(), [&](std::int32_t code) { return holds(narrower, code); });
      if (!fits || !attempt(i, [&](PlainStep& step) { (step.*side).format = narrower; })) break;
      changed = true;
    }
    return changed;
  }

  std::string name_;
  PlainSteps steps_;
  const Fails& fails_;
  std::int64_t num_runs_ = 0;
};

// A copy of the scenario as it is.
Scenario copy_of(const Scenario& scenario) {
  Scenario copy{scenario.name, {}};
  for (const Step& step : scenario.steps) {
    Step other;
    other.generated = std::make_unique<GeneratedJob>();
    other.generated->name = step.generated->name;
    other.generated->a = step.generated->a;
    other.generated->b = step.generated->b;
    other.generated->job = step.generated->job;
    other.generated->job.a.tensor = &other.generated->a;
    other.generated->job.b.tensor = &other.generated->b;
    other.stress = step.stress;
    copy.steps.push_back(std::move(other));
  }
  return copy;
}

}  // namespace

Shrunk shrink(const Scenario& scenario, const Fails& fails) {
  Shrinker shrinker(scenario.name, plain_steps(scenario), fails);
  if (!shrinker.still_fails()) return {copy_of(scenario), 1};
  return shrinker.run();
}

}  // namespace ampa::verify
