#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <functional>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "recorded_step.h"
#include "trace/checksum.h"
#include "trace/index.h"
#include "trace/replay.h"

namespace ampa::trace {
namespace {

struct CountingBackend : gemm::Backend {
  std::int64_t num_jobs = 0;
  gemm::ReferenceBackend reference;
  std::string_view name() const override { return "counting"; }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    ++num_jobs;
    return reference.run(job, out);
  }
};

class DamagedTrace {
 public:
  DamagedTrace() : folder_(temporary_.path() / "t") { RecordedStep().record(folder_); }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  std::string operand() const { return read(folder_).jobs[0].a.codes; }
  std::string operand_file() const { return file(operand()); }

  void change(const std::string& path, const std::function<void(std::string&)>& edit) {
    std::string bytes = read_file(path);
    edit(bytes);
    write_file_atomically(path, bytes);
  }

  // Puts other bytes in a tensor's place and tells the index of it.
  void exchange(const std::string& name, const std::string& bytes) {
    write_file_atomically(folder_ / name, bytes);
    change_index([&](Json& index) {
      for (Json& file : index["files"])
        if (file["file"] == name) {
          file["num_bytes"] = bytes.size();
          file["crc32"] = block_checksums(bytes);
        }
    });
  }

  // Changes the index and gives it checksums that fit again.
  void change_index(const std::function<void(Json&)>& edit) {
    Json index = read_json_file(folder_ / "index.json");
    index.erase("index_crc32");
    edit(index);
    write_file_atomically(folder_ / "index.json", index_text(index));
  }

  // The message of the InputError of a replay, before which nothing may run.
  std::string error() const {
    CountingBackend backend;
    try {
      replay(folder_, backend);
    } catch (const InputError& error) {
      CHECK(backend.num_jobs == 0);
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

TEST_CASE("a flipped bit of any file is found at its offset, with the byte that was there") {
  DamagedTrace trace;
  const Trace sound = read(std::filesystem::path(trace.file("")));
  REQUIRE(sound.files.size() >= 10);
  const numerics::RandomStream random{1, 0, 0};
  std::uint64_t draw = 0;
  for (const auto& [name, entry] : sound.files) {
    const std::string path = trace.file(name);
    const std::string bytes = read_file(path);
    const auto size = static_cast<std::size_t>(entry.num_bytes);
    REQUIRE(bytes.size() == size);
    for (const std::size_t at : {std::size_t{0}, std::size_t{12}, size / 2, random.bits16(draw++) % size, size - 1}) {
      const auto flipped = static_cast<unsigned char>(bytes[at] ^ (1 << (random.bits16(draw++) % 8)));
      trace.change(path, [&](std::string& damaged) { damaged[at] = static_cast<char>(flipped); });
      CHECK(trace.error() == fmt::format("{}: offset {}: expected byte 0x{:02x}, found 0x{:02x}: a bit was flipped",
                                         path, at, static_cast<unsigned char>(bytes[at]), flipped));
      write_file_atomically(path, bytes);
    }
  }
  CHECK(trace.error() == "no error");
}

TEST_CASE("a flipped bit of the index is found wherever it is, in its text at its offset") {
  DamagedTrace trace;
  const std::string path = trace.file("index.json");
  const std::string bytes = read_file(path);
  const std::size_t checksums = bytes.rfind("  \"index_crc32\"");
  REQUIRE(checksums != std::string::npos);
  const numerics::RandomStream random{2, 0, 0};
  const auto error_at = [&](std::size_t at, int bit) {
    trace.change(path, [&](std::string& damaged) { damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit)); });
    const std::string error = trace.error();
    write_file_atomically(path, bytes);
    return error;
  };
  for (std::size_t at = 0; at < checksums; at += 97) {
    const std::string error = error_at(at, random.bits16(at) % 8);
    INFO(error);
    CHECK(error.find(fmt::format("{}: offset {}: expected byte ", path, at)) == 0);
  }
  // Behind it, in the checksums themselves, the file is refused too.
  for (std::size_t at = checksums; at < bytes.size(); ++at) {
    const std::string error = error_at(at, random.bits16(at) % 8);
    INFO(at << ": " << error);
    CHECK(error.find(path + ": ") == 0);
    CHECK((contains(error, "offset ") || contains(error, ": line ")));
  }
  CHECK(trace.error() == "no error");
}

TEST_CASE("larger damage is found with its block") {
  DamagedTrace trace;
  const std::string path = trace.file(read(std::filesystem::path(trace.file(""))).jobs[3].a.codes);
  trace.change(path, [](std::string& bytes) { bytes[5000] = bytes[5001] = bytes[6000] = 99; });
  CHECK(trace.error().find(path + ": offset 4096 to 5119: expected bytes of CRC-32 ") == 0);
}

TEST_CASE("a truncated tensor is found with its offset") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  trace.change(path, [](std::string& bytes) { bytes.resize(150); });
  CHECK(trace.error() == path + ": offset 150: expected a file of 422 bytes, found its end: the file is cut off");
}

TEST_CASE("bytes behind a tensor are found with their offset") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  trace.change(path, [](std::string& bytes) { bytes += "more"; });
  CHECK(trace.error() == path + ": offset 422: expected the end of the file, found 4 more bytes");
}

TEST_CASE("a missing tensor is found") {
  DamagedTrace trace;
  const std::string path = trace.operand_file();
  std::filesystem::remove(path);
  CHECK(trace.error() == path + ": cannot read: No such file or directory");
}

TEST_CASE("a tensor that was exchanged for another one is found") {
  DamagedTrace trace;
  const std::string name = trace.operand();
  const std::vector<std::uint8_t> other(16, 1);
  trace.exchange(name, encode_npy(NpyType::kUint8, {4, 4}, other.data()));
  CHECK(trace.error() ==
        trace.file(name) + ": expected |u1 of shape (2, 7, 7, 3) as index.json says, found |u1 of shape (4, 4)");
}

TEST_CASE("a tensor of another .npy version is found with its offset") {
  DamagedTrace trace;
  const std::string name = trace.operand();
  std::string bytes = read_file(trace.file(name));
  bytes[6] = 2;
  trace.exchange(name, bytes);
  CHECK(trace.error() ==
        trace.file(name) + ": offset 6: expected the magic bytes of .npy version 1.0, found byte 0x02");
}

TEST_CASE("a truncated index is found with its offset") {
  DamagedTrace trace;
  trace.change(trace.file("index.json"), [](std::string& bytes) { bytes.resize(1000); });
  CHECK(trace.error() ==
        trace.file("index.json") + ": line 48, column 15: expected a value, found the end of the text");
}

TEST_CASE("an index without its last bytes is found with its offset") {
  DamagedTrace trace;
  const std::string path = trace.file("index.json");
  const std::size_t size = read_file(path).size();
  for (const std::size_t missing : {1, 3, 5}) {
    trace.change(path, [&](std::string& bytes) { bytes.resize(size - missing); });
    CHECK(trace.error() == fmt::format("{}: offset {}: expected the last digits of index_crc32 and the end of the file",
                                       path, size - missing));
  }
}

TEST_CASE("a missing index is found") {
  DamagedTrace trace;
  std::filesystem::remove(trace.file("index.json"));
  CHECK(contains(trace.error(), "index.json: cannot read: No such file"));
}

TEST_CASE("an index whose text was edited is found by its own checksums") {
  DamagedTrace trace;
  const std::string path = trace.file("index.json");
  SECTION("a value") {
    trace.change(path, [](std::string& bytes) { bytes.replace(bytes.find("\"dilation\": 1"), 13, "\"dilation\": 4"); });
    CHECK(contains(trace.error(), path + ": offset "));
    CHECK(contains(trace.error(), "bytes were changed"));
  }
  SECTION("white space only") {
    trace.change(path, [](std::string& bytes) { bytes.insert(bytes.find("  \"jobs\""), " "); });
    CHECK(contains(trace.error(), path + ": offset "));
  }
  SECTION("the checksums taken away") {
    trace.change(path, [](std::string& bytes) {
      bytes.resize(bytes.rfind(",\n  \"index_crc32\""));
      bytes += "\n}\n";
    });
    CHECK(contains(trace.error(), "expected the last key to be index_crc32, found another one"));
  }
}

TEST_CASE("another schema version is refused, whether it has checksums or not") {
  DamagedTrace trace;
  const std::string expected = "index.json: schema_version: expected an integer in [2, 3], found ";
  trace.change_index([](Json& index) { index["schema_version"] = 4; });
  CHECK(contains(trace.error(), expected + "4"));
  trace.change_index([](Json& index) { index["schema_version"] = 1; });
  trace.change(trace.file("index.json"),
               [](std::string& bytes) { bytes.replace(bytes.rfind("index_crc32"), 11, "index_sha256"); });
  CHECK(contains(trace.error(), expected + "1"));
}

TEST_CASE("an index that contradicts itself is refused even if its checksum fits") {
  const std::pair<std::function<void(Json&)>, std::string> cases[] = {
      {[](Json& i) { i["jobs"][0]["a"]["stride"] = 9; }, "window inside the 7 x 7 grid"},
      {[](Json& i) { i["jobs"][0]["a"]["out_height"] = i["jobs"][0]["a"]["out_width"] = std::int64_t{1} << 31; },
       "window inside the 7 x 7 grid"},
      {[](Json& i) { i["jobs"][0]["a"]["kernel_height"] = 2; }, "operands of one depth, found 18 and 27"},
      {[](Json& i) { i["jobs"][0]["a"]["tensor"]["bits"] = 9; }, "jobs[0].a.tensor.bits: expected"},
      {[](Json& i) { i["jobs"][0]["a"]["tensor"]["dilation"] = 4; }, "a tensor that lies inside its grid"},
      {[](Json& i) { i["files"][0]["file"] = "../x"; }, "files[0].file: expected a file name without folders"},
      {[](Json& i) { i["files"][1]["file"] = i["files"][0]["file"]; }, "files[1].file: expected each file once"},
      {[](Json& i) { i["jobs"][0]["a"]["codes"] = "x.npy"; },
       "codes: expected one of the index's files, found 'x.npy'"},
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
