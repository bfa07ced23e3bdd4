// Files whose digest is right and whose content is not: nothing of them may be read beyond its end, or believed.
#include "train/checkpoint.h"

#include <catch2/catch.hpp>
#include <functional>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "ops/build_program.h"

namespace ampa::train {
namespace {

constexpr std::size_t kDigestOffset = 12, kPayloadOffset = 76, kHeaderOffset = 84;

ir::Program tiny_graph(std::uint64_t seed) {
  return ops::build_program(networks::load_network("tinycnn", {1, 8, 8}, 4), ir::Arithmetic::kInteger, seed);
}

std::unique_ptr<optim::Optimizer> sgd_of(const ir::Program& graph) {
  return optim::make_optimizer("sgd", Json::object(), graph.parameters());
}

// The 64-bit size of a header as the file holds it.
std::string size_bytes(std::uint64_t size) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(size >> (8 * i) & 0xFF);
  return bytes;
}

// A file of a header and what follows it, with the right magic, version, size and digest.
std::string file_of(const std::string& header, const std::string& values) {
  const std::string payload = size_bytes(header.size()) + header + values;
  return std::string("AMPACKPT\x01\0\0\0", 12) + sha256_hex(payload) + payload;
}

// The message with which a file is refused, without its folder.
std::string refusal(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "c.bin";
  write_file_atomically(path, bytes);
  ir::Program graph = tiny_graph(1);
  try {
    read_checkpoint_state(path);
    load_checkpoint_tensors(path, graph, *sgd_of(graph));
  } catch (const InputError& error) {
    return std::string(error.what()).substr(folder.path().string().size() + 1);
  }
  return "no error";
}

}  // namespace

TEST_CASE("a checkpoint with a right digest and wrong content is refused") {
  const ir::Program graph = tiny_graph(2);
  const std::string sound = serialise({7, Json::object(), Json::object()}, graph, *sgd_of(graph));
  const std::size_t header_size =
      static_cast<unsigned char>(sound[kPayloadOffset]) + 256u * static_cast<unsigned char>(sound[kPayloadOffset + 1]);
  const std::string header = sound.substr(kHeaderOffset, header_size),
                    values = sound.substr(kHeaderOffset + header_size);
  REQUIRE(file_of(header, values) == sound);
  REQUIRE(refusal(sound) == "no error");

  SECTION("values that are short, long or absent") {
    for (const std::string& wrong : {values.substr(4), std::string(), values + std::string(100, '\0'), values + "x"})
      CHECK(refusal(file_of(header, wrong)) == "c.bin: tensors: expected " + std::to_string(values.size()) +
                                                   " bytes of values behind the header, found " +
                                                   std::to_string(wrong.size()));
  }
  SECTION("a size of the header that is no such") {
    for (const std::uint64_t size :
         {std::uint64_t{1} << 40, UINT64_MAX, UINT64_MAX - 83, sound.size() - kHeaderOffset + 1}) {
      const std::string payload = size_bytes(size) + sound.substr(kHeaderOffset);
      CHECK(refusal(sound.substr(0, kDigestOffset) + sha256_hex(payload) + payload) ==
            "c.bin: header: expected at most the " + std::to_string(sound.size() - kHeaderOffset) +
                " bytes that follow its size, found a size of " + std::to_string(size));
    }
    const std::string payload = size_bytes(0) + sound.substr(kHeaderOffset);
    CHECK(refusal(sound.substr(0, kDigestOffset) + sha256_hex(payload) + payload) ==
          "c.bin: header: line 1, column 1: expected a value, found the end of the text");
  }
  SECTION("a header that is no JSON, or other JSON") {
    CHECK(refusal(file_of("", values)).find("c.bin: header: line 1, column 1: expected a value") == 0);
    CHECK(refusal(file_of("{\"next_step\": \xff}", values))
              .find("c.bin: header: line 1, column 15: expected text in UTF-8") == 0);
    CHECK(refusal(file_of("[1]", values)) == "c.bin: expected an object, found [1]");
    CHECK(refusal(file_of(std::string(100000, '['), values)).find("c.bin: header: expected at most 100 arrays") == 0);
    CHECK(refusal(file_of("{}", values)).find("c.bin: next_step: expected a value, found nothing") == 0);
    const std::string start = R"({"next_step": 1, "allocator": {}, "record": )";
    CHECK(refusal(file_of(start + "3}", values)) == "c.bin: record: expected an object, found 3");
    CHECK(refusal(file_of(start + "{}}", values)).find("c.bin: tensors: expected a value, found nothing") == 0);
    CHECK(refusal(file_of(start + "{}, \"tensors\": [1]}", values)) ==
          "c.bin: tensors[0]: expected an object, found 1");
    CHECK(refusal(file_of(start + "{}, \"tensors\": []}", values)).find("c.bin: tensors: expected ") == 0);
  }
  SECTION("a list of other tensors") {
    Json json = Json::parse(header);
    json["tensors"][0]["size"] = json["tensors"][0]["size"].get<std::int64_t>() + 1;
    CHECK(refusal(file_of(json.dump(), values)).find("c.bin: tensors[0].name: expected ") == 0);
  }
  SECTION("every place where it may end") {
    for (std::size_t size = 0; size < sound.size(); size += 1 + size / 50)
      CHECK(refusal(sound.substr(0, size)).find("c.bin: expected ") == 0);
  }
}

}  // namespace ampa::train
