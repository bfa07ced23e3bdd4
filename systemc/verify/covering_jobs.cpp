#include "verify/job_generator.h"

namespace ampa::verify {
namespace {

struct FormatPair {
  FormatClass a, b;
};

struct Surroundings {
  SizeClass rows;
  Pressure pressure;
};

std::vector<CodeFormat> members(const PointSpace& space, FormatClass wanted) {
  std::vector<CodeFormat> formats;
  for (const CodeFormat format : space.formats())
    if (class_of(format) == wanted) formats.push_back(format);
  return formats;
}

std::vector<FormatPair> format_pairs(const PointSpace& space) {
  std::vector<FormatPair> pairs;
  for (const FormatClass a : format_classes(space))
    for (const FormatClass b : format_classes(space)) pairs.push_back({a, b});
  return pairs;
}

// The sizes that the array's rows can have, with every back-pressure.
std::vector<Surroundings> surroundings(const PointSpace& space) {
  const std::int64_t side = space.point().rows;
  std::vector<Surroundings> all;
  for (int size = 0; size < kNumSizeClasses; ++size) {
    const auto rows = static_cast<SizeClass>(size);
    if ((rows == SizeClass::kBelow && side <= 2) || (rows == SizeClass::kEqual && side == 1) ||
        (rows == SizeClass::kRagged && side == 1))
      continue;
    for (int pressure = 0; pressure < kNumPressures; ++pressure) all.push_back({rows, static_cast<Pressure>(pressure)});
  }
  return all;
}

// Sizes that the crosses do not name with the formats take turns.
Step make_step(const PointSpace& space, Draw& draw, CodeFormat a, CodeFormat b, Surroundings around, Event event,
               std::size_t turn) {
  JobClass wanted{a, b, around.rows, static_cast<SizeClass>(turn % kNumSizeClasses),
                  static_cast<ProductsClass>(turn / kNumSizeClasses % kNumProductsClasses)};
  Step step;
  step.generated = classed_job(space, draw, wanted);
  step.stress = draw_stress(space, draw, step.job().shape(), around.pressure, event == Event::kReset);
  return step;
}

}  // namespace

// Scenario (pair p, surrounding s) has a job with formats of pair p first, another with the same formats, one with
// those of another pair, and one of a third pair after a reset; each has surroundings of its own. For each of the four,
// (p, s) -> (pair, surroundings) is one to one: so every pair meets every surrounding once in each place.
ScenarioSet covering_scenarios(const PointSpace& space, std::uint64_t seed) {
  Draw order(DrawPurpose::kOrder, seed, 0);
  std::vector<FormatPair> pairs = format_pairs(space);
  std::vector<Surroundings> around = surroundings(space);
  order.shuffle(pairs);
  order.shuffle(around);
  const auto make = [=](std::int64_t index) {
    const std::size_t p = static_cast<std::size_t>(index) % pairs.size();
    const std::size_t s = static_cast<std::size_t>(index) / pairs.size();
    Draw draw(DrawPurpose::kCovering, seed, index);
    Scenario scenario;
    scenario.name = "covering scenario " + std::to_string(index) + " of seed " + std::to_string(seed);
    CodeFormat a, b;
    for (int event = 0; event < kNumEvents; ++event) {
      if (static_cast<Event>(event) != Event::kSame) {
        const std::size_t further = event == 0 ? 0 : 1 + (5 * s + static_cast<std::size_t>(event)) % (pairs.size() - 1);
        a = draw.one_of(members(space, pairs[(p + further) % pairs.size()].a));
        b = draw.one_of(members(space, pairs[(p + further) % pairs.size()].b));
      }
      const Surroundings place = around[(s + 7 * static_cast<std::size_t>(event)) % around.size()];
      scenario.steps.push_back(
          make_step(space, draw, a, b, place, static_cast<Event>(event), p + 16 * static_cast<std::size_t>(event)));
    }
    name_steps(scenario);
    return scenario;
  };
  return {static_cast<std::int64_t>(pairs.size() * around.size()), make};
}

}  // namespace ampa::verify
