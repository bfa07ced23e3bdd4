// A row adds its digit times b and 2^9, and four rows of the digits of an operand make its product: what the elements mul8, par8
// and r4s (rtl/elements) are made of.
//
// Combinational.
`default_nettype none

module ampa_digit_properties (
  input  wire [7:0]  a_i,            // two's complement
  input  wire [8:0]  b_i,
  input  wire [12:0] sum_i,
  output wire        row_fail_o,     // a row of 13 bits adds something else
  output wire        product_fail_o  // rows as in ampa_mul8_element do not add up to the product and their constants
);

  wire signed [31:0] a = {{24{a_i[7]}}, a_i};
  wire signed [31:0] b = {{23{b_i[8]}}, b_i};

  // A row, for the digit in the lower bits of A.
  wire [12:0]        row;
  wire signed [31:0] digit = (a_i[2] ? -32'sd2 : 32'sd0) + (a_i[1] ? 32'sd1 : 32'sd0) + (a_i[0] ? 32'sd1 : 32'sd0);
  wire signed [31:0] right = digit * b + 32'sd512;

  ampa_digit_row #(
    .Width(13)
  ) u_row (
    .digit_i(a_i[2:0]),
    .b_i    (b_i),
    .sum_i  (sum_i),
    .sum_o  (row)
  );

  assign row_fail_o = row != sum_i + right[12:0];

  wire [9:0]  row_0;
  wire [10:0] row_1, row_2, row_3;

  ampa_digit_multiple u_row_0 (
    .digit_i   ({a_i[1:0], 1'b0}),
    .b_i       (b_i),
    .multiple_o(row_0)
  );
  ampa_digit_row u_row_1 (
    .digit_i(a_i[3:1]),
    .b_i    (b_i),
    .sum_i  ({3'd0, row_0[9:2]}),
    .sum_o  (row_1)
  );
  ampa_digit_row u_row_2 (
    .digit_i(a_i[5:3]),
    .b_i    (b_i),
    .sum_i  ({2'd0, row_1[10:2]}),
    .sum_o  (row_2)
  );
  ampa_digit_row u_row_3 (
    .digit_i(a_i[7:5]),
    .b_i    (b_i),
    .sum_i  ({2'd0, row_2[10:2]}),
    .sum_o  (row_3)
  );

  wire signed [31:0] product = {15'd0, row_3, row_2[1:0], row_1[1:0], row_0[1:0]} + {31'd0, a_i[1]} - 32'sd43520;

  assign product_fail_o = product != a * b;

endmodule

`default_nettype wire
