#include "train/evaluator.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "data/images_source.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "networks/load_network.h"
#include "objectives/cross_entropy.h"
#include "ops/build_program.h"
#include "train/batch.h"

namespace ampa::train {
namespace {

// A network with random weights: nothing has to be learnt for its figures to have bits.
struct Example {
  std::unique_ptr<data::Source> source = data::load_source("synthetic", "", 40, 61);
  std::unique_ptr<objectives::Objective> objective = objectives::make_objective("cross-entropy", Json::object());
  ir::Network network;
  ir::Arithmetic arithmetic;
  ir::Program graph;
  std::vector<allocate::LayerBits> bits;

  explicit Example(const std::string& name, ir::Arithmetic kind = ir::Arithmetic::kInteger)
      : network(networks::load_network(name, source->shape().input.shape, source->shape().num_classes)),
        arithmetic(kind),
        graph(ops::build_program(network, kind, 3)),
        bits(graph.quantized_layers().size(), {4, 5, 8}) {}

  Evaluation evaluate(int num_threads, std::int64_t images_per_part, gemm::Backend* backend = nullptr) {
    ThreadPool threads(num_threads);
    Evaluator evaluator(network, arithmetic, *objective, threads, backend);
    return evaluator.evaluate(graph, bits, *source, data::Part::kTest, images_per_part);
  }
};

void check_equal(const Evaluation& found, const Evaluation& expected) {
  CHECK(found.sum.loss_sum == expected.sum.loss_sum);
  CHECK(found.sum.counts == expected.sum.counts);
  CHECK(found.sum.num_samples == expected.sum.num_samples);
  CHECK(found.metric == expected.metric);
}

// By the definition: one batch of one image after another through the graph that was trained.
Evaluation by_definition(Example& example, std::int64_t* num_done = nullptr) {
  ThreadPool threads(1);
  gemm::ReferenceBackend reference;
  ir::StepContext context;
  context.threads = &threads;
  context.backend = &reference;
  context.training = false;
  for (std::size_t i = 0; i < example.bits.size(); ++i) example.graph.quantized_layers()[i]->set_bits(example.bits[i]);
  Evaluation total;
  for (std::int64_t i = 0; i < example.source->count(data::Part::kTest); ++i) {
    Batch one;
    read_batch(*example.source, data::Part::kTest, &i, 1, {}, one);
    const auto label = static_cast<std::uint8_t>(one.targets[0].values[0]);
    const objectives::LossResult loss =
        objectives::softmax_cross_entropy(example.graph.forward(one.input, context), &label, nullptr);
    total.sum += {loss.loss_sum, 1, {loss.num_correct, 0}};
    if (num_done) ++*num_done;
  }
  total.metric = 100.0 * static_cast<double>(total.sum.counts[0]) / static_cast<double>(total.sum.num_samples);
  return total;
}

}  // namespace

TEST_CASE("V1: an evaluation runs every image as a batch of its own") {
  for (const char* network : {"mlp", "tinycnn", "tinyresnet"}) {
    INFO(network);
    Example example(network);
    check_equal(example.evaluate(2, 8), by_definition(example));
  }
  Example fp32("tinyresnet", ir::Arithmetic::kFp32);
  check_equal(fp32.evaluate(2, 8), by_definition(fp32));
}

TEST_CASE("V2: the loss of the images is added in their order, whoever computed them") {
  Example example("tinycnn");
  const data::Dataset& all = dynamic_cast<const data::ImagesSource&>(*example.source).dataset();
  ThreadPool threads(1);
  Evaluator evaluator(example.network, example.arithmetic, *example.objective, threads, nullptr);
  objectives::Score sum;
  for (std::int64_t i = 0; i < all.test.count(); ++i) {
    data::Dataset one = all;
    one.test.pixels.assign(all.test.pixels.begin() + i * 144, all.test.pixels.begin() + (i + 1) * 144);
    one.test.labels = {all.test.labels[static_cast<std::size_t>(i)]};
    sum += evaluator.evaluate(example.graph, example.bits, data::ImagesSource(one), data::Part::kTest).sum;
  }
  const Evaluation whole = example.evaluate(3, 5);
  CHECK(whole.sum.loss_sum == sum.loss_sum);
  CHECK(whole.sum.counts == sum.counts);
}

TEST_CASE("V3: an evaluation is the same to the last digit in parts of 1 to 2000 images, wherever it is computed") {
  Example example("tinyresnet");
  const Evaluation expected = example.evaluate(1, 1);
  for (const std::int64_t images_per_part : {1, 7, 128, 2000})
    for (const int num_threads : {1, 2, 3}) check_equal(example.evaluate(num_threads, images_per_part), expected);
  for (const std::string& isa : kernels::available()) {
    INFO(isa);
    kernels::select(isa);
    check_equal(example.evaluate(2, 8), expected);
  }
  kernels::select("auto");
  gemm::ReferenceBackend reference;
  check_equal(example.evaluate(2, 8, &reference), expected);
}

TEST_CASE("evaluator: weights that changed are seen, and an image that is not finite is named") {
  Example example("tinycnn");
  ThreadPool threads(2);
  Evaluator evaluator(example.network, example.arithmetic, *example.objective, threads, nullptr);
  const auto evaluate = [&] {
    return evaluator.evaluate(example.graph, example.bits, *example.source, data::Part::kTest, 4);
  };
  const Evaluation before = evaluate();
  check_equal(evaluate(), before);
  for (ir::Parameter* parameter : example.graph.parameters()) parameter->value *= 0.5f;
  CHECK(evaluate().sum.loss_sum != before.sum.loss_sum);
  check_equal(evaluate(), by_definition(example));
  example.bits.assign(example.bits.size(), {2, 2, 8});
  check_equal(evaluate(), by_definition(example));
  example.graph.parameters().back()->value[0] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH(evaluate(), Catch::StartsWith("test sample 0: "));
}

TEST_CASE("evaluator: of a part whose images overflow, the first one is named") {
  Example example("tinycnn");
  ir::Parameter& first_weights = *example.graph.parameters().front();
  const Eigen::ArrayXf weights = first_weights.value;
  // The largest values of the images differ: with some factor the first to overflow is not image 0.
  std::int64_t overflows = 0;
  for (float factor = 1.6e37f; overflows == 0 && factor < 3e38f; factor *= 1.05f) {
    first_weights.value = weights * factor;
    std::int64_t images_before = 0;
    try {
      by_definition(example, &images_before);
    } catch (const NonFiniteError&) {
      overflows = images_before;
    }
  }
  REQUIRE(overflows > 0);
  CHECK_THROWS_WITH(example.evaluate(2, 61),
                    Catch::StartsWith("test sample " + std::to_string(overflows) + ": quantizer"));
}

}  // namespace ampa::train
