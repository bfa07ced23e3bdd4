#include "weights/safetensors.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::weights {
namespace {

using Catch::Contains;

std::string size_bytes(std::uint64_t size) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(size >> (8 * i) & 0xFF);
  return bytes;
}

std::string file_of(const std::string& header, const std::string& data) {
  return size_bytes(header.size()) + header + data;
}

TensorFile two_tensors() {
  const std::int8_t codes[] = {-1, 2, 3};
  const float values[] = {1.5f, -2.0f};
  TensorFile file;
  file.metadata = {{"b", "two"}, {"a", "one"}};
  file.tensors.push_back(make_tensor("codes", {3}, codes, 3));
  file.tensors.push_back(make_tensor("values", {1, 2}, values, 2));
  return file;
}

std::string refusal(const std::string& bytes) {
  try {
    decode(bytes, "f.safetensors");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE(
    "safetensors: the bytes are a size, a header in JSON padded to eight bytes, and the tensors, wide ones first") {
  const std::string header =
      R"({"__metadata__":{"a":"one","b":"two"},"values":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
      R"("codes":{"dtype":"I8","shape":[3],"data_offsets":[8,11]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  const std::string data("\x00\x00\xC0\x3F\x00\x00\x00\xC0\xFF\x02\x03", 11);
  CHECK(encode(two_tensors()) == file_of(padded, data));
}

TEST_CASE("safetensors: what is written is read back, through a file too") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "new" / "w.safetensors";
  write_tensors(path, two_tensors());
  const TensorFile found = read_tensors(path);
  CHECK(found.metadata == two_tensors().metadata);
  REQUIRE(found.tensors.size() == 2);
  for (const Tensor& expected : two_tensors().tensors) {
    const Tensor* const tensor = found.find(expected.name);
    REQUIRE(tensor != nullptr);
    CHECK(tensor->dtype == expected.dtype);
    CHECK(tensor->shape == expected.shape);
    CHECK(tensor->bytes == expected.bytes);
  }
  CHECK(found.find("value") == nullptr);
  CHECK(encode(found) == encode(two_tensors()));
}

TEST_CASE("safetensors: files of other writers are read: any order, padding, empty tensors and single values") {
  const TensorFile file =
      decode(file_of(R"({"s":{"dtype":"BF16","shape":[],"data_offsets":[4,6]},"e":{"dtype":"F32","shape":[2,0],)"
                     R"("data_offsets":[4,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )",
                     std::string(6, '\1')),
             "f");
  CHECK(file.metadata.empty());
  CHECK(file.find("s")->bytes.size() == 2);
  CHECK(file.find("e")->bytes.empty());
  CHECK(decode(file_of("{}", ""), "f").tensors.empty());
}

TEST_CASE("safetensors: a file whose parts do not fit is refused with what was expected") {
  const auto tensor = [](const std::string& dtype, const std::string& shape, const std::string& place) {
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + place + "}";
  };
  const std::string good = tensor("F32", "[2]", "[0,8]"), data(8, '\0');
  REQUIRE(refusal(file_of(R"({"x":)" + good + "}", data)) == "no error");
  CHECK_THAT(refusal("abc"), Contains("f.safetensors: expected a safetensors file") && Contains("found 3 bytes"));
  CHECK_THAT(refusal(size_bytes(100) + "{}"), Contains("a header of at most 2 bytes, found a size of 100"));
  CHECK_THAT(refusal(size_bytes(UINT64_MAX) + "{}"), Contains("found a size of 18446744073709551615"));
  CHECK_THAT(refusal(file_of("[1]", "")), Contains("f.safetensors: header: expected a JSON object"));
  CHECK_THAT(refusal(file_of("{\"x\":", "")), Contains("f.safetensors: header"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + good + R"(,"x":)" + good + "}", data)), Contains("x"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + good + "}", data + "1")), Contains("expected 8 bytes behind the header"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + good + "}", "1234567")), Contains("x.data_offsets: expected"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F31", "[2]", "[0,8]") + "}", data)),
             Contains("x.dtype: expected a type such as F32 or I8, found \"F31\""));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F32", "[3]", "[0,8]") + "}", data)),
             Contains("x.data_offsets: expected where 12 bytes begin and end"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F32", "[-2]", "[0,8]") + "}", data)), Contains("x.shape: expected"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F32", "[4294967296,4294967296]", "[0,0]") + "}", data)),
             Contains("x.shape: expected a tensor of at most 2^40 bytes"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F32", "[2]", "[8,0]") + "}", data)), Contains("found 8 and 0"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F32", "[2]", "[0,4,8]") + "}", data)), Contains("found 3 numbers"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + tensor("F32", "[1]", "[4,8]") + "}", data)),
             Contains("x.data_offsets: expected 0, where the tensor before it ends, found 4"));
  CHECK_THAT(refusal(file_of(R"({"x":)" + good + R"(,"y":)" + tensor("F32", "[1]", "[4,8]") + "}", data)),
             Contains("y.data_offsets: expected 8"));
  CHECK_THAT(refusal(file_of(R"({"__metadata__":{"a":1},"x":)" + good + "}", data)),
             Contains("__metadata__.a: expected a text"));
  CHECK_THAT(refusal(file_of(R"({"__metadata__":3,"x":)" + good + "}", data)), Contains("__metadata__: expected"));
  CHECK_THAT(refusal(file_of(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}})", data)),
             Contains("more"));
}

}  // namespace ampa::weights
