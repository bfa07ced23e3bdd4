// The sum of 32 digits times 32 operands: four chains of eight, and a tree.
//
// Lanes 8g + 2s and 8g + 2s + 1 belong to stage s, as ampa_digit_chain says. sum_o shows the sum six cycles after the
// operands of stage 0, less 1 if extra_o is set; it is 0 (and extra_o clear) if drop_i
// was set a cycle before.
`default_nettype none

module ampa_digit_sum (
  input  wire         clk_i,
  input  wire         drop_i,
  input  wire [95:0]  digits_i,
  input  wire [287:0] b_i,
  output wire [14:0]  sum_o,
  output wire         extra_o
);

  wire [51:0] chain;
  wire [3:0]  extra;

  genvar n;
  generate
    for (n = 0; n < 4; n = n + 1) begin : gen_chains
      ampa_digit_chain u_chain (
        .clk_i   (clk_i),
        .digits_i(digits_i[24*n +: 24]),
        .b_i     (b_i[72*n +: 72]),
        .sum_o   (chain[13*n +: 13]),
        .extra_o (extra[n])
      );
    end
  endgenerate

  // Every adder takes one extra 1 below its bit 0; one is left.
  wire [14:0] low   = {1'b0, chain[12:0], extra[0]} + {1'b0, chain[25:13], extra[0]};
  wire [14:0] high  = {1'b0, chain[38:26], extra[1]} + {1'b0, chain[51:39], extra[1]};
  reg  [13:0] low_q, high_q;
  reg  [1:0]  extra_q;
  wire [15:0] total = {1'b0, low_q, extra_q[0]} + {1'b0, high_q, extra_q[0]};
  reg  [14:0] total_q;
  reg         left_q;

  always @(posedge clk_i) begin : p_tree
    low_q   <= low[14:1];
    high_q  <= high[14:1];
    extra_q <= extra[3:2];
    if (drop_i) begin
      total_q <= 15'd0;
      left_q  <= 1'b0;
    end else begin
      total_q <= {~total[15], total[14:1]};  // the 32 constants of the rows come off
      left_q  <= extra_q[1];
    end
  end

  assign sum_o   = total_q;
  assign extra_o = left_q;

  wire unused = &{1'b0, low[0], high[0], total[0]};

endmodule

`default_nettype wire
