// The sum of eight unsigned numbers, two of them a clock cycle: lanes 2s and 2s + 1 come s cycles after lanes 0 and 1, sum_o
// shows the sum four cycles after those.
//
// Parameter: Bits of a number.
`default_nettype none

module ampa_column_chain #(
  parameter Bits = 5
) (
  input  wire              clk_i,
  input  wire [8*Bits-1:0] b_i,
  output wire [Bits+2:0]   sum_o
);

  reg [Bits:0]   sum_2_q;
  reg [Bits+1:0] sum_4_q;
  reg [Bits+2:0] sum_6_q, sum_8_q;

  always @(posedge clk_i) begin : p_chain
    sum_2_q <= {1'b0, b_i[0 +: Bits]} + {1'b0, b_i[Bits +: Bits]};
    sum_4_q <= ({1'b0, sum_2_q} + {2'd0, b_i[2*Bits +: Bits]}) + {2'd0, b_i[3*Bits +: Bits]};
    sum_6_q <= ({1'b0, sum_4_q} + {3'd0, b_i[4*Bits +: Bits]}) + {3'd0, b_i[5*Bits +: Bits]};
    sum_8_q <= (sum_6_q + {3'd0, b_i[6*Bits +: Bits]}) + {3'd0, b_i[7*Bits +: Bits]};
  end

  assign sum_o = sum_8_q;

endmodule

`default_nettype wire
