// Softmax cross-entropy of every token of a sequence. Rules L3 and L4 of NUMERICS.md.
//
// Output (samples, length, 1, vocabulary), targets (samples, length, 1, 1): the numbers of the tokens as floats. The
// loss of a sample is the mean over its tokens, in nats; perplexity is e to the mean loss.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/error.h"
#include "numerics/elementary.h"
#include "objectives/objective.h"

namespace ampa::objectives {
namespace {

// Counts: tokens that were found (the largest logit, of equal ones the first), and tokens.
class TokenCrossEntropy : public Objective {
 public:
  const Metric& metric() const override {
    static const Metric perplexity = {"perplexity", "", false};
    return perplexity;
  }

  void check(const data::SourceShape& source, const ir::Shape& output) const override {
    const bool has_sequence =
        source.targets.size() == 1 && source.targets[0].shape.channels == 1 && source.targets[0].name == "next";
    if (!has_sequence)
      throw InputError(
          "objective: expected one that takes the targets of the data set, found token-cross-entropy, which takes a "
          "token at every place of a sequence");
    const ir::Shape& target = source.targets[0].shape;
    if (output != ir::Shape{source.num_classes, target.height, target.width})
      throw InputError(
          fmt::format("objective: token-cross-entropy: expected outputs of {} x {} x {} (vocabulary x length x 1), "
                      "found {} x {} x {}",
                      source.num_classes, target.height, target.width, output.channels, output.height, output.width));
  }

  Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets,
              ir::Tensor* grad) const override {
    const ir::Tensor& tokens = *targets.at(0);
    const std::int64_t vocabulary = output.channels, length = tokens.image_size();
    const double divisor = static_cast<double>(length) * static_cast<double>(output.images);
    if (grad) grad->resize(output.shape());
    Score score;
    score.num_samples = output.images;
    powers_.resize(vocabulary);
    for (std::int64_t sample = 0; sample < output.images; ++sample) {
      double loss = 0;
      for (std::int64_t place = 0; place < length; ++place) {
        const float* const row = output.image(sample) + place * vocabulary;
        const auto token = static_cast<Eigen::Index>(tokens.image(sample)[place]);
        const Eigen::Index best = std::max_element(row, row + vocabulary) - row;
        double sum = 0;
        for (Eigen::Index c = 0; c < vocabulary; ++c)
          sum += powers_[c] = numerics::exp(static_cast<double>(row[c]) - static_cast<double>(row[best]));
        loss += numerics::log(sum) - (static_cast<double>(row[token]) - static_cast<double>(row[best]));
        if (best == token) ++score.counts[0];
        if (!grad) continue;
        powers_ /= sum;
        powers_[token] -= 1;
        Eigen::Map<Eigen::ArrayXf>(grad->image(sample) + place * vocabulary, vocabulary) =
            (powers_ / divisor).cast<float>();
      }
      score.loss_sum += loss / static_cast<double>(length);
    }
    score.counts[1] = output.images * length;
    return score;
  }

  double value(const Score& sum) const override {
    return std::min(numerics::exp(sum.loss()), std::numeric_limits<double>::max());
  }

 private:
  // Of one thread at a time; kept, as a vocabulary is long.
  static thread_local Eigen::ArrayXd powers_;
};

thread_local Eigen::ArrayXd TokenCrossEntropy::powers_;

std::unique_ptr<Objective> make(const Json&) {
  return std::make_unique<TokenCrossEntropy>();
}

}  // namespace

ObjectiveInfo token_cross_entropy() {
  return {"token-cross-entropy", "softmax cross-entropy of every token of a text, in nats; perplexity", {}, make};
}

}  // namespace ampa::objectives
