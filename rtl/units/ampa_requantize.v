// From the integer sums of a job to the codes of another tensor: ampa_dequantize followed by ampa_quantize; rule Z3 of the
// numerics contract.
//
// The configuration is taken with every sum. Ranges as in the two units; the dequantized value must be finite or an infinity.
// No parameters. Timing: latency 11 cycles, one sum per cycle.
`default_nettype none

module ampa_requantize (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        in_valid_i,
  output wire        in_ready_o,
  input  wire [63:0] in_sum_i,
  input  wire [63:0] in_row_i,
  input  wire [63:0] in_col_i,
  input  wire [31:0] in_scale_i,       // FP32, of the sums
  input  wire [15:0] in_random_i,      // read if in_stochastic_i
  input  wire        in_last_i,
  input  wire [31:0] in_inv_scale_i,   // FP32, of the codes
  input  wire [7:0]  in_zero_point_i,
  input  wire [8:0]  in_min_code_i,    // two's complement
  input  wire [8:0]  in_max_code_i,    // two's complement
  input  wire        in_stochastic_i,
  output wire        out_valid_o,
  input  wire        out_ready_i,
  output wire [7:0]  out_code_o,       // two's complement if min < 0, else unsigned
  output wire [8:0]  out_level_o,      // code - z, two's complement
  output wire [31:0] out_q16_o,        // two's complement; see ampa_sensitivity
  output wire        out_last_o
);

  wire        mid_valid, mid_ready, mid_last, mid_stochastic;
  wire [31:0] mid_data, mid_inv_scale;
  wire [15:0] mid_random;
  wire [7:0]  mid_zero_point;
  wire [8:0]  mid_min_code, mid_max_code;

  ampa_dequantize #(
    .TagWidth(76)
  ) u_dequantize (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_sum_i   (in_sum_i),
    .in_row_i   (in_row_i),
    .in_col_i   (in_col_i),
    .in_scale_i (in_scale_i),
    .in_tag_i   ({in_random_i, in_last_i, in_inv_scale_i, in_zero_point_i, in_min_code_i, in_max_code_i,
                  in_stochastic_i}),
    .out_valid_o(mid_valid),
    .out_ready_i(mid_ready),
    .out_data_o (mid_data),
    .out_tag_o  ({mid_random, mid_last, mid_inv_scale, mid_zero_point, mid_min_code, mid_max_code, mid_stochastic})
  );

  ampa_quantize u_quantize (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .in_valid_i     (mid_valid),
    .in_ready_o     (mid_ready),
    .in_data_i      (mid_data),
    .in_random_i    (mid_random),
    .in_last_i      (mid_last),
    .in_inv_scale_i (mid_inv_scale),
    .in_zero_point_i(mid_zero_point),
    .in_min_code_i  (mid_min_code),
    .in_max_code_i  (mid_max_code),
    .in_stochastic_i(mid_stochastic),
    .out_valid_o    (out_valid_o),
    .out_ready_i    (out_ready_i),
    .out_code_o     (out_code_o),
    .out_level_o    (out_level_o),
    .out_q16_o      (out_q16_o),
    .out_last_o     (out_last_o)
  );

endmodule

`default_nettype wire
