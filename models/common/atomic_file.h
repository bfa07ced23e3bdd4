// Whole files, read at once and written so that a reader never sees half of one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ampa {

// The bytes of a file. Throws InputError naming the path if it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Writes to a temporary file beside `path`, flushes it to disk and renames it over `path`; creates missing parent folders.
// Throws RunError naming the path and the system's reason; nothing half-written is left behind.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// SHA-256 of the bytes in lower-case hexadecimal, as sha256sum prints it.
std::string sha256_hex(std::string_view bytes);

}  // namespace ampa
