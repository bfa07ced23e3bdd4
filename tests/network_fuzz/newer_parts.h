// The parts of random networks that even seeds draw beside those of random_network.cpp.
#pragma once

#include "network_writer.h"

namespace ampa::network_fuzz {

// A table of the tokens that the network's input holds.
void put_embedding(NetworkWriter& writer);

// One layer, or the layers of an attention, on values that are there.
void put_newer_part(NetworkWriter& writer);

}  // namespace ampa::network_fuzz
