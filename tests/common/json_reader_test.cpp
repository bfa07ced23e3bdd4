#include "common/json_reader.h"

#include <catch2/catch.hpp>
#include <functional>

#include "common/atomic_file.h"
#include "common/error.h"
#include "temporary_folder.h"

namespace ampa {
namespace {

using Read = std::function<void(JsonReader&)>;

// The message of the InputError that reading `text` gives.
std::string message_of(const std::string& text, const Read& read) {
  const Json json = Json::parse(text);
  try {
    JsonReader reader(json, "f.json");
    read(reader);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string file_error(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "f.json";
  write_file_atomically(path, bytes);
  try {
    read_json_file(path);
  } catch (const InputError& error) {
    return std::string(error.what()).substr(folder.path().string().size() + 1);
  }
  return "no error";
}

}  // namespace

TEST_CASE("values of every type") {
  const Json json = Json::parse(R"({"s": "x", "b": true, "i": -5, "n": 2.5, "none": null, "list": [1, 2],
                                    "o": {"k": 1}, "os": [{"k": 2}, {"k": 3}]})");
  JsonReader reader(json, "f.json");
  CHECK(reader.string("s") == "x");
  CHECK(reader.boolean("b"));
  CHECK(reader.integer("i", -5, 5) == -5);
  CHECK(reader.number("n", 0, 3) == 2.5);
  CHECK(reader.number("i", -9, 9) == -5);
  CHECK(reader.number_or_null("none") == std::nullopt);
  CHECK(reader.number_or_null("n") == 2.5);
  CHECK(reader.integers("list", 1, 2) == std::vector<std::int64_t>{1, 2});
  CHECK(reader.array("list").size() == 2);
  CHECK(reader.any("list").size() == 2);
  CHECK(reader.object("o").size() == 1);
  CHECK(reader.child("o").integer("k", 0, 9) == 1);
  CHECK(reader.children("os")[1].integer("k", 0, 9) == 3);
  CHECK(reader.has("s"));
  CHECK_FALSE(reader.has("absent"));
  CHECK_NOTHROW(reader.finish());
}

TEST_CASE("a wrong type names file, key, expectation and finding") {
  CHECK(message_of(R"({"k": 1})", [](JsonReader& r) { r.string("k"); }) == "f.json: k: expected a string, found 1");
  CHECK(message_of(R"({"k": 1})", [](JsonReader& r) { r.boolean("k"); }) ==
        "f.json: k: expected true or false, found 1");
  CHECK(message_of(R"({"k": "1"})", [](JsonReader& r) { r.integer("k", 0, 9); }) ==
        R"(f.json: k: expected an integer in [0, 9], found "1")");
  CHECK(message_of(R"({"k": 1.0})", [](JsonReader& r) { r.integer("k", 0, 9); }) ==
        "f.json: k: expected an integer in [0, 9], found 1.0");
  CHECK(message_of(R"({"k": null})", [](JsonReader& r) { r.number("k", 0, 1); }) ==
        "f.json: k: expected a number in [0, 1], found null");
  CHECK(message_of(R"({"k": "x"})", [](JsonReader& r) { r.number_or_null("k"); }) ==
        R"(f.json: k: expected a number or null, found "x")");
  CHECK(message_of(R"({"k": {}})", [](JsonReader& r) { r.array("k"); }) == "f.json: k: expected an array, found {}");
  CHECK(message_of(R"({"k": []})", [](JsonReader& r) { r.object("k"); }) == "f.json: k: expected an object, found []");
  CHECK(message_of(R"({"k": []})", [](JsonReader& r) { r.child("k"); }) == "f.json: k: expected an object, found []");
  CHECK(message_of(R"({"k": [{}, 3]})", [](JsonReader& r) { r.children("k"); }) ==
        "f.json: k[1]: expected an object, found 3");
  CHECK(message_of(R"({"k": [1, 2.5]})", [](JsonReader& r) { r.integers("k", 0, 9); }) ==
        "f.json: k: expected an array of integers in [0, 9], found 2.5");
  CHECK(message_of("[1]", [](JsonReader&) {}) == "f.json: expected an object, found [1]");
}

TEST_CASE("values out of range") {
  CHECK(message_of(R"({"k": 10})", [](JsonReader& r) { r.integer("k", 0, 9); }) ==
        "f.json: k: expected an integer in [0, 9], found 10");
  CHECK(message_of(R"({"k": -1})", [](JsonReader& r) { r.integer("k", 0, 9); }) ==
        "f.json: k: expected an integer in [0, 9], found -1");
  CHECK(message_of(R"({"k": 1.5})", [](JsonReader& r) { r.number("k", 0, 1); }) ==
        "f.json: k: expected a number in [0, 1], found 1.5");
  CHECK(message_of(R"({"k": [0, 10]})", [](JsonReader& r) { r.integers("k", 0, 9); }) ==
        "f.json: k: expected an array of integers in [0, 9], found 10");
  // Beyond 64 bits with a sign: never wrapped into the range.
  for (const std::string big : {"9223372036854775808", "18446744073709551615"}) {
    CHECK(message_of("{\"k\": " + big + "}", [](JsonReader& r) {
            r.integer("k", INT64_MIN, INT64_MAX);
          }).find("found " + big) != std::string::npos);
    CHECK(message_of("{\"k\": [" + big + "]}", [](JsonReader& r) {
            r.integers("k", INT64_MIN, INT64_MAX);
          }).find("found " + big) != std::string::npos);
  }
}

TEST_CASE("64 bits as decimal digits") {
  const auto read = [](JsonReader& at) { at.decimal("n"); };
  const Json json = Json::parse(R"({"n": "18446744073709551615"})");
  CHECK(JsonReader(json, "f.json").decimal("n") == 18446744073709551615u);
  for (const char* text : {R"({"n": ""})", R"({"n": "18446744073709551616"})", R"({"n": "-1"})", R"({"n": "1 "})"})
    CHECK_THAT(message_of(text, read), Catch::Contains("f.json: n: expected a number below 2^64 in decimal digits"));
}

TEST_CASE("missing and unknown keys") {
  CHECK(message_of("{}", [](JsonReader& r) { r.string("k"); }) ==
        "f.json: k: expected a value, found nothing (the key is missing)");
  CHECK(message_of(R"({"a": {"b": {}}})", [](JsonReader& r) { r.child("a").child("b").string("c"); }) ==
        "f.json: a.b.c: expected a value, found nothing (the key is missing)");
  CHECK(message_of(R"({"good": 1, "bda": 2})", [](JsonReader& r) {
          r.integer("good", 0, 9);
          r.has("bad");
          r.finish();
        }) == "f.json: bda: expected one of the keys bad, good, found an unknown key");
  CHECK(message_of(R"({"o": [{"x": 1}]})", [](JsonReader& r) {
          r.children("o")[0].finish();
        }).find("f.json: o[0].x: expected one of the keys") == 0);
}

TEST_CASE("a long value is shortened to one line") {
  const std::string message =
      message_of("{\"k\": \"" + std::string(500, 'y') + "\\n\"}", [](JsonReader& r) { r.boolean("k"); });
  CHECK(message.size() < 120);
  CHECK(message.find('\n') == std::string::npos);
}

TEST_CASE("files that are no JSON") {
  CHECK(file_error("{\"k\": 1") == "f.json: expected JSON, found a syntax error at byte 8");
  CHECK(file_error("") == "f.json: expected JSON, found a syntax error at byte 1");
  CHECK(file_error("{\"k\": NaN}") == "f.json: expected JSON, found a syntax error at byte 7");
  CHECK(file_error("{} {}") == "f.json: expected JSON, found a syntax error at byte 4");
  CHECK(file_error("{\"k\": 1e999}") == "f.json: expected JSON, found a number beyond the range of doubles");
  CHECK(file_error("{\"k\": \"\xff\"}").find("f.json: expected JSON, found ") == 0);
  CHECK(file_error("{\"k\": 1}") == "no error");
}

TEST_CASE("a key twice in one object is refused") {
  CHECK(file_error(R"({"k": 1, "o": {"k": 2}, "os": [{"k": 3}, {"k": 4}]})") == "no error");
  CHECK(file_error(R"({"k": 1, "k": 1})") == "f.json: k: expected each key once, found it twice in one object");
  CHECK(file_error(R"({"o": {"j": {}, "x": {"j": 1}, "j": 2}})") ==
        "f.json: j: expected each key once, found it twice in one object");
}

TEST_CASE("a written file repeats byte for byte and keeps the order of its keys") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "f.json";
  Json json;
  json["z"] = 1;
  json["a"] = {0.1, 1e300, nullptr};
  write_json_file(path, json);
  CHECK(read_file(path) == "{\n  \"z\": 1,\n  \"a\": [\n    0.1,\n    1e+300,\n    null\n  ]\n}\n");
  CHECK(read_json_file(path) == json);
}

}  // namespace ampa
