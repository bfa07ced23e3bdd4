// A built-in network with every layer of an op on codes.
#pragma once

#include <filesystem>
#include <string>

#include "common/json_reader.h"

namespace ampa {

// `json` is the description, and `op` a type of layers with GEMMs; an empty one changes nothing.
inline Json with_on_codes(Json json, const std::string& op) {
  for (Json& layer : json["layers"])
    if (layer["type"] == op) layer["quantized"] = true;
  return json;
}

inline std::filesystem::path write_on_codes(const std::filesystem::path& folder, const std::string& network,
                                            const std::string& op) {
  const std::filesystem::path sources = std::filesystem::path(AMPA_SOURCE_DIR) / "models" / "networks";
  const std::filesystem::path path = folder / (network + "-" + op + ".json");
  write_json_file(path, with_on_codes(read_json_file(sources / (network + ".json")), op));
  return path;
}

}  // namespace ampa
