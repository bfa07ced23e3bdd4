// The check that every format's labels go through.
#pragma once

#include <cstdint>
#include <filesystem>

namespace ampa::data {

// Looks at `count` labels, `stride` bytes apart. Throws InputError naming the file, the record and the label unless all
// are below num_classes.
void check_labels(const std::filesystem::path& path, const std::uint8_t* labels, std::int64_t count,
                  std::int64_t stride, std::int64_t num_classes);

}  // namespace ampa::data
