// Ctrl-C as a wish to stop in good order.
#pragma once

#include <atomic>

namespace ampa::commands {

// From now on SIGINT and SIGTERM set the flag; a second one ends the process at once.
const std::atomic<bool>& watch_stop_signals();

}  // namespace ampa::commands
