// The product of the fast form of the fused element is the sum of the products of the operands that its packed words hold,
// where it multiplies.
//
// Operand k of a word of b-bit operands lies at bit k * container and is read as its kind says.
//
// Parameters: ABits, BBits, widths of 4, 6 or 8 bits, at most one of them of 4. Combinational.
`default_nettype none

module ampa_fused_product_properties #(
  parameter ABits = 8,
  parameter BBits = 8
) (
  input  wire [31:0] a_i,             // packed operands
  input  wire [31:0] b_i,
  input  wire        a_signed_i,
  input  wire        b_signed_i,
  output wire        format_fail_o,   // the table has other containers, or another number of products
  output wire        product_fail_o
);

  localparam Pe    = 1;
  localparam Fast  = 1;
  localparam Lanes = 1;

  wire [3:0] a_bits  = ABits;
  wire [3:0] b_bits  = BBits;
  wire [1:0] a_kind  = {1'b0, a_signed_i};
  wire [1:0] b_kind  = {1'b0, b_signed_i};
  wire [5:0] lanes   = 6'd1;
  wire [2:0] a_plane = 3'd0;
  wire [2:0] b_plane = 3'd0;

  `include "ampa_pe_under_proof.vh"

  localparam AContainer = ABits > 4 ? 8 : 4;
  localparam BContainer = BBits > 4 ? 8 : 4;
  localparam NumA       = ABits > 4 ? 1 : 2;
  localparam NumB       = BBits > 4 ? 1 : 2;

  wire [32*(NumA*NumB+1)-1:0] sums;
  assign sums[31:0] = 32'd0;

  genvar k;
  generate
    for (k = 0; k < NumA * NumB; k = k + 1) begin : gen_products
      wire signed [ABits:0] a  = {a_signed_i && a_i[AContainer*k+ABits-1], a_i[AContainer*k +: ABits]};
      wire signed [BBits:0] b  = {b_signed_i && b_i[BContainer*k+BBits-1], b_i[BContainer*k +: BBits]};
      wire signed [31:0]    ab = a * b;
      assign sums[32*(k+1) +: 32] = sums[32*k +: 32] + ab;
    end
  endgenerate

  assign format_fail_o  = !supported || macs != NumA * NumB || a_container != AContainer || b_container != BContainer;
  assign product_fail_o = product != sums[32*NumA*NumB +: 32];

endmodule

`default_nettype wire
