#include "record/identity.h"

#include <fmt/format.h>

#include "common/atomic_file.h"

namespace ampa::record {
namespace {

Json parts_json(const Identity& identity) {
  Json json = {{"settings", identity.settings},
               {"network_sha256", identity.network_sha256},
               {"train_data_sha256", identity.train_data_sha256},
               {"test_data_sha256", identity.test_data_sha256}};
  if (!identity.init_sha256.empty()) json["init_sha256"] = identity.init_sha256;
  json["numerics_version"] = identity.numerics_version;
  return json;
}

std::string text(const Json* json) {
  return json ? json->dump() : "nothing";
}

const Json* find(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

// Goes down as long as both sides are objects.
void compare(const std::string& path, const Json* a, const Json* b, std::vector<std::string>& found) {
  if (a && b && *a == *b) return;
  if (!a || !b || !a->is_object() || !b->is_object()) {
    found.push_back(fmt::format("{}: {} and {}", path, text(a), text(b)));
    return;
  }
  for (const auto& [key, value] : a->items()) compare(path + '.' + key, &value, find(*b, key), found);
  for (const auto& [key, value] : b->items())
    if (!a->contains(key)) compare(path + '.' + key, nullptr, &value, found);
}

std::string sha256_of(JsonReader& reader, const std::string& key) {
  std::string digest = reader.string(key);
  if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
    reader.fail(key, "a SHA-256 of 64 hexadecimal digits", '"' + digest + '"');
  return digest;
}

}  // namespace

std::string canonical_key(const Identity& identity) {
  return sha256_hex(parts_json(identity).dump());
}

std::vector<std::string> differences(const Identity& a, const Identity& b) {
  std::vector<std::string> found;
  compare("settings", &a.settings, &b.settings, found);
  if (a.network_sha256 != b.network_sha256) found.emplace_back("the network's layers");
  if (a.train_data_sha256 != b.train_data_sha256) found.emplace_back("the training data");
  if (a.test_data_sha256 != b.test_data_sha256) found.emplace_back("the test data");
  if (a.init_sha256 != b.init_sha256) found.emplace_back("the initial weights (init)");
  if (a.numerics_version != b.numerics_version)
    found.push_back(fmt::format("numerics_version: {} and {}", a.numerics_version, b.numerics_version));
  return found;
}

Json to_json(const Identity& identity) {
  Json json = parts_json(identity);
  json["key"] = canonical_key(identity);
  return json;
}

Identity identity_from_json(JsonReader reader) {
  Identity identity;
  identity.settings = reader.object("settings");
  identity.network_sha256 = sha256_of(reader, "network_sha256");
  identity.train_data_sha256 = sha256_of(reader, "train_data_sha256");
  identity.test_data_sha256 = sha256_of(reader, "test_data_sha256");
  if (reader.has("init_sha256")) identity.init_sha256 = sha256_of(reader, "init_sha256");
  identity.numerics_version = static_cast<int>(reader.integer("numerics_version", 1, 1000000));
  const std::string key = sha256_of(reader, "key");
  if (key != canonical_key(identity)) reader.fail("key", canonical_key(identity) + ", the SHA-256 of the parts", key);
  reader.finish();
  return identity;
}

}  // namespace ampa::record
