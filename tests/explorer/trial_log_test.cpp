#include "sweep/trial_log.h"

#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa::sweep {

TEST_CASE("progress and the last error are read from a log") {
  const testing::Scratch scratch;
  CHECK(last_epoch(scratch / "none") == 0);
  CHECK(last_error(scratch / "none").empty());
  scratch.write("log.txt",
                epoch_words(1, 20) + "  loss 1\nnoise\n" + epoch_words(2, 20) + "\nampa: first\nampa: disk full\n");
  CHECK(last_epoch(scratch / "log.txt") == 2);
  CHECK(last_error(scratch / "log.txt") == "disk full");
}

}  // namespace ampa::sweep
