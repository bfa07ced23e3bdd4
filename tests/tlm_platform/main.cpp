// The main of this program, since libsystemc brings another one.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
