// Whole files, read at once and written so that a reader never sees half of one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ampa {

// The bytes of a file. Throws InputError naming the path if it cannot be read or holds more than max_bytes.
std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes = UINT64_MAX);

// Writes to a temporary file beside `path`, flushes it to disk and renames it over `path`, and flushes the folder; creates
// missing parent folders. Where `path` is a symbolic link the file that it leads to is replaced and the link stays. What
// exists and is no regular file (a pipe, a terminal, /dev/null) is written to and never replaced, and so is what
// /dev/stdout and its like lead to. Throws RunError naming the path and the system's reason; nothing half-written is left
// behind in a file.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// A name beside `path` that no other writer uses, NAME.HOST-PROCESS-SECONDS-COUNT.tmp; a long NAME is cut so that the whole
// is one.
std::filesystem::path temporary_name(const std::filesystem::path& path);

// Removes what writers that were killed have left in a folder (not below it): their temporary files carry host, process
// and time. Those of this host go when their process is gone, all others when they are a day old. Returns how many went;
// what cannot be read or removed stays.
int remove_stale_temporaries(const std::filesystem::path& folder);

// SHA-256 of the bytes in lower-case hexadecimal, as sha256sum prints it.
std::string sha256_hex(std::string_view bytes);

}  // namespace ampa
