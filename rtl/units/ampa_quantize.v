// FP32 elements to codes of 2 to 8 bits: rules Q3, Q4, Q6 and Q8 (nearest) and S1 (stochastic) of the numerics contract.
//
//   q16  = floor(u * 2^16), u = fl32(x * inv) limited to [-2^14, 2^14]
//   code = clamp(((q16 + addend) >> 16) + z, min, max)
//
// with the 16 random bits of the element as addend if stochastic; for nearest rounding 2^15 - 1, or 2^15 if q16 is odd in
// its integer part or cut something off, which rounds ties to even. Limiting u to 2^14 instead of 2^21 changes no code, and
// clamping after the addition instead of before it changes no stochastic code.
//
// The configuration is taken with every element, so that tensors of different formats may follow each other without a gap.
// Ranges: x and inv finite, inv >= 0; 0 <= z <= 255, 0 if stochastic; -127 <= min <= max <= 255.
// No parameters. Timing: latency 5 cycles, one element per cycle.
`default_nettype none

module ampa_quantize (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        in_valid_i,
  output wire        in_ready_o,
  input  wire [31:0] in_data_i,        // x
  input  wire [15:0] in_random_i,      // read if in_stochastic_i
  input  wire        in_last_i,
  input  wire [31:0] in_inv_scale_i,   // FP32
  input  wire [7:0]  in_zero_point_i,
  input  wire [8:0]  in_min_code_i,    // two's complement
  input  wire [8:0]  in_max_code_i,    // two's complement
  input  wire        in_stochastic_i,
  output wire        out_valid_o,
  input  wire        out_ready_i,
  output wire [7:0]  out_code_o,       // two's complement if min < 0, else unsigned
  output wire [8:0]  out_level_o,      // code - z, two's complement
  output wire [31:0] out_q16_o,        // two's complement; the measure of the error, see ampa_sensitivity
  output wire        out_last_o
);

  wire        fix_valid, fix_ready, fix_last, fix_stochastic;
  wire [31:0] fix_scaled;
  wire [15:0] fix_random;
  wire [7:0]  fix_zero_point;
  wire [8:0]  fix_min, fix_max;

  ampa_fp32_mul #(
    .TagWidth(44)
  ) u_scale (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .in_valid_i   (in_valid_i),
    .in_ready_o   (in_ready_o),
    .in_a_i       (in_data_i),
    .in_b_i       (in_inv_scale_i),
    .in_tag_i     ({in_last_i, in_stochastic_i, in_random_i, in_zero_point_i, in_min_code_i, in_max_code_i}),
    .out_valid_o  (fix_valid),
    .out_ready_i  (fix_ready),
    .out_product_o(fix_scaled),
    .out_tag_o    ({fix_last, fix_stochastic, fix_random, fix_zero_point, fix_min, fix_max})
  );

  wire [31:0] fix_q16;
  wire        fix_is_cut;

  ampa_fp32_to_q16 u_fixed_point (
    .value_i (fix_scaled),
    .q16_o   (fix_q16),
    .is_cut_o(fix_is_cut)
  );

  wire [15:0] half       = fix_q16[16] || fix_is_cut ? 16'h8000 : 16'h7FFF;
  wire [15:0] fix_addend = fix_stochastic ? fix_random : half;

  wire        rnd_valid, rnd_ready, rnd_last;
  wire [31:0] rnd_q16;
  wire [15:0] rnd_addend;
  wire [7:0]  rnd_zero_point;
  wire [8:0]  rnd_min, rnd_max;

  ampa_stream_register #(
    .Width(75)
  ) u_fixed (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (fix_valid),
    .in_ready_o (fix_ready),
    .in_data_i  ({fix_last, fix_q16, fix_addend, fix_zero_point, fix_min, fix_max}),
    .out_valid_o(rnd_valid),
    .out_ready_i(rnd_ready),
    .out_data_o ({rnd_last, rnd_q16, rnd_addend, rnd_zero_point, rnd_min, rnd_max})
  );

  wire               carry;
  wire        [15:0] unused_fraction;
  assign {carry, unused_fraction} = {1'b0, rnd_q16[15:0]} + {1'b0, rnd_addend};

  wire signed [16:0] rounded = {rnd_q16[31], rnd_q16[31:16]} + {16'd0, carry};
  wire signed [16:0] moved   = rounded + $signed({9'd0, rnd_zero_point});
  wire signed [16:0] lowest  = {{8{rnd_min[8]}}, rnd_min};
  wire signed [16:0] highest = {{8{rnd_max[8]}}, rnd_max};
  reg         [8:0]  code;

  always @* begin
    code = moved[8:0];
    if (moved < lowest) code = rnd_min;
    if (moved > highest) code = rnd_max;
  end

  wire unused_code;

  ampa_stream_register #(
    .Width(51)
  ) u_rounded (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (rnd_valid),
    .in_ready_o (rnd_ready),
    .in_data_i  ({rnd_last, rnd_q16, code - {1'b0, rnd_zero_point}, code}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_last_o, out_q16_o, out_level_o, unused_code, out_code_o})
  );

endmodule

`default_nettype wire
