#!/usr/bin/env bash
# Timing before layout in a standard cell library, by Yosys and OpenSTA, in the folder of ampa.f: flow/opensta.sh LIBRARY.lib TOP [NAME VALUE ...]
set -euo pipefail
library=$1
top=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
parameters=
while [[ $# -gt 0 ]]; do
  parameters+=" -chparam $1 $2"
  shift 2
done
includes=$(sed -n 's/^+incdir+/-I/p' ampa.f | tr '\n' ' ')
sources=$(grep -v -e '^//' -e '^+' ampa.f | tr '\n' ' ')
yosys -q -p "read_verilog -defer $includes $sources; hierarchy -check -top $top$parameters; synth -flatten; dfflibmap -liberty $library
  abc -liberty $library; opt_clean -purge; splitnets; opt_clean -purge; rename -top mapped
  write_verilog -noattr -noexpr -nodec $folder/mapped.v" >/dev/null
cat >"$folder/time.tcl" <<TCL
read_liberty $library
read_verilog $folder/mapped.v
link_design mapped
create_clock -name clk -period 20 [get_ports clk_i]
set_input_delay -clock clk 0 [all_inputs]
set_false_path -from [get_ports rst_ni]
set_false_path -to [all_outputs]
report_checks -path_delay max -digits 3
puts "slack of 20 ns: [worst_slack -max]"
exit
TCL
sta -no_splash -exit "$folder/time.tcl"
