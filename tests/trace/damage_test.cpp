#include <catch2/catch.hpp>
#include <functional>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "recorded_step.h"
#include "trace/index.h"
#include "trace/replay.h"

namespace ampa::trace {
namespace {

class DamagedTrace {
 public:
  DamagedTrace() : folder_(temporary_.path() / "t") { RecordedStep().record(folder_); }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  std::string operand_file() const { return file(read(folder_).jobs[0].a.codes.file); }

  void change(const std::string& path, const std::function<void(std::string&)>& edit) {
    std::string bytes = read_file(path);
    edit(bytes);
    write_file_atomically(path, bytes);
  }

  // Changes the index and gives it a checksum that fits again.
  void change_index(const std::function<void(Json&)>& edit) {
    Json index = read_json_file(folder_ / "index.json");
    edit(index);
    index["index_sha256"] = index_sha256(index);
    write_json_file(folder_ / "index.json", index);
  }

  // The message of the InputError of a replay.
  std::string error() const {
    gemm::ReferenceBackend reference;
    try {
      replay(folder_, reference);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  TemporaryFolder temporary_;
  std::filesystem::path folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a flipped bit of a tensor is found by its checksum") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  trace.change(path, [](std::string& bytes) { bytes[200] = static_cast<char>(bytes[200] ^ 1); });
  CHECK(trace.error().find(path + ": sha256: expected ") == 0);
}

TEST_CASE("a flipped bit of a header is found with its offset") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  trace.change(path, [](std::string& bytes) { bytes[12] = static_cast<char>(bytes[12] ^ 1); });
  CHECK(trace.error().find(path + ": offset 12: expected ") == 0);
}

TEST_CASE("a truncated tensor is found with its offset") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  trace.change(path, [](std::string& bytes) { bytes.resize(150); });
  CHECK(trace.error() == path + ": offset 150: expected 294 bytes of data, found 22");
}

TEST_CASE("a missing tensor is found") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  std::filesystem::remove(path);
  CHECK(trace.error() == path + ": cannot read: No such file or directory");
}

TEST_CASE("a tensor that was exchanged for another one is found") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  const std::vector<std::uint8_t> other(16, 1);
  write_file_atomically(path, encode_npy(NpyType::kUint8, {4, 4}, other.data()));
  CHECK(trace.error() == path + ": expected |u1 of shape (2, 7, 7, 3) as index.json says, found |u1 of shape (4, 4)");
}

TEST_CASE("a truncated index is found with its offset") {
  DamagedTrace trace;
  trace.change(trace.file("index.json"), [](std::string& bytes) { bytes.resize(1000); });
  CHECK(trace.error() == trace.file("index.json") + ": expected JSON, found a syntax error at byte 1001");
}

TEST_CASE("a missing index is found") {
  DamagedTrace trace;
  std::filesystem::remove(trace.file("index.json"));
  CHECK(contains(trace.error(), "index.json: cannot read: No such file"));
}

TEST_CASE("a changed index is found by its own checksum") {
  DamagedTrace trace;
  trace.change(trace.file("index.json"), [](std::string& bytes) {
    const std::size_t at = bytes.find("\"dilation\": 1");
    bytes[at + 12] = '2';
  });
  CHECK(contains(trace.error(), "index.json: index_sha256: expected "));
}

TEST_CASE("another schema version is refused") {
  DamagedTrace trace;
  trace.change_index([](Json& index) { index["schema_version"] = 2; });
  CHECK(contains(trace.error(), "index.json: schema_version: expected an integer in [1, 1], found 2"));
}

TEST_CASE("an index that contradicts itself is refused even if its checksum fits") {
  const std::pair<std::function<void(Json&)>, std::string> cases[] = {
      {[](Json& i) { i["jobs"][0]["a"]["stride"] = 9; }, "window inside the 7 x 7 grid"},
      {[](Json& i) { i["jobs"][0]["a"]["kernel_height"] = 2; }, "operands of one depth, found 18 and 27"},
      {[](Json& i) { i["jobs"][0]["a"]["tensor"]["bits"] = 9; }, "jobs[0].a.tensor.bits: expected"},
      {[](Json& i) { i["jobs"][0]["a"]["tensor"]["dilation"] = 4; }, "a tensor that lies inside its grid"},
      {[](Json& i) { i["jobs"][0]["a"]["codes"]["file"] = "../x"; }, "a file name without folders"},
      {[](Json& i) { i["jobs"][0]["pass"] = "back"; }, "jobs[0].pass: expected fwd, dgrad or wgrad, found 'back'"},
      {[](Json& i) { i["jobs"][0]["extra"] = 1; }, "jobs[0].extra: expected one of the keys"},
      {[](Json& i) { i["jobs"][0].erase("b"); }, "jobs[0].b: expected a value, found nothing"},
      {[](Json& i) { i["quantizers"][0]["kind"] = "bias"; }, "expected weight, activation or gradient"},
      {[](Json& i) { i["quantizers"][0]["scale"] = 0.1; }, "quantizers[0].scale: expected an FP32 value"},
      {[](Json& i) { i["quantizers"][0]["stream_seed"] = "12"; }, "0x and 16 hexadecimal digits"},
      {[](Json& i) { i.erase("quantizers"); }, "quantizers: expected a value"},
  };
  DamagedTrace trace;
  const std::string sound = read_file(trace.file("index.json"));
  for (const auto& [edit, expected] : cases) {
    write_file_atomically(trace.file("index.json"), sound);
    trace.change_index(edit);
    INFO(trace.error());
    CHECK(contains(trace.error(), "index.json: "));
    CHECK(contains(trace.error(), expected));
  }
}

TEST_CASE("codes outside their format are refused") {
  DamagedTrace trace;
  trace.change_index([](Json& index) {
    for (Json& job : index["jobs"])
      if (job["layer"] == "conv" && job["pass"] == "fwd") job["b"]["tensor"]["bits"] = 2;
  });
  CHECK(contains(trace.error(), "expected a value in [-2, 1], found "));
}

}  // namespace ampa::trace
