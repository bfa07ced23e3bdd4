#include "trace/replay.h"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "gemm/conv_shape.h"
#include "quant/tensor_quantizer.h"
#include "recorded_step.h"

namespace ampa::trace {
namespace {

// A backend with a fault: one sum of one pass is off by one. It also models time.
class FaultyBackend : public gemm::Backend {
 public:
  explicit FaultyBackend(std::optional<gemm::Pass> faulty) : faulty_(faulty) {}
  std::string_view name() const override { return "faulty"; }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    reference_.run(job, out);
    if (job.pass == faulty_ && !out.is_wide()) ++out.narrow[static_cast<std::size_t>(out.cols)];
    return gemm::JobCycles{10, 3, 5, 7};
  }

 private:
  gemm::ReferenceBackend reference_;
  std::optional<gemm::Pass> faulty_;
};

}  // namespace

TEST_CASE("a recorded step replays to the same integers") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "t", {{"made_by", "test"}});
  gemm::ReferenceBackend reference;
  std::int64_t calls = 0;
  const ReplayReport report = replay(folder.path() / "t", reference, [&](std::int64_t done, std::int64_t total) {
    CHECK(done == ++calls);
    CHECK(total == RecordedStep::kNumJobs + RecordedStep::kNumQuantizers);
  });
  CHECK(report.equal);
  CHECK(report.first_mismatch.empty());
  CHECK(report.num_mismatches == 0);
  CHECK(report.num_jobs == RecordedStep::kNumJobs);
  CHECK(report.num_quantizers == RecordedStep::kNumQuantizers);
  CHECK(report.num_macs == 50 * 4 * 27 + 4 * 27 * 50 + 50 * 3 * 36 + 131072);
  CHECK(report.num_codes == 2 * 25 * 3 + 4 * 27 + 2 * 25 * 4);
  CHECK_FALSE(report.cycles.has_value());
  CHECK(calls == RecordedStep::kNumJobs + RecordedStep::kNumQuantizers);
  CHECK(read(folder.path() / "t").context["made_by"] == "test");
}

TEST_CASE("a differing backend is found, and its cycles are added up") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "t");
  const Trace trace = read(folder.path() / "t");
  FaultyBackend sound(std::nullopt), faulty(gemm::Pass::kDataGradient);
  const ReplayReport good = replay(trace, sound);
  CHECK(good.equal);
  CHECK(good.cycles == gemm::JobCycles{40, 12, 20, 28});
  const ReplayReport bad = replay(trace, faulty);
  CHECK_FALSE(bad.equal);
  CHECK(bad.num_mismatches == 1);
  CHECK(bad.num_jobs == RecordedStep::kNumJobs);
  CHECK(bad.first_mismatch.find("layer conv, dgrad, step 0: sum (1, 0): recorded ") == 0);
}

TEST_CASE("a quantizer that gives other codes is found") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "t");
  Trace trace = read(folder.path() / "t");
  trace.quantizers[2].stream.tensor += 1;  // other random bits: the recorded input and codes no longer belong together
  gemm::ReferenceBackend reference;
  const ReplayReport report = replay(trace, reference);
  CHECK_FALSE(report.equal);
  CHECK(report.num_mismatches == 1);
  CHECK(report.first_mismatch.find("layer conv, quantizer of the gradient, step 0: element ") == 0);
}

TEST_CASE("a tensor with an infinity or a NaN has no codes: a trace that gives it some is refused") {
  const std::vector<float> bad{std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                               -std::numeric_limits<float>::infinity()};
  for (const float value : bad) {
    const TemporaryFolder folder;
    Writer writer(folder.path() / "t");
    const std::vector<float> input{0.5f, value, -1};
    // Codes that the scalar functions do give it.
    const numerics::QuantParams params = numerics::symmetric_params(1, 4);
    gemm::CodeTensor codes;
    gemm::resize(codes, {4, true}, 0, 1, 1, 1, 3);
    for (std::size_t i = 0; i < input.size(); ++i)
      codes.bytes[i] = static_cast<std::uint8_t>(numerics::quantize_nearest(input[i], params));
    writer.add_quantizer({"fc", OperandKind::kWeight, 0, input.data(), &codes, params});
    writer.finish();
    gemm::ReferenceBackend reference;
    CHECK_THROWS_WITH(replay(folder.path() / "t", reference),
                      Catch::Contains("fc_weight_input.npy: element 1: expected finite values"));
    CHECK_THROWS_AS(replay(folder.path() / "t", reference), InputError);
  }
}

TEST_CASE("a batch and scales in groups come back from a trace as they were") {
  const TemporaryFolder folder;
  gemm::ConvShape shape{2, 5, 6, 6, 3, 6, 9, 3, 2, {2, 1}, 1, {1, 2}, 3};
  gemm::CodeTensor a, b;
  gemm::JobGeometry geometry = gemm::conv_geometry(shape, gemm::Pass::kForward, {{4, false}, {4, true}, {8, true}});
  gemm::GemmJob job;
  job.a = gemm::make_operand(geometry.a, a);
  job.b = gemm::make_operand(geometry.b, b);
  job.layer = "conv";
  quant::ScaleGroups groups{quant::ScaleAxis::kImages, {}};
  for (const float range : {1.0f, 3.0f}) groups.params.push_back(numerics::asymmetric_params(-range / 2, range, 4));
  std::vector<float> values;
  for (std::int64_t i = 0; i < a.num_codes(); ++i) values.push_back(static_cast<float>(i % 17) / 16 - 0.4f);
  ThreadPool threads(1);
  const quant::GridLayout layout{a.grid_height, a.grid_width, a.border_top, a.border_left, a.dilation};
  const quant::FloatView view(values.data(), {2, 5, 6, 6});
  groups.params[1] = numerics::asymmetric_params(-0.1f, 3, 4);
  quant::quantize(view, groups, layout, quant::RoundingOf(std::nullopt), threads, a);
  REQUIRE(a.has_own_gaps);
  std::int64_t next = 0;
  gemm::fill_codes(b, [&] { return next++ % 7 - 3; });

  Writer writer(folder.path() / "t");
  gemm::ReferenceBackend reference;
  RecordingBackend recording(reference, writer);
  gemm::Accumulators sums;
  recording.run(job, sums);
  quant::QuantizeEvent event{"conv", OperandKind::kActivation, 0, values.data(), &a, groups.params[0]};
  event.groups = &groups;
  writer.add_quantizer(event);
  writer.finish();

  Trace trace = read(folder.path() / "t");
  REQUIRE(trace.jobs.size() == 1);
  CHECK(read_json_file(folder.path() / "t" / "index.json")["schema_version"] == 3);
  CHECK(trace.jobs[0].shape.batch == 3);
  const LoadedJob loaded = load_job(trace, 0);
  geometry.a.zero_point = a.zero_point;
  CHECK(gemm::geometry_of(loaded.job) == geometry);
  CHECK(loaded.a->has_own_gaps);
  CHECK(loaded.expected == sums);
  const quant::ScaleGroups& read_groups = trace.quantizers[0].groups;
  REQUIRE(read_groups.params.size() == 2);
  CHECK(read_groups.axis == quant::ScaleAxis::kImages);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(read_groups.params[i].scale == groups.params[i].scale);
    CHECK(read_groups.params[i].inv_scale == groups.params[i].inv_scale);
    CHECK(read_groups.params[i].zero_point == groups.params[i].zero_point);
    CHECK(read_groups.params[i].max_code == 15);
  }
  const ReplayReport good = replay(trace, reference);
  INFO(good.first_mismatch);
  CHECK(good.equal);
  CHECK(good.num_macs == 3 * (2 * 3 * 6) * 3 * (3 * 2 * 2));
  trace.quantizers[0].groups.params[1].inv_scale *= 2;
  CHECK_FALSE(replay(trace, reference).equal);
}

TEST_CASE("jobs are read one by one in any order") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "t");
  const Trace trace = read(folder.path() / "t");
  REQUIRE(trace.jobs.size() == 4);
  CHECK(trace.jobs[0].layer == "conv");
  CHECK(trace.jobs[1].pass == gemm::Pass::kWeightGradient);
  CHECK(trace.jobs[2].shape.k == 36);
  const LoadedJob deep = load_job(trace, 3);
  CHECK(deep.job.layer == "classifier/deep");
  CHECK(deep.expected.is_wide());
  CHECK(deep.expected.at(0, 0) == std::int64_t{131072} * 127 * 127);
  const LoadedJob first = load_job(trace, 0);
  CHECK(first.job.a.kernel_height == 3);
  CHECK(first.a->border_top == 1);
  CHECK(first.a->zero_point == trace.quantizers[0].params.zero_point);
  CHECK(first.a->zero_point != 0);
  CHECK(static_cast<std::int64_t>(first.a->bytes.size()) == 2 * 7 * 7 * 3 + gemm::CodeTensor::kReadPadding);
}

TEST_CASE("a tensor that several jobs and quantizers use is stored once") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "t");
  const Trace trace = read(folder.path() / "t");
  CHECK(trace.jobs[0].a.codes == trace.jobs[1].b.codes);
  CHECK(trace.jobs[0].a.codes == trace.quantizers[0].codes);
  CHECK(trace.jobs[1].a.codes == trace.jobs[2].a.codes);
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "t"))
    files.insert(entry.path().filename().string());
  // index; input, weights, gradient as floats and codes; rotated weights; two deep operands; four sums
  CHECK(files.size() == 1 + 6 + 1 + 2 + 4);
  CHECK(files.count("0000_conv_activation_input.npy") == 1);
}

TEST_CASE("only the wanted steps are recorded, and nothing else is changed") {
  const TemporaryFolder folder;
  Writer writer(folder.path() / "t", 1, 2);
  gemm::ReferenceBackend reference;
  RecordingBackend backend(reference, writer);
  RecordingObserver observer(writer);
  CHECK(backend.name() == "reference");
  for (std::int64_t step = 0; step < 4; ++step) RecordedStep(step).run(backend, observer);
  CHECK(writer.num_jobs() == 2 * RecordedStep::kNumJobs);
  CHECK(writer.num_quantizers() == 2 * RecordedStep::kNumQuantizers);
  CHECK_THROWS_AS(read(folder.path() / "t"), InputError);  // no index before the end
  writer.finish();
  const Trace trace = read(folder.path() / "t");
  CHECK(trace.jobs.front().step == 1);
  CHECK(trace.jobs.back().step == 2);
  CHECK(replay(trace, reference).equal);
}

TEST_CASE("two recordings of one step are equal byte for byte") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "x");
  RecordedStep().record(folder.path() / "y");
  CHECK(read_file(folder.path() / "x" / "index.json") == read_file(folder.path() / "y" / "index.json"));
}

TEST_CASE("a trace does not mix with other files") {
  const TemporaryFolder folder;
  RecordedStep().record(folder.path() / "t");
  CHECK_THROWS_AS(Writer(folder.path() / "t"), InputError);
  CHECK_THROWS_AS(Writer(folder.path() / "t" / "index.json"), InputError);
  CHECK_THROWS_AS(Writer(folder.path() / "t" / "index.json" / "below"), RunError);
}

TEST_CASE("a quantizer of any rounding replays, and its name is in the index only where it is a new one") {
  const std::vector<float> values = {-0.7f, -0.3f, 0.125f, 0.45f, 0.7f, -0.2f};  // in steps of 1/4: the third is a tie
  const quant::FloatView view(values.data(), 1, 1, 1, 6);
  ThreadPool threads(1);
  for (const numerics::RoundingRule& rule : numerics::rounding_rules())
    for (const bool affine : {false, true}) {
      const TemporaryFolder folder;
      gemm::CodeTensor codes;
      quant::QuantizeEvent event{
          "conv", OperandKind::kActivation,
          0,      values.data(),
          &codes, affine ? numerics::asymmetric_params(-0.75f, 1, 3) : numerics::symmetric_params(0.75f, 3)};
      event.rounding = rule.rounding;
      event.stream = {1, 2, 3};
      quant::quantize(view, event.params, quant::dense_layout(view), {rule.rounding, event.stream, false}, threads,
                      codes);
      Writer writer(folder.path() / "t");
      writer.add_quantizer(event);
      writer.finish();
      const Json index = read_json_file(folder.path() / "t" / "index.json");
      const bool is_new = rule.rounding == numerics::Rounding::kHalfAway || rule.rounding == numerics::Rounding::kFloor;
      CHECK(index["quantizers"][0].contains("rounding") == is_new);
      CHECK(index["schema_version"] ==
            (is_new || (affine && rule.rounding == numerics::Rounding::kStochastic) ? 3 : 2));
      gemm::ReferenceBackend reference;
      CHECK(replay(folder.path() / "t", reference).equal);
      Trace trace = read(folder.path() / "t");
      CHECK(trace.quantizers[0].rounding == rule.rounding);
      trace.quantizers[0].rounding = is_new ? numerics::Rounding::kNearestEven : numerics::Rounding::kFloor;
      CHECK_FALSE(replay(trace, reference).equal);
    }
}

}  // namespace ampa::trace
