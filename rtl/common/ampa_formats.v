// The table of operand formats: what a pair of formats means to a processing element. Combinational.
//
// Parameters: Pe, Fast and Lanes, checked in ampa_pe_table.vh. Formats that are not supported give no meaningful output but
// supported_o. systemc/timing/pe_formats.h is the C++ twin.
`default_nettype none

module ampa_formats #(
  parameter Pe    = 1,
  parameter Fast  = 0,
  parameter Lanes = 32
) (
  input  wire [3:0]   a_bits_i,       // 1 .. 8
  input  wire [3:0]   b_bits_i,
  input  wire [1:0]   a_kind_i,       // ampa_operand_kinds.vh
  input  wire [1:0]   b_kind_i,
  output wire         supported_o,    // the processing element runs these formats
  output wire [5:0]   macs_o,         // products per pair of packed words, of one plane each
  output wire [3:0]   a_container_o,  // bits that an operand of A occupies in a packed word
  output wire [3:0]   b_container_o,
  output wire [3:0]   a_planes_o,     // words in which the operands of A come
  output wire [3:0]   b_planes_o,
  output wire [127:0] config_o        // for edge and elements
);

  `include "ampa_pe_table.vh"

  assign supported_o   = `AMPA_PE(supported, (a_bits_i, a_kind_i)) && `AMPA_PE(supported, (b_bits_i, b_kind_i));
  assign macs_o        = `AMPA_PE(macs, (a_bits_i, b_bits_i));
  assign a_container_o = `AMPA_PE(container, (a_bits_i));
  assign b_container_o = `AMPA_PE(container, (b_bits_i));
  assign a_planes_o    = `AMPA_PE(planes, (a_bits_i, a_kind_i));
  assign b_planes_o    = `AMPA_PE(planes, (b_bits_i, b_kind_i));
  assign config_o      = `AMPA_PE(config, (a_bits_i, b_bits_i, a_kind_i, b_kind_i));

endmodule

`default_nettype wire
