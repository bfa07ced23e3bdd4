#include "train/step_jobs.h"

#include <catch2/catch.hpp>

namespace ampa::train {

TEST_CASE("step jobs: ResNet-20 at batch 8 has three jobs for each of its 18 quantized layers") {
  const networks::Network network = networks::load_network("resnet20");
  const std::vector<record::StepJob> jobs = step_jobs(network, 8);
  REQUIRE(jobs.size() == 54);
  CHECK(jobs[0].layer == "layer1.0.conv1");
  CHECK(jobs[0].m == 8 * 32 * 32);
  CHECK(jobs[0].n == 16);
  CHECK(jobs[0].k == 144);
  // The first layer of stage 2 has stride 2: its data gradient runs over the zero-filled error map.
  for (const record::StepJob& job : jobs) {
    if (job.layer != "layer2.0.conv1") continue;
    if (job.pass == gemm::Pass::kForward) CHECK((job.m == 8 * 16 * 16 && job.n == 32 && job.k == 144));
    if (job.pass == gemm::Pass::kDataGradient) CHECK((job.m == 8 * 32 * 32 && job.n == 16 && job.k == 288));
    if (job.pass == gemm::Pass::kWeightGradient) CHECK((job.m == 32 && job.n == 144 && job.k == 8 * 16 * 16));
  }
  std::int64_t forward_macs = 0;
  for (const record::StepJob& job : jobs)
    if (job.pass == gemm::Pass::kForward) forward_macs += job.m * job.n * job.k;
  CHECK(forward_macs == 8 * 40108032);
}

}  // namespace ampa::train
