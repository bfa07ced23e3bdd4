#!/usr/bin/env bash
# Line and toggle coverage of the RTL under the bench: builds small points and all units with counters, runs
# `ampa verify --all` on them, merges what every process counted and says which lines and bits were not met and why.
#   scripts/rtl_coverage.sh    leaves coverage.json, coverage.html, coverage.info (lcov) and merged.dat in the build folder
#   AMPA_COVERAGE_BUILD  build folder, default build/rtl_coverage
#   AMPA_COVERAGE_JOBS   random scenarios per point, default 300
#   AMPA_COVERAGE_SEED   default 1
set -euo pipefail
cd "$(dirname "$0")/.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1  # what another build folder has compiled need not be compiled again

build=${AMPA_COVERAGE_BUILD:-build/rtl_coverage}
jobs=${AMPA_JOBS:-$(nproc)}
mkdir -p "$build"
build=$(cd "$build" && pwd)
counts=$build/counts
rm -rf "$build/rtl" "$counts"
mkdir -p "$counts"
cp -r rtl "$build/rtl"
cp tests/rtl/small_points.json "$build/rtl/design_points.json"
cp tests/rtl/small_cores.json "$build/rtl/core_points.json"

cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DAMPA_WERROR=ON \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
  -DAMPA_RTL_DIR="$build/rtl" -DAMPA_RTL_COVERAGE=ON -DAMPA_RTL_CXX_FLAGS=-O1 >"$build/configure.log"
cmake --build "$build" --target ampa --parallel "$jobs" >"$build/build.log" 2>&1 || { tail -20 "$build/build.log" >&2; exit 1; }

AMPA_RTL_COVERAGE_DIR=$counts "$build/ampa" verify --all --quick --jobs "${AMPA_COVERAGE_JOBS:-300}" \
  --seed "${AMPA_COVERAGE_SEED:-1}" --failures "$build/failures" >"$build/verify.txt"
# Too many files for one command line: some hundred at a time, then what these gave.
rm -rf "$build/parts"
mkdir -p "$build/parts"
find "$counts" -name '*.dat' -print0 |
  xargs -0 -n 400 bash -c 'verilator_coverage --write "$0/$$.dat" "$@"' "$build/parts"
verilator_coverage --write "$build/merged.dat" "$build/parts"/*.dat
verilator_coverage --write-info "$build/coverage.info" "$build/merged.dat" >/dev/null
python3 tests/rtl/coverage_report.py "$build/merged.dat" "$build/rtl" tests/rtl/coverage_reasons.json "$build"
