#!/usr/bin/env bash
# Installs what is missing, builds and runs all tests; the last lines are ctest's summary.
#   AMPA_PRESET  dev (default), asan, release or coverage
#   AMPA_JOBS    parallel jobs, default: the number of processors
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${AMPA_PRESET:-dev}
jobs=${AMPA_JOBS:-$(nproc)}

scripts/setup.sh --tests
echo "test: configuring preset $preset"
cmake --preset "$preset" --log-level=WARNING
echo "test: building with $jobs jobs"
cmake --build --preset "$preset" --parallel "$jobs"
echo "test: running"
ctest --preset "$preset" --parallel "$jobs"
