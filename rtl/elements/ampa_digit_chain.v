// The sum of eight digits times eight operands: a chain of rows, two of them a clock cycle.
//
// Lanes 2s and 2s + 1 belong to stage s: their operands come s cycles after those of lanes 0 and 1 (the edge of the array delays
// them). sum_o shows the sum + 8 * 2^BWidth four cycles after the operands of lanes 0 and 1, less 1 if the sign bit of lane 0's
// digit was set: extra_o says so, and whoever adds sums has a carry input for it.
// Parameter: BWidth bits of an operand.
`default_nettype none

module ampa_digit_chain #(
  parameter BWidth = 9
) (
  input  wire                clk_i,
  input  wire [23:0]         digits_i,
  input  wire [8*BWidth-1:0] b_i,
  output wire [BWidth+3:0]   sum_o,
  output wire                extra_o
);

  wire [BWidth:0] first;

  ampa_digit_multiple #(
    .BWidth(BWidth)
  ) u_first (
    .digit_i   (digits_i[2:0]),
    .b_i       (b_i[BWidth-1:0]),
    .multiple_o(first)
  );

  // The sum of n lanes has BWidth + 1 + ceil(log2 n) bits.
  wire [BWidth+1:0] sum_2;
  wire [BWidth+2:0] sum_3, sum_4;
  wire [BWidth+3:0] sum_5, sum_6, sum_7, sum_8;
  reg  [BWidth+1:0] sum_2_q;
  reg  [BWidth+2:0] sum_4_q;
  reg  [BWidth+3:0] sum_6_q, sum_8_q;
  reg  [3:0]        extra_q;

`define AMPA_ROW(Lane, Bits, Before, After) \
  ampa_digit_row #( \
    .BWidth(BWidth), \
    .Width (Bits) \
  ) u_row_``Lane ( \
    .digit_i(digits_i[3*Lane +: 3]), \
    .b_i    (b_i[BWidth*Lane +: BWidth]), \
    .sum_i  (Before), \
    .sum_o  (After) \
  );

  `AMPA_ROW(1, BWidth + 2, ({1'b0, first}), sum_2)
  `AMPA_ROW(2, BWidth + 3, ({1'b0, sum_2_q}), sum_3)
  `AMPA_ROW(3, BWidth + 3, sum_3, sum_4)
  `AMPA_ROW(4, BWidth + 4, ({1'b0, sum_4_q}), sum_5)
  `AMPA_ROW(5, BWidth + 4, sum_5, sum_6)
  `AMPA_ROW(6, BWidth + 4, sum_6_q, sum_7)
  `AMPA_ROW(7, BWidth + 4, sum_7, sum_8)

`undef AMPA_ROW

  always @(posedge clk_i) begin : p_stages
    sum_2_q <= sum_2;
    sum_4_q <= sum_4;
    sum_6_q <= sum_6;
    sum_8_q <= sum_8;
    extra_q <= {extra_q[2:0], digits_i[2]};
  end

  assign sum_o   = sum_8_q;
  assign extra_o = extra_q[3];

endmodule

`default_nettype wire
