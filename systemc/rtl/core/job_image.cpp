#include <algorithm>
#include <cstring>

#include "common/ceil_div.h"
#include "common/error.h"
#include "numerics/bit_packing.h"
#include "rtl/core/core_model.h"
#include "timing/descriptor.h"

namespace ampa::rtl {
namespace {

std::vector<std::uint8_t> packed(const gemm::CodeTensor& tensor) {
  std::vector<std::uint8_t> codes;
  codes.reserve(static_cast<std::size_t>(tensor.num_codes()));
  for (std::int64_t image = 0; image < tensor.images; ++image)
    for (std::int64_t y = 0; y < tensor.height; ++y)
      for (std::int64_t x = 0; x < tensor.width; ++x) {
        const std::uint8_t* code = tensor.bytes.data() + tensor.offset(image, y, x);
        codes.insert(codes.end(), code, code + tensor.channels);
      }
  return numerics::pack_codes(codes.data(), tensor.num_codes(), tensor.format.bits);
}

// Appends `bytes` from a beat on, and a whole number of beats.
std::uint64_t append(std::vector<std::uint8_t>& image, const void* bytes, std::size_t size, std::int64_t port_bytes) {
  const std::size_t at = image.size();
  image.resize(at + static_cast<std::size_t>(round_up(static_cast<std::int64_t>(size), port_bytes)));
  if (bytes != nullptr) std::memcpy(image.data() + at, bytes, size);
  return at;
}

}  // namespace

JobImage make_image(const timing::JobPlan& plan, const gemm::GemmJob& job,
                    const std::optional<timing::Requantization>& codes) {
  if (plan.codes != timing::form_of(codes) ||
      (codes && !codes->columns.empty() && codes->columns.size() != static_cast<std::size_t>(plan.n())))
    throw InputError("core: codes: expected numbers of the form that the plan has, with a correction for each column");
  const std::int64_t port = plan.config.port_bytes;
  JobImage image;
  image.plan = plan;
  timing::JobAddresses addresses;
  const std::vector<std::uint8_t> a = packed(*job.a.tensor), b = packed(*job.b.tensor);
  addresses.a = append(image.bytes, a.data(), a.size(), port);
  addresses.b = append(image.bytes, b.data(), b.size(), port);
  std::int64_t beats = 0;
  for (const timing::ResultBlock& block : timing::result_blocks(plan)) beats += block.beats;
  addresses.results = append(image.bytes, nullptr, static_cast<std::size_t>(beats * port), port);
  const std::vector<std::uint32_t> descriptor = timing::make_descriptor(plan, addresses, codes);
  image.descriptor = append(image.bytes, descriptor.data(), descriptor.size() * sizeof(std::uint32_t), port);
  image.descriptor_beats = timing::descriptor_beats(plan);
  image.results = addresses.results;
  image.result_bytes = static_cast<std::size_t>(beats * port);
  return image;
}

void read_results(const JobImage& image, gemm::Accumulators& out) {
  const timing::JobPlan& plan = image.plan;
  gemm::reset(out, plan.job.shape());
  for (const timing::ResultBlock& block : timing::result_blocks(plan)) {
    const std::uint8_t* bytes = image.bytes.data() + image.results + block.beat * plan.config.port_bytes;
    for (std::int64_t row = 0; row < block.rows; ++row) {
      const auto to = static_cast<std::size_t>((block.row + row) * plan.n() + block.col);
      const std::int64_t from = row * block.cols;
      if (plan.wide)
        std::memcpy(out.wide.data() + to, bytes + from * 8, static_cast<std::size_t>(block.cols) * 8);
      else
        std::memcpy(out.narrow.data() + to, bytes + from * 4, static_cast<std::size_t>(block.cols) * 4);
    }
  }
}

std::vector<std::uint8_t> read_codes(const JobImage& image, CodeFormat format) {
  const timing::JobPlan& plan = image.plan;
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(plan.m() * plan.n()));
  for (const timing::ResultBlock& block : timing::result_blocks(plan)) {
    const std::vector<std::uint8_t> unpacked = numerics::unpack_codes(
        image.bytes.data() + image.results + block.beat * plan.config.port_bytes, block.rows * block.cols, format);
    for (std::int64_t row = 0; row < block.rows; ++row)
      std::copy_n(unpacked.begin() + row * block.cols, block.cols,
                  codes.begin() + (block.row + row) * plan.n() + block.col);
  }
  return codes;
}

}  // namespace ampa::rtl
