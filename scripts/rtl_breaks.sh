#!/usr/bin/env bash
# Breaks the RTL in one way after another and requires that the quick bench notices each, that the failure is shrunk and
# that what it leaves replays (a start that should have been refused leaves nothing). `ampa verify` instantiates no core: breaks
# of rtl/core have to fail the tests of the core. Works on a copy of rtl/ with small points.
#   scripts/rtl_breaks.sh             every patch of tests/rtl/breaks
#   scripts/rtl_breaks.sh PATCH...    these
#   AMPA_BREAKS_BUILD  build folder, default build/breaks
set -euo pipefail
cd "$(dirname "$0")/.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1  # what another build folder has compiled need not be compiled again

build=${AMPA_BREAKS_BUILD:-build/breaks}
jobs=${AMPA_JOBS:-$(nproc)}
mkdir -p "$build"
build=$(cd "$build" && pwd)
rtl=$build/rtl
report=$build/breaks.md

patches=("$@")
[[ ${#patches[@]} -gt 0 ]] || patches=(tests/rtl/breaks/*.patch)

# Files that do not change keep their times, so that only what a patch touches is built again.
restore() {
  local file
  for file in $(cd rtl && find . -name '*.v' -o -name '*.vh' -o -name '*.vlt'); do
    mkdir -p "$(dirname "$rtl/$file")"
    cmp --silent "rtl/$file" "$rtl/$file" || cp "rtl/$file" "$rtl/$file"
  done
  cmp --silent tests/rtl/small_points.json "$rtl/design_points.json" || cp tests/rtl/small_points.json "$rtl/design_points.json"
  cmp --silent tests/rtl/small_cores.json "$rtl/core_points.json" || cp tests/rtl/small_cores.json "$rtl/core_points.json"
}

build_and_verify() {  # prints nothing; the bench's exit code, 9 if the RTL does not even build
  cmake --build "$build" --target ampa --parallel "$jobs" >"$build/build.log" 2>&1 || return 9
  rm -rf "$build/failures"
  local status=0
  "$build/ampa" verify --all --quick --jobs 0 --json --failures "$build/failures" >"$build/verify.json" 2>"$build/verify.log" || status=$?
  return $status
}

core_tests() {  # 0 if they pass, 1 if one fails, 9 if they do not build
  cmake --build "$build" --target ampa_tlm_core_test --parallel "$jobs" >"$build/build.log" 2>&1 || return 9
  local test
  test=$(find "$build/tests" -name ampa_tlm_core_test -type f)
  "$test" >"$build/core.log" 2>&1 || return 1
}

touches_core() { grep -q '^+++ b/rtl/core/' "$@"; }

leaves_trace() {
  python3 -c 'import json, sys; sys.exit(not any((r.get("failure") or {}).get("trace") for r in json.load(open(sys.argv[1]))["results"]))' \
    "$build/verify.json"
}

replay() {  # a trace of a point's jobs, or a file of a unit's stream
  if [[ -f $1 ]]; then
    "$build/ampa" verify --stream "$1"
    return
  fi
  local point device
  point=$(basename "$1")
  device=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["context"]["verify"]["device"])' "$1/index.json")
  "$build/ampa" trace replay "$1" --backend "$device" --point "${point%-*}"
}

restore
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DAMPA_WERROR=ON \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DAMPA_RTL_DIR="$rtl" >"$build/configure.log"
build_and_verify || { cat "$build/verify.log" >&2; echo "breaks: expected the sound RTL to pass" >&2; exit 1; }
if touches_core "${patches[@]}"; then
  core_tests || { tail "$build/core.log" >&2; echo "breaks: expected the tests of the core to pass on the sound RTL" >&2; exit 1; }
fi
echo "breaks: the sound RTL passes"

failed=0
printf '| break | file | caught by | in | smallest |\n|---|---|---|---|---|\n' >"$report"
for patch in "${patches[@]}"; do
  name=$(basename "$patch" .patch)
  restore
  patch --quiet --strip 2 --directory "$rtl" <"$patch"
  if touches_core "$patch"; then
    status=0
    core_tests || status=$?
    if [[ $status -eq 1 ]]; then
      echo "| ${name#*_} | $(sed -n 's|^+++ b/||p' "$patch") | tests/tlm/core | $(grep -m 1 -A 1 '^---' "$build/core.log" | tail -1) | - |" | tee -a "$report"
    else
      echo "breaks: $name: expected a test of the core to fail, found $status" >&2
      failed=1
    fi
    continue
  fi
  status=0
  build_and_verify || status=$?
  if [[ $status -ne 3 ]]; then
    echo "breaks: $name: expected exit 3, found $status" >&2
    failed=1
    continue
  fi
  python3 tests/rtl/breaks/caught_by.py "$build/verify.json" "$patch" | tee -a "$report"
  leaves_trace || continue
  for failure in "$build"/failures/*; do
    [[ -e $failure ]] || { echo "breaks: $name: expected a failure to replay" >&2; failed=1; continue; }
    replayed=0
    replay "$failure" >/dev/null 2>&1 || replayed=$?
    [[ $replayed -eq 3 ]] || { echo "breaks: $name: expected the replay of $failure to exit 3, found $replayed" >&2; failed=1; }
  done
done
restore
echo "breaks: ${#patches[@]} tried, report in $report"
exit $failed
