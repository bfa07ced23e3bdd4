#include "common/metric.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace ampa {

TEST_CASE("a metric has its own key, title, unit and direction") {
  const Metric accuracy{"accuracy", "percent", true}, perplexity{"token perplexity", "", false},
      error{"error", "mm", false};
  CHECK(metric_key(accuracy) == "accuracy_percent");
  CHECK(metric_key(perplexity) == "token_perplexity");
  CHECK(metric_title(accuracy) == "accuracy (%)");
  CHECK(metric_title(perplexity) == "token perplexity");
  CHECK(metric_words(accuracy, 90.625) == "90.62 %");
  CHECK(metric_words(perplexity, 12) == "12.00");
  CHECK(metric_words(error, 0.5) == "0.50 mm");
  CHECK(difference_words(accuracy) == " points");
  CHECK(difference_words(perplexity).empty());
  CHECK(difference_words(error) == " mm");

  CHECK(is_better(accuracy, 91, 90));
  CHECK_FALSE(is_better(accuracy, 90, 90));
  CHECK(is_better(perplexity, 11, 12));
  CHECK_FALSE(is_better(perplexity, NAN, 12));
  CHECK(shortfall(accuracy, 89, 90) == 1);
  CHECK(shortfall(perplexity, 13, 12) == 1);
}

}  // namespace ampa
