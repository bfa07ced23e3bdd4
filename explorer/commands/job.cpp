// `ampa job`: one product of a user's own tensors on the RTL of a point.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "common/npy.h"
#include "gemm/reference_backend.h"
#include "record/context.h"
#include "rtl/array/verilated_model.h"
#include "rtl/core/wave_path.h"
#include "tlm/array/array_backend.h"

namespace ampa::commands {
namespace {

struct Flags {
  std::string a_file, b_file;
  std::vector<std::string> bits;
  std::string point, out, wave;
  bool json = false;
};

Bits read_bits(const std::string& text) {
  int bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size() || bits < kMinOperandBits || bits > kMaxBits)
    throw InputError(fmt::format("bits: expected widths of {} .. {}, found '{}'", kMinOperandBits, kMaxBits, text));
  return static_cast<Bits>(bits);
}

// The codes of a matrix of rows x K: bytes, unsigned or signed as NumPy's type says.
gemm::CodeTensor read_codes(const std::string& path, Bits bits) {
  const NpyArray array = decode_npy(read_file(path), path);
  if ((array.type != NpyType::kUint8 && array.type != NpyType::kInt8) || array.shape.size() != 2 ||
      array.num_elements() == 0)
    throw InputError(fmt::format("{}: expected a matrix of rows x K of uint8 or int8, found {} of {} dimensions", path,
                                 to_string(array.type), array.shape.size()));
  const CodeFormat format{bits, array.type == NpyType::kInt8};
  std::vector<std::int32_t> codes;
  for (const char byte : array.data) {
    const std::int32_t code = format.is_signed ? static_cast<std::int8_t>(byte) : static_cast<std::uint8_t>(byte);
    const bool fits =
        format.is_two_level() ? code == 1 || code == -1 : code >= format.min_code() && code <= format.max_code();
    if (!fits)
      throw InputError(fmt::format("{}: [{}, {}]: expected a code of {} bits, found {}", path,
                                   static_cast<std::int64_t>(codes.size()) / array.shape[1],
                                   static_cast<std::int64_t>(codes.size()) % array.shape[1], bits, code));
    codes.push_back(code);
  }
  return gemm::matrix(format, 0, array.shape[0], array.shape[1], codes);
}

void write_sums(const gemm::Accumulators& sums, const std::string& path) {
  const bool is_wide = sums.is_wide();
  const void* data = is_wide ? static_cast<const void*>(sums.wide.data()) : sums.narrow.data();
  write_file_atomically(path, encode_npy(is_wide ? NpyType::kInt64 : NpyType::kInt32, {sums.rows, sums.cols}, data));
}

void check_sums(const gemm::GemmJob& job, const gemm::Accumulators& found, const std::string& point) {
  gemm::Accumulators expected;
  gemm::ReferenceBackend().run(job, expected);
  for (std::int64_t m = 0; m < expected.rows; ++m)
    for (std::int64_t n = 0; n < expected.cols; ++n)
      if (expected.at(m, n) != found.at(m, n))
        throw MismatchError(
            fmt::format("{}: sum [{}, {}]: expected {}, found {}", point, m, n, expected.at(m, n), found.at(m, n)));
}

void run(const Flags& flags) {
  if (flags.bits.size() != 2)
    throw InputError(fmt::format("bits: expected the widths of A and of B, found {} values", flags.bits.size()));
  const timing::HardwarePoint point = timing::point_from_string(flags.point);
  const gemm::CodeTensor a = read_codes(flags.a_file, read_bits(flags.bits[0]));
  const gemm::CodeTensor b = read_codes(flags.b_file, read_bits(flags.bits[1]));
  gemm::GemmJob job;
  job.a = gemm::whole(a);
  job.b = gemm::whole(b);
  job.layer = "job";
  if (job.a.depth() != job.b.depth())
    throw InputError(fmt::format("{}: expected rows of K = {} as in {}, found {}", flags.b_file, job.a.depth(),
                                 flags.a_file, job.b.depth()));
  timing::check_formats(point, a.format, b.format);
  if (!flags.wave.empty()) rtl::check_wave_path(flags.wave);
  tlm::ArrayBackend backend(
      "rtl", point, flags.wave.empty() ? rtl::make_verilated_model(point) : rtl::make_waved_model(point, flags.wave));
  gemm::Accumulators sums;
  const gemm::JobCycles cycles = *backend.run(job, sums);
  check_sums(job, sums, point.name);
  const std::filesystem::path folder = flags.out;
  std::filesystem::create_directories(folder);
  write_sums(sums, folder / "sums.npy");
  const Json results{
      {"compute_cycles", cycles.compute}, {"fill_drain_cycles", cycles.fill_drain}, {"total_cycles", cycles.total()}};
  const Json json{{"schema_version", 1},
                  {"context", record::make_context(1)},
                  {"config",
                   {{"a", flags.a_file},
                    {"b", flags.b_file},
                    {"a_bits", a.format.bits},
                    {"b_bits", b.format.bits},
                    {"point", point.name}}},
                  {"results", results}};
  write_file_atomically(folder / "job.json", json.dump(2) + "\n");
  if (flags.json) {
    print_json(json);
    return;
  }
  print(fmt::format("{} on {}: {} x {} x {}, {} compute and {} fill/drain cycles, sums as the reference has them\n{}\n",
                    flags.a_file, point.name, job.m(), job.n(), job.k(), cycles.compute, cycles.fill_drain,
                    (folder / "sums.npy").string()));
}

}  // namespace

void add_job(CLI::App& app) {
  add_command(app, "job", [](const Call& call) {
    run({call.text("a_file"), call.text("b_file"), call.texts("bits"), call.text("point"), call.text("out"),
         call.text("wave"), call.is_on("json")});
  });
}

}  // namespace ampa::commands
