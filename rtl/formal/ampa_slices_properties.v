// A product of two operands is the sum of the products of their two-bit slices at their weights, the top slice of a signed
// operand being signed. This is what lets an element of bricks multiply wider operands.
//
// Parameters: ASlices, BSlices, 1 .. 4 slices of an operand. Combinational.
`default_nettype none

module ampa_slices_properties #(
  parameter ASlices = 4,
  parameter BSlices = 4
) (
  input  wire [2*ASlices-1:0] a_i,
  input  wire [2*BSlices-1:0] b_i,
  input  wire                 a_signed_i,
  input  wire                 b_signed_i,
  output wire                 product_fail_o
);

  wire signed [2*ASlices:0] a = {a_signed_i && a_i[2*ASlices-1], a_i};
  wire signed [2*BSlices:0] b = {b_signed_i && b_i[2*BSlices-1], b_i};

  wire signed [31:0]                  product = a * b;
  wire        [32*ASlices*BSlices+31:0] sums;
  assign sums[31:0] = 32'd0;

  genvar n;
  generate
    for (n = 0; n < ASlices * BSlices; n = n + 1) begin : gen_slices
      localparam I = n / BSlices;
      localparam J = n % BSlices;
      wire signed [2:0]  a_slice = {I == ASlices - 1 && a_signed_i && a_i[2*I+1], a_i[2*I +: 2]};
      wire signed [2:0]  b_slice = {J == BSlices - 1 && b_signed_i && b_i[2*J+1], b_i[2*J +: 2]};
      wire signed [31:0] brick   = a_slice * b_slice;
      assign sums[32*(n+1) +: 32] = sums[32*n +: 32] + (brick << (2 * (I + J)));
    end
  endgenerate

  assign product_fail_o = product != sums[32*ASlices*BSlices +: 32];

endmodule

`default_nettype wire
