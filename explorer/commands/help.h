// What --help prints, made from the table of settings.
#pragma once

#include <string>

#include "config/command_settings.h"

namespace ampa::commands {

std::string help_of_all();                                        // `ampa --help`
std::string help_of_group(const config::CommandSettings& group);  // `ampa trace --help`
std::string help_of(const config::CommandSettings& command);

}  // namespace ampa::commands
