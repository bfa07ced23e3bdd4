// embedding, position_encoding, class_token, select_token, token_linear.
#include "numerics/elementary.h"
#include "op_harness.h"

namespace ampa::ops {
namespace {

constexpr ir::Shape kSequence{6, 5, 1};

ir::Layer embedding(ir::Shape in, std::int64_t vocabulary, std::int64_t channels) {
  return with(layer("embedding", {-1}, in, {channels, in.height, in.width}),
              {{"vocabulary", static_cast<double>(vocabulary)}});
}

Tensor tokens(std::int64_t images, std::int64_t count, std::int64_t vocabulary) {
  Tensor tensor;
  tensor.resize(images, count, 1, 1);
  for (std::int64_t i = 0; i < tensor.size(); ++i) tensor.values[i] = static_cast<float>((i * 7 + i / 3) % vocabulary);
  return tensor;
}

ir::Layer positions(bool learned) {
  return with(layer("position_encoding", {-1}, kSequence, kSequence), {{"kind", learned ? 1 : 0}});
}

}  // namespace

TEST_CASE("N8: embedding looks rows up, and their gradients add images, then positions") {
  const std::int64_t channels = 70;  // two threads' columns
  OpHarness harness(embedding({1, 9, 1}, 5, channels), {tokens(3, 9, 4)});
  harness.fill_parameters(2);
  harness.objective();
  harness.backward();
  const Eigen::ArrayXf &table = harness.parameter(0).value, &gradient = harness.parameter(0).gradient;
  for (std::int64_t c = 0; c < channels; ++c) {
    std::vector<float> sums(5, 0.0f);
    for (std::int64_t i = 0; i < 27; ++i) {
      const auto row = static_cast<std::int64_t>(harness.inputs[0].values[i]);
      CHECK(harness.out.values[i * channels + c] == table[row * channels + c]);
      sums[static_cast<std::size_t>(row)] += harness.out_grad.values[i * channels + c];
    }
    for (std::int64_t row = 0; row < 5; ++row)
      CHECK(gradient[row * channels + c] == sums[static_cast<std::size_t>(row)]);
  }
  CHECK((harness.input_grads[0].values == 0).all());
}

TEST_CASE("embedding: the table's gradient equals finite differences") {
  OpHarness harness(embedding({1, 4, 1}, 5, 3), {tokens(2, 4, 5)});
  harness.fill_parameters(2);
  harness.objective();
  harness.backward();
  const Eigen::ArrayXf gradient = harness.parameter(0).gradient;
  harness.check(harness.parameter(0).value, gradient, "table");
}

TEST_CASE("embedding: numbers that are no tokens of the vocabulary are refused") {
  for (const float bad : {-1.0f, 5.0f, 1.5f, std::nanf("")}) {
    OpHarness harness(embedding({1, 4, 1}, 5, 3), {tokens(1, 4, 5)});
    harness.inputs[0].values[2] = bad;
    CHECK_THROWS_WITH(harness.forward(), Catch::Contains("expected tokens that are integers in [0, 4], found"));
    CHECK_THROWS_AS(harness.forward(), InputError);
  }
}

TEST_CASE("position_encoding, class_token and select_token: gradients equal finite differences") {
  OpHarness(positions(false), {random_tensor(2, 5, 1, 6, 1)}).check_gradients();
  const ir::Layer select = with(layer("select_token", {-1}, kSequence, {6, 1, 1}), {{"index", 3}});
  OpHarness(select, {random_tensor(2, 5, 1, 6, 1)}).check_gradients();
  for (const ir::Layer& one : {positions(true), layer("class_token", {-1}, kSequence, {6, 6, 1})}) {
    OpHarness harness(one, {random_tensor(3, 5, 1, 6, 1)});
    harness.fill_parameters(4);
    harness.check_gradients();
  }
}

TEST_CASE("N9: sinusoidal positions are the rule's") {
  const ir::Shape map{7, 3, 50};
  OpHarness harness(with(layer("position_encoding", {-1}, map, map), {{"kind", 0}}), {random_tensor(2, 3, 50, 7, 1)});
  harness.inputs[0].values.setZero();
  harness.forward();
  for (std::int64_t p = 0; p < 150; ++p)
    for (std::int64_t c = 0; c < 7; ++c) {
      const double w = numerics::exp(-numerics::log(10000) * (static_cast<double>(c - c % 2) / 7));
      const double angle = static_cast<double>(p) * w;
      const float found = harness.out.values[p * 7 + c];
      CHECK(found == static_cast<float>(numerics::cos(c % 2 == 1 ? angle : angle - 0x1.921fb54442d18p+0)));
      CHECK(found == Approx(c % 2 == 1 ? std::cos(angle) : std::sin(angle)).margin(1e-7));
    }
}

TEST_CASE("learned positions and class tokens: gradients add images in double") {
  OpHarness learned(positions(true), {random_tensor(3, 5, 1, 6, 1)});
  learned.objective();
  learned.backward();
  OpHarness token(layer("class_token", {-1}, kSequence, {6, 6, 1}), {random_tensor(3, 5, 1, 6, 1)});
  token.objective();
  token.backward();
  const auto sum = [](const Tensor& d, std::int64_t i) {
    return static_cast<float>((double{d.image(0)[i]} + double{d.image(1)[i]}) + double{d.image(2)[i]});
  };
  for (std::int64_t i = 0; i < 30; ++i) CHECK(learned.parameter(0).gradient[i] == sum(learned.out_grad, i));
  for (std::int64_t i = 0; i < 6; ++i) CHECK(token.parameter(0).gradient[i] == sum(token.out_grad, i));
}

TEST_CASE("token_linear: gradients equal finite differences, with and without a bias") {
  for (const double bias : {0, 1}) {
    const ir::Layer one = with(layer("token_linear", {-1}, {6, 5, 2}, {4, 5, 2}), {{"bias", bias}});
    OpHarness harness(one, {random_tensor(2, 5, 2, 6, 1)});
    CHECK(harness.program.parameters().size() == (bias == 0 ? 1 : 2));
    harness.fill_parameters(4);
    harness.check_gradients();
  }
}

TEST_CASE("token_linear: quantized, every token has the codes and sums of a linear layer of the tokens as images") {
  const ir::Layer per_token = quantized(with(layer("token_linear", {-1}, {6, 5, 1}, {4, 5, 1}), {{"bias", 1}}));
  OpHarness tokens_in_sequence(per_token, {random_tensor(2, 5, 1, 6, 1)});
  OpHarness tokens_as_images(quantized(layer("linear", {-1}, {6, 1, 1}, {4, 1, 1})), {random_tensor(10, 1, 1, 6, 1)});
  for (OpHarness* one : {&tokens_in_sequence, &tokens_as_images}) {
    one->fill_parameters(4);
    one->objective();
    one->backward();
  }
  CHECK((tokens_in_sequence.out.values == tokens_as_images.out.values).all());
  CHECK((tokens_in_sequence.input_grads[0].values == tokens_as_images.input_grads[0].values).all());
  for (std::size_t i = 0; i < 2; ++i)
    CHECK((tokens_in_sequence.parameter(i).gradient == tokens_as_images.parameter(i).gradient).all());
}

}  // namespace ampa::ops
