// Networks by name or from a description.
#pragma once

#include <string>
#include <vector>

#include "ir/network.h"

namespace ampa::networks {

// The names of the built-in networks, in the order in which `ampa list networks` shows them.
std::vector<std::string> builtin_networks();

// The last layer has a channel per class (a map, of one or two): one answer, or one at each place; Objective::check()
// says which of them an objective takes.

// Loads a built-in network by name, or a description by the path of its .json file, for the description's own default
// input and number of classes. Throws InputError naming the file, the layer and what is wrong with it.
ir::Network load_network(const std::string& name_or_path);

// The same for another input and number of classes (those of a data set).
ir::Network load_network(const std::string& name_or_path, ir::Shape input, std::int64_t num_classes);

}  // namespace ampa::networks
