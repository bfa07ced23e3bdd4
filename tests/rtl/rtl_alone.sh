#!/usr/bin/env bash
# rtl_alone.sh RTL: the folder of the RTL copied elsewhere is linted, simulated and synthesised there, with what docs/rtl.md says.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$1" "$folder/hardware"
cd "$folder/hardware"

verilator --lint-only -Wall ampa_waivers.vlt -f ampa.f --top-module ampa_packed_array -GElement=0 -GRows=4 -GCols=6
verilator --lint-only -Wall ampa_waivers.vlt -f ampa.f --top-module ampa_grid_array -GElement=2 -GRows=2 -GCols=3
verilator --lint-only -Wall --unroll-count 1 ampa_waivers.vlt -f ampa.f --top-module ampa_ws_array -GPe=1 -GRows=2 -GCols=3
(cd .. && verilator --lint-only -Wall hardware/ampa_waivers.vlt -F hardware/ampa.f --top-module ampa_grid_array -GElement=0)
echo "lint: no complaint"

iverilog -g2005-sv -Wall -f ampa.f -s ampa_grid_tb -Pampa_grid_tb.Packed=1 -Pampa_grid_tb.Element=0 -o bench.vvp bench/ampa_grid_tb.v
vvp -n bench.vvp

TOP=ampa_grid_array PARAMETERS="Element 0 Rows 1 Cols 2" yosys -q -l synth.log -c flow/yosys.tcl
grep -q "Number of cells" synth.log
grep -E "LUT6|CARRY4" synth.log | tail -2
echo "RTL alone: lint, simulation and synthesis"
