// The element par8: 32 products of 8-bit operands a cycle without a DSP, one sum.
//
// Every operand of A is four radix-4 digits (ampa_digit_row), and digits of equal weight are summed over the 32 lanes before the
// four sums meet. Operands and tag move on to the right and down, a register each. Lanes 2s and 2s + 1 of every eight come s
// cycles after lanes 0 and 1, the tag (ampa_element_tag.v) seven after them.
`default_nettype none

module ampa_par8_element (
  input  wire         clk_i,
  input  wire [2:0]   tag_i,
  input  wire [255:0] a_i,       // lane l: bits 8 l + 7 .. 8 l, two's complement
  input  wire [287:0] b_i,       // lane l: bits 9 l + 8 .. 9 l, two's complement
  output wire [2:0]   tag_o,
  output wire [255:0] a_o,
  output wire [287:0] b_o,
  output wire [31:0]  sum_o
);

  reg [255:0] a_q;
  reg [287:0] b_q;

  always @(posedge clk_i) begin : p_operands
    a_q <= a_i;
    b_q <= b_i;
  end

  wire       drop;
  wire [1:0] select;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .tag_o   (tag_o),
    .drop_o  (drop),
    .select_o(select)
  );

  wire [383:0] digits;
  wire [59:0]  digit_sum;
  wire [3:0]   extra;

  genvar d, l;
  generate
    for (d = 0; d < 4; d = d + 1) begin : gen_digits
      for (l = 0; l < 32; l = l + 1) begin : gen_lanes
        if (d == 0) begin : gen_lowest
          assign digits[3*l +: 3] = {a_q[8*l +: 2], 1'b0};
        end else begin : gen_others
          assign digits[96*d+3*l +: 3] = a_q[8*l+2*d-1 +: 3];
        end
      end
      ampa_digit_sum u_digit_sum (
        .clk_i   (clk_i),
        .drop_i  (1'b0),
        .digits_i(digits[96*d +: 96]),
        .b_i     (b_q),
        .sum_o   (digit_sum[15*d +: 15]),
        .extra_o (extra[d])
      );
    end
  endgenerate

  // Digits 0 and 1, 2 and 3, and both; each adder takes one extra 1, the last is left.
  wire [16:0] low   = {{3{digit_sum[14]}}, digit_sum[14:2], extra[1]} + {digit_sum[29], digit_sum[29:15], extra[1]};
  wire [16:0] high  = {{3{digit_sum[44]}}, digit_sum[44:32], extra[3]} + {digit_sum[59], digit_sum[59:45], extra[3]};
  reg  [17:0] low_q, high_q;
  reg  [1:0]  extra_q;
  wire [19:0] upper = {{5{low_q[17]}}, low_q[17:4], extra_q[1]} + {high_q[17], high_q, extra_q[1]};
  reg  [22:0] total_q;
  reg         left_q;

  always @(posedge clk_i) begin : p_total
    low_q   <= {low[16:1], digit_sum[1:0]};
    high_q  <= {high[16:1], digit_sum[31:30]};
    extra_q <= {extra[2], extra[0]};
    if (drop) begin
      total_q <= 23'd0;
      left_q  <= 1'b0;
    end else begin
      total_q <= {upper[19:1], low_q[3:0]};
      left_q  <= extra_q[0];
    end
  end

  ampa_element_sum #(
    .Width(23)
  ) u_sum (
    .clk_i   (clk_i),
    .select_i(select),
    .add_i   (total_q),
    .extra_i (left_q),
    .sum_o   (sum_o)
  );

  assign a_o = a_q;
  assign b_o = b_q;

  wire unused = &{1'b0, low[0], high[0], upper[0]};

endmodule

`default_nettype wire
