// The codes of a narrower width of codes of a wide one: a shift, a rounding, a limit. Rules U2 and U4 of the numerics
// contract; it is what changes the width of a model that is stored once, as integers.
//
// No parameters.
// Ranges: a code of in_high_bits_i bits in two's complement, sign-extended; 2 <= in_low_bits_i <= in_high_bits_i <= 8.
// Timing: latency 1 cycle, one code per cycle.
`default_nettype none

module ampa_double_round (
  input  wire       clk_i,
  input  wire       rst_ni,
  input  wire       in_valid_i,
  output wire       in_ready_o,
  input  wire [7:0] in_code_i,
  input  wire [3:0] in_high_bits_i,
  input  wire [3:0] in_low_bits_i,
  input  wire       in_last_i,
  output wire       out_valid_o,
  input  wire       out_ready_i,
  output wire [7:0] out_code_o,  // two's complement of in_low_bits_i bits, sign-extended
  output wire       out_last_o
);

  // Below the point stands what is shifted out; a half goes to the even code.
  wire [3:0]        difference = in_high_bits_i - in_low_bits_i;
  wire [2:0]        shift      = difference[2:0];
  wire signed [8:0] code       = {in_code_i[7], in_code_i};
  wire [8:0]        half       = (9'd1 << shift) >> 1;
  wire [8:0]        below_half = half - {8'd0, shift != 3'd0 && !in_code_i[shift]};
  wire signed [8:0] biased     = code + $signed(below_half);
  wire signed [8:0] rounded    = biased >>> shift;

  // Only upwards can a rounding leave the codes of the width.
  wire [8:0] limit    = (9'd1 << (in_low_bits_i - 4'd1)) - 9'd1;
  wire       is_above = rounded > $signed(limit);
  wire [7:0] result   = is_above ? limit[7:0] : rounded[7:0];

  ampa_stream_register #(
    .Width(9)
  ) u_code (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  ({in_last_i, result}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_last_o, out_code_o})
  );

  wire unused_difference = difference[3];

endmodule

`default_nettype wire
