// Softmax cross-entropy of every token of a sequence. Rules L3 and L4 of NUMERICS.md.
//
// Output (samples, length, 1, vocabulary), targets (samples, length, 1, 1): the numbers of the tokens as floats. The
// loss of a sample is the mean over its tokens, in nats; perplexity is e to the mean loss.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/error.h"
#include "kernels/activation.h"
#include "numerics/elementary.h"
#include "objectives/objective.h"

namespace ampa::objectives {
namespace {

struct TokenLoss {
  double loss = 0;
  bool is_found = false;
};

// Writes the gradient of loss / divisor, if it is asked for.
TokenLoss token_loss(const float* row, std::int64_t vocabulary, Eigen::Index token, double divisor, float* grad) {
  thread_local Eigen::ArrayXd powers;  // kept, as a vocabulary is long
  powers.resize(vocabulary);
  const Eigen::Index best = std::max_element(row, row + vocabulary) - row;
  kernels::active_activation().exp_minus_in_double(row, vocabulary, row[best], powers.data());
  double sum = 0;
  for (Eigen::Index c = 0; c < vocabulary; ++c) sum += powers[c];
  const double loss = numerics::log(sum) - (static_cast<double>(row[token]) - static_cast<double>(row[best]));
  if (grad) {
    powers /= sum;
    powers[token] -= 1;
    Eigen::Map<Eigen::ArrayXf>(grad, vocabulary) = (powers / divisor).cast<float>();
  }
  return {loss, best == token};
}

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

  Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets, ir::Tensor* grad,
              ThreadPool& threads) const override {
    const ir::Tensor& tokens = *targets.at(0);
    const std::int64_t vocabulary = output.channels, length = tokens.image_size();
    const double divisor = static_cast<double>(length) * static_cast<double>(output.images);
    if (grad) grad->resize(output.shape());
    std::vector<TokenLoss> losses(static_cast<std::size_t>(output.images * length));
    threads.for_each_part(output.images * length, [&](std::int64_t i) {
      losses[static_cast<std::size_t>(i)] =
          token_loss(output.values.data() + i * vocabulary, vocabulary, static_cast<Eigen::Index>(tokens.values[i]),
                     divisor, grad ? grad->values.data() + i * vocabulary : nullptr);
    });
    Score score;
    score.num_samples = output.images;
    for (std::int64_t sample = 0; sample < output.images; ++sample) {
      double loss = 0;
      for (std::int64_t place = 0; place < length; ++place) {
        const TokenLoss& token = losses[static_cast<std::size_t>(sample * length + place)];
        loss += token.loss;
        score.counts[0] += token.is_found ? 1 : 0;
      }
      score.loss_sum += loss / static_cast<double>(length);
    }
    score.counts[1] = output.images * length;
    return score;
  }

  double value(const Score& sum) const override {
    return std::min(numerics::exp(sum.loss()), std::numeric_limits<double>::max());
  }
};

std::unique_ptr<Objective> make(const Json&) {
  return std::make_unique<TokenCrossEntropy>();
}

}  // namespace

ObjectiveInfo token_cross_entropy() {
  return {"token-cross-entropy", "softmax cross-entropy of every token of a text, in nats; perplexity", {}, make};
}

}  // namespace ampa::objectives
