#include "record/run_record.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::record {

gemm::JobShape job_shape(const StepJob& job, allocate::LayerBits bits) {
  const CodeFormat weights{bits.w, true};
  const CodeFormat activations{bits.a, false};
  const CodeFormat gradients{bits.g, true};
  gemm::JobShape shape;
  shape.m = job.m;
  shape.n = job.n;
  shape.k = job.k;
  switch (job.pass) {
    case gemm::Pass::kForward:
      shape.a = activations;
      shape.b = weights;
      break;
    case gemm::Pass::kDataGradient:
      shape.a = gradients;
      shape.b = weights;
      break;
    case gemm::Pass::kWeightGradient:
      shape.a = gradients;
      shape.b = activations;
      break;
  }
  return shape;
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kCompleted:
      return "completed";
    case Status::kDiverged:
      return "diverged";
    case Status::kInterrupted:
      return "interrupted";
  }
  throw RunError("record: a status outside the enumeration");
}

RunRecord read_record(const std::filesystem::path& path) {
  return from_json(read_json_file(path), path.string());
}

void write_record(const std::filesystem::path& path, const RunRecord& record) {
  write_json_file(path, to_json(record));
}

}  // namespace ampa::record
