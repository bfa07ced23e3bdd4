#include "record/run_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"

namespace ampa::record {

namespace {

gemm::ConvFormats formats(allocate::LayerBits bits) {
  return {{bits.a, bits.a == 1}, {bits.w, true}, {std::max(bits.g, kMinBits), true}};
}

// Costed under other widths, as a baseline is, a step prunes nothing.
bool prunes(const StepJob& job, allocate::LayerBits bits) {
  return job.keep_one_in > 1 && bits.w == 1;
}

// Of `groups` of a job's gradient.
std::int64_t kept(const StepJob& job, std::int64_t groups) {
  return std::max<std::int64_t>(1, groups / job.keep_one_in);
}

}  // namespace

gemm::JobShape job_shape(const StepJob& job, allocate::LayerBits bits) {
  const gemm::ConvFormats all = formats(bits);
  const auto format = [&](OperandKind kind) {
    return kind == OperandKind::kActivation ? all.activations
           : kind == OperandKind::kWeight   ? all.weights
                                            : all.gradients;
  };
  const auto [a, b] = gemm::operand_kinds(job.pass);
  std::int64_t m = job.m;
  if (prunes(job, bits) && job.pass == gemm::Pass::kDataGradient && job.conv)
    m = m / job.conv->images * kept(job, job.conv->images);
  else if (prunes(job, bits))
    m = kept(job, m);
  return {m, job.n, job.k, format(a), format(b), job.batch};
}

gemm::JobGeometry job_geometry(const StepJob& job, allocate::LayerBits bits) {
  if (!job.conv)
    throw InputError(
        fmt::format("record: {} of layer '{}': expected the key conv, found nothing: the record is of an "
                    "older version, and training again adds it",
                    gemm::to_string(job.pass), job.layer));
  gemm::ConvShape conv = *job.conv;
  const bool of_kept = prunes(job, bits);
  if (of_kept && job.pass == gemm::Pass::kDataGradient) conv.images = kept(job, conv.images);
  if (of_kept && job.pass == gemm::Pass::kWeightGradient) conv.out_channels = kept(job, conv.out_channels);
  return gemm::conv_geometry(conv, job.pass, formats(bits));
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

std::vector<bitops::CountedGemm> counted_gemms(const RunRecord& record) {
  const std::map<std::string, std::size_t> indices = layer_indices(record);
  std::vector<bitops::CountedGemm> counted;
  for (const StepJob& job : record.jobs)
    counted.push_back({indices.at(job.layer), job.pass, job.counted_macs, job.keep_one_in});
  for (const CountedJob& job : record.counted_only)
    counted.push_back({indices.at(job.layer), job.pass, job.counted_macs, job.keep_one_in});
  return counted;
}

std::map<std::string, std::size_t> layer_indices(const RunRecord& record) {
  std::map<std::string, std::size_t> indices;
  for (std::size_t i = 0; i < record.layers.size(); ++i) indices[record.layers[i].name] = i;
  return indices;
}

}  // namespace ampa::record
