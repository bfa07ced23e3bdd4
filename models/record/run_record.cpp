#include "record/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

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
  const auto [a, b] = job.operands;
  std::int64_t m = job.m;
  const std::int64_t images = job.shape ? gemm::num_images(*job.shape) : 1;
  if (prunes(job, bits) && job.pass == gemm::Pass::kDataGradient && job.shape)
    m = m / images * kept(job, images);
  else if (prunes(job, bits))
    m = kept(job, m);
  return {m, job.n, job.k, format(a), format(b), job.batch};
}

gemm::JobGeometry job_geometry(const StepJob& job, allocate::LayerBits bits) {
  if (!job.shape)
    throw InputError(
        fmt::format("record: {} of layer '{}': expected the key conv, found nothing: the record is of an "
                    "older version, and training again adds it",
                    gemm::to_string(job.pass), job.layer));
  gemm::LayerShape shape = *job.shape;
  if (prunes(job, bits) && job.pass == gemm::Pass::kDataGradient)
    shape = gemm::with_images(shape, kept(job, gemm::num_images(shape)));
  auto* const conv = std::get_if<gemm::ConvShape>(&shape);
  if (conv != nullptr && prunes(job, bits) && job.pass == gemm::Pass::kWeightGradient)
    conv->out_channels = kept(job, conv->out_channels);
  return gemm::job_geometry(shape, job.pass, formats(bits));
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kCompleted:
      return "completed";
    case Status::kDiverged:
      return "diverged";
    case Status::kInterrupted:
      return "interrupted";
    case Status::kPaused:
      return "paused";
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
    counted.push_back({indices.at(job.layer), job.pass, job.counted_macs, job.operands, job.keep_one_in});
  for (const CountedJob& job : record.counted_only)
    counted.push_back({indices.at(job.layer), job.pass, job.counted_macs, job.operands, job.keep_one_in});
  return counted;
}

Sites sites_of(const std::vector<QuantizedLayer>& layers) {
  std::vector<bool> have_weights;
  for (const QuantizedLayer& layer : layers) have_weights.push_back(layer.num_weights > 0);
  return Sites(have_weights);
}

std::vector<allocate::LayerBits> widths_of_sites(std::vector<allocate::LayerBits> bits,
                                                 const std::vector<QuantizedLayer>& layers) {
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (layers[i].num_weights == 0) bits[i].w = 0;
  return bits;
}

std::vector<std::string> layer_names(const RunRecord& record) {
  std::vector<std::string> names;
  for (const QuantizedLayer& layer : record.layers) names.push_back(layer.name);
  return names;
}

std::vector<int> layer_groups(const RunRecord& record) {
  if (!record.groups.empty()) return record.groups;
  std::vector<int> own(record.layers.size());
  std::iota(own.begin(), own.end(), 0);
  return own;
}

std::map<std::string, std::size_t> layer_indices(const RunRecord& record) {
  std::map<std::string, std::size_t> indices;
  for (std::size_t i = 0; i < record.layers.size(); ++i) indices[record.layers[i].name] = i;
  return indices;
}

}  // namespace ampa::record
