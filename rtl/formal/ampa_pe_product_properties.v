// The product of a processing element is the sum of the products of the operands that its packed words hold.
//
// Operand k of a word of b-bit operands lies at bit k * container and is read as its kind says.
//
// Parameters: Pe, Fast (ampa_pe_table.vh); ABits, BBits, widths. Not for serial ones. Combinational.
`default_nettype none

module ampa_pe_product_properties #(
  parameter Pe    = 0,
  parameter Fast  = 0,
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

  localparam Lanes = 1;

  wire [3:0] a_bits  = ABits;
  wire [3:0] b_bits  = BBits;
  wire [1:0] a_kind  = {1'b0, a_signed_i};
  wire [1:0] b_kind  = {1'b0, b_signed_i};
  wire [5:0] lanes   = 6'd1;
  wire [2:0] a_plane = 3'd0;
  wire [2:0] b_plane = 3'd0;

  `include "ampa_pe_under_proof.vh"

  localparam AContainer = (Pe == 0 || ABits > 4) ? 8 : ABits > 2 ? 4 : 2;
  localparam BContainer = (Pe == 0 || BBits > 4) ? 8 : BBits > 2 ? 4 : 2;
  localparam NumA       = (Pe == 0 || ABits > 4) ? 1 : ABits > 2 ? 2 : 4;
  localparam NumB       = (Pe == 0 || BBits > 4) ? 1 : BBits > 2 ? 2 : 4;

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

  // Operands narrower than their mode are extended by whoever packs them.
  localparam AMode = Pe == 0 ? ABits : 2 * ((ABits + 1) / 2);
  localparam BMode = Pe == 0 ? BBits : 2 * ((BBits + 1) / 2);
  wire legal = supported && AMode == ABits && BMode == BBits;

  assign format_fail_o  = legal && (macs != NumA * NumB || a_container != AContainer || b_container != BContainer);
  assign product_fail_o = legal && product != sums[32*NumA*NumB +: 32];

endmodule

`default_nettype wire
