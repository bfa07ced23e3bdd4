// Adds up the operands of a row or a column of a packed array: what the other side's unsigned operands, which enter less 2^(bits - 1),
// take from a result. sum_o shows the sum four clock edges after the operands; it holds 1023 steps.
`default_nettype none

module ampa_packed_line_sum (
  input  wire        clk_i,
  input  wire        valid_i,  // with the operands
  input  wire        first_i,  // they are the first of a tile
  input  wire [63:0] lanes_i,  // eight, two's complement
  output wire [20:0] sum_o
);

  reg [35:0] pairs_q;
  reg [19:0] halves_q;
  reg [10:0] total_q;
  reg [20:0] sum_q;
  reg [2:0]  valid_q, first_q;

  genvar l;
  generate
    for (l = 0; l < 4; l = l + 1) begin : gen_pairs
      always @(posedge clk_i) begin : p_pairs
        pairs_q[9*l +: 9] <= {lanes_i[16*l+7], lanes_i[16*l +: 8]} + {lanes_i[16*l+15], lanes_i[16*l+8 +: 8]};
      end
    end
    for (l = 0; l < 2; l = l + 1) begin : gen_halves
      always @(posedge clk_i) begin : p_halves
        halves_q[10*l +: 10] <= {pairs_q[18*l+8], pairs_q[18*l +: 9]} + {pairs_q[18*l+17], pairs_q[18*l+9 +: 9]};
      end
    end
  endgenerate

  always @(posedge clk_i) begin : p_sum
    valid_q <= {valid_q[1:0], valid_i};
    first_q <= {first_q[1:0], first_i};
    total_q <= {halves_q[9], halves_q[9:0]} + {halves_q[19], halves_q[19:10]};
    if (valid_q[2]) sum_q <= (first_q[2] ? 21'd0 : sum_q) + {{10{total_q[10]}}, total_q};
  end

  assign sum_o = sum_q;

endmodule

`default_nettype wire
