// The edge of an array for one word of A and one of B: what a processing element is given for packed words. Combinational.
//
// Parameters: Pe, Fast and Lanes, checked in ampa_pe_table.vh. Arrays use the same functions, for all words at once.
`default_nettype none

module ampa_pe_edge #(
  parameter Pe    = 1,
  parameter Fast  = 0,
  parameter Lanes = 32
) (
  input  wire [127:0] config_i,   // of ampa_formats
  input  wire [5:0]   lanes_i,    // products of the words that are in use (serial), 0 .. Lanes
  input  wire [2:0]   a_plane_i,  // planes that the words are (serial)
  input  wire [2:0]   b_plane_i,
  input  wire [31:0]  a_word_i,
  input  wire [31:0]  b_word_i,
  output wire [31:0]  a_o,
  output wire [31:0]  b_o,
  output wire [15:0]  a_side_o,
  output wire [15:0]  b_side_o
);

  `include "ampa_pe_table.vh"

  wire [1:0] kernel = `AMPA_PE(kernel, (config_i));

  assign a_o      = `AMPA_PE(a_word, (kernel, a_word_i, lanes_i, config_i));
  assign b_o      = `AMPA_PE(b_word, (kernel, b_word_i, lanes_i, config_i));
  assign a_side_o = `AMPA_PE(a_side, (a_word_i, lanes_i, a_plane_i, b_plane_i, config_i));
  assign b_side_o = `AMPA_PE(b_side, (b_word_i, lanes_i, config_i));

endmodule

`default_nettype wire
