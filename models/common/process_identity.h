// Which process on which machine: what a lock file names its holder by.
#pragma once

#include <cstdint>
#include <string>

#include "common/json_reader.h"

namespace ampa {

struct ProcessIdentity {
  std::string host;           // its name, and its machine id where it has one: "node7 4c4c4544..."
  std::string boot;           // of the running system, new with every start of it
  std::string pid_namespace;  // in which `process` counts
  std::int64_t process = 0;
  std::int64_t start = 0;  // of the process, in clock ticks after the boot
};

bool operator==(const ProcessIdentity& x, const ProcessIdentity& y);

const ProcessIdentity& own_identity();

// Whether no process of this number runs in this system and container. One that nobody has asked for its exit code yet
// has ended.
bool has_ended(std::int64_t process);

enum class Life {
  kAlive,
  kDead,     // it ended, its number was given to another process, or its system was started anew
  kUnknown,  // it counts in another system or container
};

// As this process sees it.
Life life_of(const ProcessIdentity& process);

// "process 4711 on node7".
std::string words(const ProcessIdentity& process);

Json to_json(const ProcessIdentity& process);
ProcessIdentity identity_from_json(const Json& json, const std::string& source);  // throws InputError

}  // namespace ampa
