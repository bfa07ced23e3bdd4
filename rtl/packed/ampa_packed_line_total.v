// Adds up the operands of a row or a column of a packed array that enter in one cycle: total_o shows the sum three clock edges after them.
`default_nettype none

module ampa_packed_line_total (
  input  wire        clk_i,
  input  wire [63:0] lanes_i,  // eight, two's complement
  output wire [10:0] total_o
);

  reg [35:0] pairs_q;
  reg [19:0] halves_q;
  reg [10:0] total_q;

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

  always @(posedge clk_i) begin : p_total
    total_q <= {halves_q[9], halves_q[9:0]} + {halves_q[19], halves_q[19:10]};
  end

  assign total_o = total_q;

endmodule

`default_nettype wire
