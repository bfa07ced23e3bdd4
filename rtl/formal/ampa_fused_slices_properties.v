// The product of a fused processing element is the sum of the products of its slices, at the weights of a pair of widths.
//
// A slice is two bits of an operand; the top one of a signed operand is signed. ampa_slices_properties shows that the
// products of the slices of two operands add up to the product of the operands, so both together make the element's
// product the sum of the products that a pair of packed words stands for.
//
// The order of addition and a bias on every slice product, taken away at the end, are those of the bricks: the sums are
// then equal node by node, which SAT sweeping finds.
//
// Parameters: Fast (ampa_pe_table.vh); AWidth, BWidth, the width codes (0 .. 3: 2, 4, 6, 8 bits). Combinational.
`default_nettype none

module ampa_fused_slices_properties #(
  parameter Fast   = 0,
  parameter AWidth = 3,
  parameter BWidth = 3
) (
  input  wire [31:0] a_i,             // packed operands
  input  wire [31:0] b_i,
  input  wire        a_signed_i,
  input  wire        b_signed_i,
  output wire        product_fail_o
);

  localparam Pe         = 1;
  localparam Lanes      = 1;
  localparam ASlices    = AWidth + 1;  // of one operand
  localparam BSlices    = BWidth + 1;
  localparam AContainer = AWidth >= 2 ? 8 : 2 * ASlices;
  localparam BContainer = BWidth >= 2 ? 8 : 2 * BSlices;
  localparam NumA       = AWidth == 0 ? 4 : AWidth == 1 ? 2 : 1;
  localparam NumB       = BWidth == 0 ? 4 : BWidth == 1 ? 2 : 1;

  wire [3:0] a_bits  = 2 * ASlices;
  wire [3:0] b_bits  = 2 * BSlices;
  wire [1:0] a_kind  = {1'b0, a_signed_i};
  wire [1:0] b_kind  = {1'b0, b_signed_i};
  wire [5:0] lanes   = 6'd1;
  wire [2:0] a_plane = 3'd0;
  wire [2:0] b_plane = 3'd0;

  `include "ampa_pe_under_proof.vh"

  // Levels of the tree: j pairs, j halves, i pairs, i halves; a join shifts the second of two.
  localparam [7:0] JoinJ2 = BWidth != 0 ? 2 : 0;
  localparam [7:0] JoinJ4 = BWidth >= 2 ? 4 : 0;
  localparam [7:0] JoinI2 = AWidth != 0 ? 2 : 0;
  localparam [7:0] JoinI4 = AWidth >= 2 ? 4 : 0;

  wire [32*31-1:0] value;  // heap: node n adds nodes 2n + 1 and 2n + 2; 15 .. 30 are the bricks 4 * i + j
  wire [32*31-1:0] zero;   // the same of zero slices: the bias

  genvar n;
  generate
    for (n = 0; n < 16; n = n + 1) begin : gen_bricks
      localparam I      = n / 4;
      localparam J      = n % 4;
      localparam X      = I / ASlices;  // operand of A, slice SI of it
      localparam Y      = J / BSlices;
      localparam SI     = I % ASlices;
      localparam SJ     = J % BSlices;
      localparam K      = Y * NumA + X;
      localparam IsUsed = X < NumA && Y < NumB;
      wire              a_negative = IsUsed && SI == ASlices - 1 && a_signed_i;
      wire              b_negative = IsUsed && SJ == BSlices - 1 && b_signed_i;
      wire        [1:0] a_slice;
      wire        [1:0] b_slice;
      if (IsUsed) begin : gen_used
        assign a_slice = a_i[AContainer*K+2*SI +: 2];
        assign b_slice = b_i[BContainer*K+2*SJ +: 2];
      end else begin : gen_idle
        assign a_slice = 2'd0;
        assign b_slice = 2'd0;
      end
      wire signed [2:0]  a     = {a_negative && a_slice[1], a_slice};
      wire signed [2:0]  b     = {b_negative && b_slice[1], b_slice};
      wire signed [5:0]  brick = a * b;
      wire        [31:0] bias  = (a_negative ? 32'd2 : 32'd0) + (b_negative ? 32'd2 : 32'd0) +
                                 (a_negative != b_negative ? 32'd4 : 32'd0);
      assign zero[32*(15+n) +: 32]  = bias;
      assign value[32*(15+n) +: 32] = {{26{brick[5]}}, brick} + bias;
    end
    for (n = 0; n < 15; n = n + 1) begin : gen_sums
      localparam [7:0] Shift = n >= 7 ? JoinJ2 : n >= 3 ? JoinJ4 : n >= 1 ? JoinI2 : JoinI4;
      assign value[32*n +: 32] = value[32*(2*n+1) +: 32] + (value[32*(2*n+2) +: 32] << Shift);
      assign zero[32*n +: 32]  = zero[32*(2*n+1) +: 32] + (zero[32*(2*n+2) +: 32] << Shift);
    end
  endgenerate

  assign product_fail_o = product != value[31:0] - zero[31:0];

endmodule

`default_nettype wire
