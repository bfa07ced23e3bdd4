#!/usr/bin/env bash
# From a bare Debian 12 to a report: installs what is missing, builds the ampa command (without RTL models and tests, which the
# preset release adds), sweeps a few settings on Fashion-MNIST and says which one it recommends. Run again, it reuses what is
# there.
#   AMPA_WORKERS  trials at a time, default: the number of processors
set -euo pipefail
cd "$(dirname "$0")/.."

out=reports/quickstart
log=$(mktemp)
trap 'rm -f "$log"' EXIT
workers=${AMPA_WORKERS:-$(nproc)}
ampa=build/release/ampa
SECONDS=0

took() {  # what the seconds since the last call went to
  echo "quickstart: $1 took $SECONDS s"
  SECONDS=0
}

scripts/setup.sh
took "installing packages"
echo "quickstart: building $ampa"
[[ -f build/release/CMakeCache.txt ]] || cmake --preset quickstart >"$log" || { cat "$log"; exit 1; }
cmake --build build/release --target ampa --parallel "$(nproc)" >"$log" || { tail -30 "$log"; exit 1; }
took "building"

echo "quickstart: sweeping the settings of scripts/quickstart.json with $workers workers"
"$ampa" sweep scripts/quickstart.json --out "$out" --workers "$workers" >"$log" || { status=$?; cat "$log"; exit $status; }
took "sweeping"

echo "quickstart: the report is $PWD/$out/report.html"
"$ampa" recommend "$out" --max-metric-loss 1.0
