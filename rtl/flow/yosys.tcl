# Area on a Xilinx 7-series device, by Yosys: yosys -c flow/yosys.tcl in the folder of ampa.f. From the environment: TOP, PARAMETERS as
# pairs of names and values, OPTIONS of synth_xilinx (-nodsp), NETLIST to write. Without: a packed array of 4 x 6.
#
#   TOP=ampa_grid_array PARAMETERS="Element 2 Rows 8 Cols 8" yosys -c flow/yosys.tcl
yosys -import
proc setting {name default} { expr {[info exists ::env($name)] ? $::env($name) : $default} }
set top [setting TOP ampa_packed_array]
set includes {}
set sources {}
set list [open ampa.f]
foreach line [split [read $list] "\n"] {
  if {[string match "+incdir+*" $line]} {
    lappend includes -I[string range $line 8 end]
  } elseif {[string match "*.v" $line] && ![string match "//*" $line]} {
    lappend sources $line
  }
}
read_verilog -defer {*}$includes {*}$sources
set parameters {}
foreach {name value} [setting PARAMETERS "Element 0 Rows 4 Cols 6"] { lappend parameters -chparam $name $value }
hierarchy -check -top $top {*}$parameters
# An element is synthesised once.
setattr -mod -set keep_hierarchy 1 *ampa_*_element
synth_xilinx -family xc7 -flatten -nosrl -noiopad -noclkbuf {*}[setting OPTIONS ""]
stat
if {[setting NETLIST ""] ne ""} {
  rename -top netlist
  write_verilog -noattr [setting NETLIST ""]
}
