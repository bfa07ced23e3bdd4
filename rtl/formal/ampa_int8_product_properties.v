// The product of the int8 element is the product of the operands that its packed words hold, in all formats at once.
//
// An operand lies lowest in its word and is read as its kind says: bits above its width are its top bit if it is signed,
// else 0.
//
// Combinational.
`default_nettype none

module ampa_int8_product_properties (
  input  wire [2:0]  a_less_one_i,    // widths less one
  input  wire [2:0]  b_less_one_i,
  input  wire        a_signed_i,
  input  wire        b_signed_i,
  input  wire [31:0] a_i,             // packed operands
  input  wire [31:0] b_i,
  output wire        format_fail_o,   // not in the table, or with other containers or another number of products
  output wire        operand_fail_o,  // the edge extends an operand to another 9-bit value
  output wire        product_fail_o   // the element multiplies other than those values
);

  localparam Pe    = 0;
  localparam Fast  = 0;
  localparam Lanes = 1;

  // 1 .. 8 bits, signed ones at least 2; a signed one of 1 bit is taken as unsigned.
  wire       a_signed = a_signed_i && a_less_one_i != 3'd0;
  wire       b_signed = b_signed_i && b_less_one_i != 3'd0;
  wire [3:0] a_bits   = {1'b0, a_less_one_i} + 4'd1;
  wire [3:0] b_bits   = {1'b0, b_less_one_i} + 4'd1;
  wire [1:0] a_kind   = {1'b0, a_signed};
  wire [1:0] b_kind   = {1'b0, b_signed};
  wire [5:0] lanes    = 6'd1;
  wire [2:0] a_plane  = 3'd0;
  wire [2:0] b_plane  = 3'd0;

  `include "ampa_pe_under_proof.vh"

  function [8:0] operand(input [31:0] word, input [2:0] top, input is_signed);
    reg [31:0] i;
    begin
      for (i = 32'd0; i < 32'd9; i = i + 32'd1) operand[i] = i <= {29'd0, top} ? word[i] : is_signed && word[{2'd0, top}];
    end
  endfunction

  wire signed [31:0] a        = {{23{a_word[8]}}, a_word[8:0]};
  wire signed [31:0] b        = {{23{b_word[8]}}, b_word[8:0]};
  wire signed [31:0] expected = a * b;

  assign operand_fail_o = a_word[8:0] != operand(a_i, a_less_one_i, a_signed) ||
                          b_word[8:0] != operand(b_i, b_less_one_i, b_signed);
  assign format_fail_o  = !supported || macs != 6'd1 || a_container != 4'd8 || b_container != 4'd8 || a_planes != 4'd1 ||
                          b_planes != 4'd1;
  assign product_fail_o = product != expected;

endmodule

`default_nettype wire
