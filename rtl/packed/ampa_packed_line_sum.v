// Adds up what ampa_packed_line_total gives: what the other side's unsigned operands, which enter less 2^(bits - 1), take from a
// result. It holds 1023 steps.
`default_nettype none

module ampa_packed_line_sum (
  input  wire        clk_i,
  input  wire        valid_i,  // with the total
  input  wire        first_i,  // it is the first of a tile
  input  wire [10:0] total_i,
  output wire [20:0] sum_o
);

  reg [20:0] sum_q;

  always @(posedge clk_i) begin : p_sum
    if (valid_i) sum_q <= (first_i ? 21'd0 : sum_q) + {{10{total_i[10]}}, total_i};
  end

  assign sum_o = sum_q;

endmodule

`default_nettype wire
