# Area and clock on a device, by Vivado, placed and routed out of context: vivado -mode batch -source flow/vivado.tcl in the folder of
# ampa.f. From the environment: TOP, PARAMETERS as pairs of names and values, PART, PERIOD in ns. Not run by the project's tests, which
# have no Vivado.
proc setting {name default} { expr {[info exists ::env($name)] ? $::env($name) : $default} }
set top [setting TOP ampa_packed_array]
set list [open ampa.f]
set includes {}
foreach line [split [read $list] "\n"] {
  if {[string match "+incdir+*" $line]} {
    lappend includes [string range $line 8 end]
  } elseif {[string match "*.v" $line] && ![string match "//*" $line]} {
    read_verilog $line
  }
}
set generics {}
foreach {name value} [setting PARAMETERS "Element 0 Rows 16 Cols 16"] { lappend generics -generic $name=$value }
synth_design -top $top -part [setting PART xc7vx485tffg1761-2] -mode out_of_context -flatten_hierarchy rebuilt \
  -include_dirs $includes {*}$generics
create_clock -name clk -period [setting PERIOD 4.0] [get_ports clk_i]
report_utilization -hierarchical -hierarchical_depth 2
opt_design
place_design
route_design
report_timing_summary -max_paths 3
