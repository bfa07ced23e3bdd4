// Two DSP48E1: the products of two depths, their fields added.
//
// A multiplication of 25 by 16 bits holds two or four products side by side: (a1 2^16 + a0) * b, or (a1 2^16 + a0) *
// (b1 2^8 + b0). bias_i makes every field unsigned, so that none borrows from the next: two products of 8-bit codes add up to
// -32512 .. 32768, and with 32767 to 255 .. 65535, which 16 bits hold; two of 4-bit codes to -112 .. 128, and with 127 to
// 15 .. 255, which 8 bits hold. No pair of codes is excepted.
//
// The operands of the second depth come a cycle after those of the first; sum_o shows the sum four clock edges after
// the first ones.
`default_nettype none

module ampa_packed_pair #(
  parameter BBits = 16
) (
  input  wire             clk_i,
  input  wire [31:0]      bias_i,
  input  wire [49:0]      a_i,     // of two depths, 25 bits each, two's complement
  input  wire [2*BBits-1:0] b_i,
  output wire [31:0]      sum_o
);

  wire signed [24:0]      a_first  = a_i[24:0];
  wire signed [24:0]      a_second = a_i[49:25];
  wire signed [BBits-1:0] b_first  = b_i[BBits-1:0];
  wire signed [BBits-1:0] b_second = b_i[2*BBits-1:BBits];

  reg signed [47:0] product_first_q, product_second_q, first_q, second_q;

  always @(posedge clk_i) begin : p_products
    product_first_q  <= a_first * b_first;
    product_second_q <= a_second * b_second;
    first_q          <= product_first_q + $signed({16'd0, bias_i});
    second_q         <= product_second_q + first_q;
  end

  assign sum_o = second_q[31:0];

  wire unused = &{1'b0, second_q[47:32]};

endmodule

`default_nettype wire
