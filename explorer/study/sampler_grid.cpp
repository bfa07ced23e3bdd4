// All settings in the order of the file: the space's combinations, or its list.
#include "study/sampler.h"

namespace ampa::study {
namespace {

constexpr std::int64_t kAnyNumber = 100;

class Grid : public Sampler {
 public:
  std::vector<std::size_t> ask(const std::vector<Observation>&, const std::vector<bool>& taken,
                               std::size_t count) override {
    std::vector<std::size_t> chosen;
    for (; next_ < taken.size() && chosen.size() < count; ++next_)
      if (!taken[next_]) chosen.push_back(next_);
    return chosen;
  }

 private:
  std::size_t next_ = 0;
};

}  // namespace

SamplerInfo grid_sampler() {
  return {"grid", "all settings, in the order of the file", kAnyNumber, {}, [](const Lattice&, const Json&) {
            return std::unique_ptr<Sampler>(new Grid);
          }};
}

}  // namespace ampa::study
