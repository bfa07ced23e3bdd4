#include "trace/recorder.h"

#include <fmt/format.h>

#include <cctype>
#include <system_error>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/folder_lock.h"
#include "common/npy.h"
#include "trace/checksum.h"
#include "trace/index.h"

namespace ampa::trace {
namespace {

// Layer names go into file names; what a file system might not take becomes '_'.
std::string file_label(const std::string& layer, std::string_view what) {
  std::string label = layer.substr(0, 80);
  for (char& c : label)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  return fmt::format("{}_{}", label, what);
}

gemm::CodeTensor without_bytes(const gemm::CodeTensor& tensor) {
  gemm::CodeTensor geometry = {tensor.format,     tensor.zero_point,  tensor.images,      tensor.height,
                               tensor.width,      tensor.channels,    tensor.grid_height, tensor.grid_width,
                               tensor.border_top, tensor.border_left, tensor.dilation,    {}};
  geometry.has_own_gaps = tensor.has_own_gaps;
  return geometry;
}

}  // namespace

Writer::Writer(std::filesystem::path folder, std::int64_t first_step, std::int64_t num_steps)
    : folder_(std::move(folder)), first_step_(first_step), num_steps_(num_steps) {
  std::error_code code;
  if (std::filesystem::exists(folder_, code) && !std::filesystem::is_directory(folder_, code))
    throw InputError(fmt::format("{}: expected an empty or new folder, found a file", folder_.string()));
  if (holds_files(folder_))
    throw InputError(fmt::format("{}: expected an empty or new folder, found one with files", folder_.string()));
  std::filesystem::create_directories(folder_, code);
  if (code) throw RunError(fmt::format("{}: cannot make the folder: {}", folder_.string(), code.message()));
}

std::string Writer::store(const std::string& bytes, const std::string& label) {
  std::string& file = file_of_sha256_[sha256_hex(bytes)];
  if (file.empty()) {
    const std::string name = fmt::format("{:04}_{}.npy", file_of_sha256_.size() - 1, label);
    write_file_atomically(folder_ / name, bytes);
    file = name;
    files_[name] = {static_cast<std::int64_t>(bytes.size()), block_checksums(bytes)};
    num_bytes_ += static_cast<std::int64_t>(bytes.size());
  }
  return file;
}

std::string Writer::store_codes(const gemm::CodeTensor& tensor, const std::string& label) {
  return store(encode_npy(codes_type(tensor), codes_shape(tensor), tensor.bytes.data()), label);
}

void Writer::add_job(const gemm::GemmJob& job, const gemm::Accumulators& sums) {
  if (!wants_step(job.step)) return;
  const std::string pass(gemm::to_string(job.pass));
  const auto operand = [&](const gemm::Operand& window, std::string_view side) {
    OperandEntry entry{store_codes(*window.tensor, file_label(job.layer, fmt::format("{}_{}", pass, side))),
                       without_bytes(*window.tensor), window};
    if (window.images.count == 0) entry.window.images.count = window.num_image_windows();
    if (window.channels.count == 0) entry.window.channels.count = window.num_channel_windows();
    entry.window.tensor = nullptr;
    return entry;
  };
  JobEntry entry;
  entry.layer = job.layer;
  entry.pass = job.pass;
  entry.step = job.step;
  entry.a = operand(job.a, "a");
  entry.b = operand(job.b, "b");
  const NpyType type = sums_type(job.shape());
  const void* data = type == NpyType::kInt64 ? static_cast<const void*>(sums.wide.data()) : sums.narrow.data();
  entry.accumulators = store(encode_npy(type, {sums.rows, sums.cols}, data), file_label(job.layer, pass + "_sums"));
  is_new_ = is_new_ || is_new(entry.a) || is_new(entry.b);
  jobs_.push_back(to_json(entry));
}

void Writer::add_quantizer(const quant::QuantizeEvent& event) {
  if (!wants_step(event.step)) return;
  const std::string kind(to_string(event.kind));
  const gemm::CodeTensor& tensor = *event.codes;
  QuantizerEntry entry;
  entry.layer = event.layer;
  entry.kind = event.kind;
  entry.step = event.step;
  entry.input =
      store(encode_npy(NpyType::kFloat32, {tensor.images, tensor.height, tensor.width, tensor.channels}, event.input),
            file_label(event.layer, kind + "_input"));
  entry.codes = store_codes(tensor, file_label(event.layer, kind + "_codes"));
  entry.tensor = without_bytes(tensor);
  entry.params = event.params;
  if (event.groups) entry.groups = *event.groups;
  entry.rounding = event.rounding;
  if (event.is_stochastic()) entry.stream = event.stream;
  is_new_ = is_new_ || is_new(entry);
  quantizers_.push_back(to_json(entry));
}

void Writer::finish(const Json& context) {
  const Json index = {{"schema_version", is_new_ ? kSchemaVersion : kOldestSchemaVersion},
                      {"context", context},
                      {"files", to_json(files_)},
                      {"jobs", jobs_},
                      {"quantizers", quantizers_}};
  write_file_atomically(folder_ / "index.json", index_text(index));
}

std::optional<gemm::JobCycles> RecordingBackend::run(const gemm::GemmJob& job, gemm::Accumulators& out) {
  const std::optional<gemm::JobCycles> cycles = inner_->run(job, out);
  writer_->add_job(job, out);
  return cycles;
}

}  // namespace ampa::trace
