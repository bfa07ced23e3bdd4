// A word some clock cycles later. Without reset.
//
// Parameters: Width, bits of the word; Cycles, 0 or more.
`default_nettype none

module ampa_delay #(
  parameter Width  = 32,
  parameter Cycles = 1
) (
  input  wire             clk_i,
  input  wire [Width-1:0] word_i,
  output wire [Width-1:0] word_o
);

  generate
    if (Cycles == 0) begin : gen_none
      assign word_o = word_i;
      wire unused = &{1'b0, clk_i};
    end else begin : gen_registers
      reg  [Width*Cycles-1:0] words_q;
      wire [Width*Cycles+Width-1:0] words = {words_q, word_i};
      always @(posedge clk_i) begin : p_words
        words_q <= words[Width*Cycles-1:0];
      end
      assign word_o = words[Width*Cycles +: Width];
    end
  endgenerate

endmodule

`default_nettype wire
