// The table of processing elements: what the arrays know of them.
//
// A processing element KIND is a set of functions in ampa_KIND_functions.vh and one line of AMPA_PE. The including module
// has the parameters Pe (a number below), Fast (1: the form that simulates fast, for those that have one; else 0) and Lanes
// (1 .. 32); others fail at elaboration, by an instance of a module that does not exist.
//
//   supported(bits, kind)                    whether it runs operands of this width and kind
//   container(bits)                          bits that an operand occupies in a packed word
//   macs(a_bits, b_bits)                     products per pair of packed words, of one plane each
//   planes(bits, kind)                       words (bit-planes) in which an operand comes
//   has_side(1'b0)                           whether words travel with side words
//   config(a_bits, b_bits, a_kind, b_kind)   what a tile's formats mean to edge and elements, held for the tile
//   kernel(config)                           which of three forms of the product the fast form uses
//   a_word, b_word(kernel, word, lanes, config)   the edge: from a packed word with `lanes` products in use to what travels
//   a_side(word, lanes, a_plane, b_plane, config), b_side(word, lanes, config)
//   product(kernel, a, b, a_side, b_side, config)   what an element adds to its accumulator; zero words add nothing

localparam PE_INT8   = 0;
localparam PE_FUSED  = 1;
localparam PE_SERIAL = 2;
localparam NUM_PES   = 3;

`include "ampa_operand_kinds.vh"
`include "ampa_int8_functions.vh"
`include "ampa_fused_functions.vh"
`include "ampa_fused_fast_functions.vh"
`include "ampa_serial_functions.vh"

`ifndef AMPA_PE
`define AMPA_PE(FUNCTION, ARGUMENTS) \
  (Pe == PE_INT8               ? int8_``FUNCTION ARGUMENTS       : \
   Pe == PE_FUSED && Fast == 0 ? fused_``FUNCTION ARGUMENTS      : \
   Pe == PE_FUSED              ? fused_fast_``FUNCTION ARGUMENTS : \
                                 serial_``FUNCTION ARGUMENTS)
`endif

generate
  if (Pe < 0 || Pe >= NUM_PES) begin : gen_check_pe
    ampa_error_pe_must_be_a_number_of_ampa_pe_table u_error ();
  end
  if (Fast != 0 && !(Fast == 1 && Pe == PE_FUSED)) begin : gen_check_fast
    ampa_error_fast_must_be_0_or_for_fused_1 u_error ();
  end
  if (Lanes < 1 || Lanes > 32) begin : gen_check_lanes
    ampa_error_lanes_must_be_1_to_32 u_error ();
  end
endgenerate
