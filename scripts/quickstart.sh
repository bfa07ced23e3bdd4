#!/usr/bin/env bash
# From a bare Debian 12 to a report: installs what is missing, builds the ampa command, sweeps a few settings on
# Fashion-MNIST and says which one it recommends. Run again, it reuses what is there.
#   AMPA_WORKERS  trials at a time, default: the number of processors
set -euo pipefail
cd "$(dirname "$0")/.."

out=reports/quickstart
log=$(mktemp)
trap 'rm -f "$log"' EXIT
workers=${AMPA_WORKERS:-$(nproc)}
ampa=build/release/ampa

scripts/setup.sh
echo "quickstart: building $ampa"
cmake --preset release >/dev/null
cmake --build --preset release --target ampa --parallel "$(nproc)"

echo "quickstart: sweeping the settings of scripts/quickstart.json with $workers workers"
"$ampa" sweep scripts/quickstart.json --out "$out" --workers "$workers" >"$log" || { status=$?; cat "$log"; exit $status; }

echo "quickstart: the report is $PWD/$out/report.html"
"$ampa" recommend "$out" --max-accuracy-loss 1.0
