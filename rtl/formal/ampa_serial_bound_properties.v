// The partial sums of a serial product, plane by plane in the order of the controllers, never leave the bound of the whole
// product: so the bound of a job holds in every cycle, not only at its end.
//
// Planes go from 0 up, those of B in the inner loop. Parameters: ABits, BBits. Combinational.
`default_nettype none

module ampa_serial_bound_properties #(
  parameter ABits = 8,
  parameter BBits = 8
) (
  input  wire [ABits-1:0] a_i,
  input  wire [BBits-1:0] b_i,
  input  wire             a_signed_i,
  input  wire             b_signed_i,
  output wire             product_fail_o,  // all planes together are the product
  output wire             bound_fail_o     // max |a| * max |b|
);

  localparam Pairs = ABits * BBits;

  wire signed [31:0] max_a = a_signed_i ? 32'sd1 << (ABits - 1) : (32'sd1 << ABits) - 32'sd1;
  wire signed [31:0] max_b = b_signed_i ? 32'sd1 << (BBits - 1) : (32'sd1 << BBits) - 32'sd1;
  wire signed [31:0] bound = max_a * max_b;

  wire [32*(Pairs+1)-1:0] sums;
  wire [Pairs-1:0]        beyond;
  assign sums[31:0] = 32'd0;

  genvar n;
  generate
    for (n = 0; n < Pairs; n = n + 1) begin : gen_pairs
      localparam I = n / BBits;
      localparam J = n % BBits;
      wire               negative = (a_signed_i && I == ABits - 1) ^ (b_signed_i && J == BBits - 1);
      wire        [31:0] weight   = {31'd0, a_i[I] && b_i[J]} << (I + J);
      wire signed [31:0] sum      = sums[32*n +: 32] + (negative ? 32'd0 - weight : weight);
      assign sums[32*(n+1) +: 32] = sum;
      assign beyond[n]            = sum > bound || sum < -bound;
    end
  endgenerate

  wire signed [ABits:0] a       = {a_signed_i && a_i[ABits-1], a_i};
  wire signed [BBits:0] b       = {b_signed_i && b_i[BBits-1], b_i};
  wire signed [31:0]    product = a * b;

  assign product_fail_o = product != sums[32*Pairs +: 32];
  assign bound_fail_o   = beyond != {Pairs{1'b0}};

endmodule

`default_nettype wire
