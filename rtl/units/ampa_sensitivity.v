// The exact sums behind the sensitivities of AMPA eq. (9) and (11), from what ampa_quantize returns; rules M1 to M3 of the
// numerics contract: per tensor the sum of |q16 - level * 2^16|, the quantization error in units of scale / 2^16, and the
// sum of |level|, level = code - z.
//
// in_last_i marks the last element of a tensor. Sums are modulo 2^64, which 2^32 elements do not reach.
// Ranges: -2^30 <= q16 <= 2^30, -255 <= level <= 255.
// No parameters. Timing: latency 2 cycles from the last element, one element per cycle.
`default_nettype none

module ampa_sensitivity (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        in_valid_i,
  output wire        in_ready_o,
  input  wire [31:0] in_q16_i,    // two's complement
  input  wire [8:0]  in_level_i,  // two's complement
  input  wire        in_last_i,
  output wire        out_valid_o,
  input  wire        out_ready_i,
  output wire [63:0] out_error_q16_o,
  output wire [63:0] out_abs_levels_o
);

  wire [31:0] difference = in_q16_i - {{7{in_level_i[8]}}, in_level_i, 16'd0};
  wire [31:0] error      = difference[31] ? 32'd0 - difference : difference;
  wire [8:0]  magnitude  = in_level_i[8] ? 9'd0 - in_level_i : in_level_i;

  wire        sum_valid, sum_ready, sum_last;
  wire [31:0] sum_error;
  wire [8:0]  sum_magnitude;

  ampa_stream_register #(
    .Width(42)
  ) u_magnitudes (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  ({in_last_i, magnitude, error}),
    .out_valid_o(sum_valid),
    .out_ready_i(sum_ready),
    .out_data_o ({sum_last, sum_magnitude, sum_error})
  );

  ampa_stream_sums #(
    .Channels(2),
    .Width   (32)
  ) u_sums (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (sum_valid),
    .in_ready_o (sum_ready),
    .in_values_i({23'd0, sum_magnitude, sum_error}),
    .in_last_i  (sum_last),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_sums_o ({out_abs_levels_o, out_error_q16_o})
  );

endmodule

`default_nettype wire
