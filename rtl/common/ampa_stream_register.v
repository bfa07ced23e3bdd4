// One register between two handshakes: the stage that every streaming unit is made of.
//
// Parameters: Width, the bits of a word, >= 1.
// Handshake: a word passes a side in each cycle whose rising edge finds valid and ready high. Once out_valid_o is high, it
// and out_data_o stay as they are until the word passes. in_ready_o follows out_ready_i within the cycle.
// Timing: latency 1 cycle, one word per cycle.
`default_nettype none

module ampa_stream_register #(
  parameter Width = 32
) (
  input  wire             clk_i,
  input  wire             rst_ni,
  input  wire             in_valid_i,
  output wire             in_ready_o,
  input  wire [Width-1:0] in_data_i,
  output wire             out_valid_o,
  input  wire             out_ready_i,
  output wire [Width-1:0] out_data_o
);

  generate
    if (Width < 1) begin : gen_check_width
      ampa_error_width_must_be_at_least_1 u_error ();
    end
  endgenerate

  reg             valid_q;
  reg [Width-1:0] data_q;

  assign in_ready_o  = !valid_q || out_ready_i;
  assign out_valid_o = valid_q;
  assign out_data_o  = data_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_word
    if (!rst_ni) begin
      valid_q <= 1'b0;
      data_q  <= {Width{1'b0}};
    end else if (in_ready_o) begin
      valid_q <= in_valid_i;
      if (in_valid_i) data_q <= in_data_i;
    end
  end

endmodule

`default_nettype wire
