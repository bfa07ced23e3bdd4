#include "common/json_reader.h"

#include <fmt/format.h>

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
  CHECK(message_of(R"({"k": 1.5})", [](JsonReader& r) { r.integer("k", 0, 9); }) ==
        "f.json: k: expected an integer in [0, 9], found 1.5");
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

TEST_CASE("files that are no JSON say where and what") {
  CHECK(file_error("{\"k\": 1") == "f.json: line 1, column 8: expected ',' or '}', found the end of the text");
  CHECK(file_error("") == "f.json: line 1, column 1: expected a value, found the end of the text");
  CHECK(file_error("{\"k\": NaN}") == "f.json: line 1, column 7: expected a value, found 'NaN'");
  CHECK(file_error("{} {}") == "f.json: line 1, column 4: expected the end of the text, found '{'");
  CHECK(file_error("{\n  \"ä\": 1,\n  \"ö\": tru}") == "f.json: line 3, column 8: expected a value, found 'tru'");
  CHECK(file_error("{\n\"k\": 1 \"l\": 2}") == "f.json: line 2, column 8: expected ',' or '}', found string literal");
  CHECK(file_error("{\"k\": 1e999}") ==
        "f.json: line 1, column 7: expected a number in the range of doubles, found '1e999'");
  CHECK(file_error("{k: 1}") == "f.json: line 1, column 2: expected a key in double quotes, found 'k'");
  CHECK(file_error("{'k': 1}") == "f.json: line 1, column 2: expected a key in double quotes, found ''k''");
  CHECK(file_error("{\"k\": \"a\nb\"}")
            .find("f.json: line 1, column 9: expected a value, found invalid string: control "
                  "character U+000A (LF) must be escaped") == 0);
  CHECK(file_error("{\"k\": \"abc") ==
        "f.json: line 1, column 7: expected a value, found invalid string: missing closing quote");
  CHECK(file_error("{\"k\": 1} /* x") ==
        "f.json: line 1, column 14: expected the end of the text, found invalid comment; missing closing '*/'");
  CHECK(file_error("{\"k\": 1}") == "no error");
}

TEST_CASE("numbers that other languages write say so") {
  for (const std::string number : {".1", "+0.1"})
    CHECK(file_error("{\n\"lr\": " + number + "}") ==
          "f.json: line 2, column 7: expected a number as JSON writes it, with a digit or '-' in front, found '" +
              number + "'");
  CHECK(file_error("{\"k\": 1.}") == "f.json: line 1, column 7: expected a value, found '1.'");
  CHECK(file_error("{\"k\": 01}") == "f.json: line 1, column 7: expected ',' or '}', found '01'");
}

TEST_CASE("comments are skipped, commas behind the last value are not") {
  CHECK(file_error("// head\n{ /* in */ \"k\": 1 // tail\n} // end") == "no error");
  CHECK(parse_json("{\"k\": \"// no comment\"}", "f").at("k") == "// no comment");
  CHECK(
      file_error("{\"k\": 1,\n}") ==
      "f.json: line 2, column 1: expected a key in double quotes, found '}' (JSON has no comma behind the last value)");
  CHECK(file_error("[1, ]") ==
        "f.json: line 1, column 5: expected a value, found ']' (JSON has no comma behind the last value)");
}

TEST_CASE("a byte of 0 is no end of the text") {
  for (const std::string& rest : {std::string("\0", 1), std::string("\0\0", 2), std::string("\n\0{}", 4)})
    CHECK_THROWS_WITH(parse_json("{\"k\": 1}" + rest, "f.json"),
                      Catch::Contains("f.json: line ") && Catch::Contains("expected JSON, found a byte of 0"));
}

TEST_CASE("bytes that are not UTF-8 are refused by place") {
  CHECK(file_error("{\n\"k\": \"\xff\"}") ==
        "f.json: line 2, column 7: expected text in UTF-8, found the byte 0xff (byte 8 of the file)");
  CHECK(
      file_error("\xff\xfe{\x00}\x00").find("f.json: line 1, column 1: expected text in UTF-8, found the byte 0xff") ==
      0);
  CHECK(file_error("\xef\xbb\xbf{\"k\": 1}") == "no error");  // a mark of UTF-8 itself
}

TEST_CASE("a value that is deep is refused, by the parser and where it is shown") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(file_error(nested(100)) == "no error");
  CHECK(file_error(nested(101)) == "f.json: expected at most 100 arrays and objects inside each other, found more");
  CHECK(file_error("{\"epochs\": " + nested(100000) + "}") ==
        "f.json: epochs: expected at most 100 arrays and objects inside each other, found more");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"k\":";
  CHECK(file_error(objects) == "f.json: k: expected at most 100 arrays and objects inside each other, found more");
}

TEST_CASE("integers may be written as JSON writes numbers") {
  const Json json = Json::parse(R"({"a": 1.0, "b": 1e3, "c": 9007199254740992.0, "d": -0.0, "l": [2.0, 3]})");
  JsonReader reader(json, "f.json");
  CHECK(reader.integer("a", 0, 9) == 1);
  CHECK(reader.integer("b", 0, 1000) == 1000);
  CHECK(reader.integer("c", 0, INT64_MAX) == std::int64_t{1} << 53);
  CHECK(reader.integer("d", 0, 9) == 0);
  CHECK(reader.integers("l", 0, 9) == std::vector<std::int64_t>{2, 3});
  for (const std::string number : {"1.5", "9007199254740994.0", "1e20", "-1e300", "1e-3"})
    CHECK(message_of("{\"k\": " + number + "}", [](JsonReader& r) {
            r.integer("k", INT64_MIN, INT64_MAX);
          }).find("f.json: k: expected an integer of 64 bits, found ") == 0);
}

TEST_CASE("numbers without one of their ends") {
  const auto read = [](JsonReader& at) { at.number("k", NumberRange::above(0, 1000)); };
  CHECK(message_of(R"({"k": 0})", read) == "f.json: k: expected a number above 0, at most 1000, found 0");
  CHECK(message_of(R"({"k": 5e-324})", read) == "no error");
  CHECK(message_of(R"({"k": "x"})", read) == "f.json: k: expected a number above 0, at most 1000, found \"x\"");
}

TEST_CASE("names that act on a terminal are escaped in messages") {
  CHECK(message_of("{\"\\u001b[2J\\u0000\\nx\": 1}", [](JsonReader& r) { r.finish(); }) ==
        "f.json: \\x1b[2J\\x00\\nx: expected one of the keys , found an unknown key");
}

TEST_CASE("a key twice in one object is refused by its path") {
  CHECK(file_error(R"({"k": 1, "o": {"k": 2}, "os": [{"k": 3}, {"k": 4}]})") == "no error");
  CHECK(file_error(R"({"k": 1, "k": 1})") == "f.json: k: expected each key once, found it twice in one object");
  CHECK(file_error(R"({"o": {"j": {}, "x": {"j": 1}, "j": 2}})") ==
        "f.json: o.j: expected each key once, found it twice in one object");
  CHECK(file_error(R"({"a": [[1], [2, {"x": {"k": 1, "k": 2}}]]})") ==
        "f.json: a[1][1].x.k: expected each key once, found it twice in one object");
}

TEST_CASE("an object of many keys takes time in proportion") {
  std::string text = "{\"k\": 0";
  for (int i = 0; i < 200000; ++i) text += fmt::format(", \"{}\": {}", i, i);
  CHECK(parse_json(text + "}", "f").size() == 200001);
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
