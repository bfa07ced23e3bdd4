// fused_dot, less what it makes of zero words, is the sum of products that the format table says, for one pair of widths.
//
// Parameters: AWidth, BWidth, the width codes (0 .. 3: 2, 4, 6, 8 bits). Combinational.
`default_nettype none

module ampa_fused_dot_properties #(
  parameter AWidth = 3,
  parameter BWidth = 3
) (
  input  wire [31:0] a_i,         // packed operands
  input  wire [31:0] b_i,
  input  wire        a_signed_i,
  input  wire        b_signed_i,
  output wire        sum_fail_o
);

  `include "ampa_fused_dot.vh"
  `include "ampa_operand_spread.vh"

  localparam [1:0] ACode = AWidth;
  localparam [1:0] BCode = BWidth;

  wire        a_join_2, a_join_4, b_join_2, b_join_4;
  wire [31:0] a_negative, b_negative;
  wire [4:0]  macs;

  ampa_formats u_formats (
    .a_width_i   (ACode),
    .b_width_i   (BCode),
    .a_signed_i  (a_signed_i),
    .b_signed_i  (b_signed_i),
    .macs_o      (macs),
    .a_join_2_o  (a_join_2),
    .a_join_4_o  (a_join_4),
    .b_join_2_o  (b_join_2),
    .b_join_4_o  (b_join_4),
    .a_negative_o(a_negative),
    .b_negative_o(b_negative)
  );

  wire [31:0] dot = fused_dot(spread_a(a_i, BCode), spread_b(b_i, ACode, BCode), a_negative, b_negative, a_join_2,
                              a_join_4, b_join_2, b_join_4) -
                    fused_dot(32'd0, 32'd0, a_negative, b_negative, a_join_2, a_join_4, b_join_2, b_join_4);

  // The definition: operand k of a packed word lies at bit k * container.
  localparam ABits      = 2 * (AWidth + 1);
  localparam BBits      = 2 * (BWidth + 1);
  localparam AContainer = AWidth >= 2 ? 8 : ABits;
  localparam BContainer = BWidth >= 2 ? 8 : BBits;
  localparam NumA       = AWidth == 0 ? 4 : AWidth == 1 ? 2 : 1;
  localparam NumB       = BWidth == 0 ? 4 : BWidth == 1 ? 2 : 1;
  localparam NumMacs    = NumA * NumB;

  // A bias on each product, taken away again at the end, and an order of addition are chosen so that the partial sums are
  // those of the bricks: SAT sweeping then works its way up through equal nodes.
  localparam      Levels = NumMacs == 16 ? 4 : NumMacs == 8 ? 3 : NumMacs == 4 ? 2 : NumMacs == 2 ? 1 : 0;
  wire     [31:0] bias   = fused_dot(32'd0, 32'd0, a_negative, b_negative, a_join_2, a_join_4, b_join_2, b_join_4) >> Levels;
  wire [32*(2*NumMacs-1)-1:0] sums;  // heap: node n adds nodes 2n + 1 and 2n + 2, the leaves are the products

  genvar k;
  generate
    for (k = 0; k < NumMacs; k = k + 1) begin : gen_products
      localparam Leaf = NumMacs - 1 + (k % NumA) * NumB + k / NumA;
      wire signed [ABits:0]       a = {a_signed_i && a_i[AContainer*k+ABits-1], a_i[AContainer*k +: ABits]};
      wire signed [BBits:0]       b = {b_signed_i && b_i[BContainer*k+BBits-1], b_i[BContainer*k +: BBits]};
      wire signed [ABits+BBits:0] product = a * b;
      assign sums[32*Leaf +: 32] = {{31-ABits-BBits{product[ABits+BBits]}}, product} + bias;
    end
    for (k = 0; k < NumMacs - 1; k = k + 1) begin : gen_sums
      assign sums[32*k +: 32] = sums[32*(2*k+1) +: 32] + sums[32*(2*k+2) +: 32];
    end
  endgenerate

  assign sum_fail_o = dot != sums[31:0] - (bias << Levels) || macs != NumMacs;

endmodule

`default_nettype wire
