// Delays the lanes of a word as an element of 32 lanes wants them: lanes 2s and 2s + 1 of every eight by s cycles.
//
// Parameter: Width, bits of a lane.
`default_nettype none

module ampa_lane_delay #(
  parameter Width = 8
) (
  input  wire                clk_i,
  input  wire [32*Width-1:0] word_i,
  output wire [32*Width-1:0] word_o
);

  genvar l;
  generate
    for (l = 0; l < 16; l = l + 1) begin : gen_pairs
      ampa_delay #(
        .Width (2 * Width),
        .Cycles(l % 4)
      ) u_delay (
        .clk_i (clk_i),
        .word_i(word_i[2*Width*l +: 2*Width]),
        .word_o(word_o[2*Width*l +: 2*Width])
      );
    end
  endgenerate

endmodule

`default_nettype wire
