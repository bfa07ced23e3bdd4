// The sum of the absolute values of the corrected sums of a job, E|gradient| of AMPA eq. (9) and (11); rules Z1 and M4 of the
// numerics contract: |sum - row - col| over all sums of the job, in 64 bits.
//
// in_last_i marks the last sum of a job. All integers are 64-bit two's complement, and so is the corrected sum, which jobs
// inside the contract's bounds do not exceed. The result is modulo 2^64.
// No parameters. Timing: latency 2 cycles from the last sum, one sum per cycle.
`default_nettype none

module ampa_abs_sum (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        in_valid_i,
  output wire        in_ready_o,
  input  wire [63:0] in_sum_i,
  input  wire [63:0] in_row_i,
  input  wire [63:0] in_col_i,
  input  wire        in_last_i,
  output wire        out_valid_o,
  input  wire        out_ready_i,
  output wire [63:0] out_abs_sum_o
);

  wire [63:0] corrected = in_sum_i - in_row_i - in_col_i;

  wire        sum_valid, sum_ready, sum_last;
  wire [63:0] sum_corrected;

  ampa_stream_register #(
    .Width(65)
  ) u_corrected (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  ({in_last_i, corrected}),
    .out_valid_o(sum_valid),
    .out_ready_i(sum_ready),
    .out_data_o ({sum_last, sum_corrected})
  );

  ampa_stream_sums #(
    .Channels(1),
    .Width   (64)
  ) u_sums (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (sum_valid),
    .in_ready_o (sum_ready),
    .in_values_i(sum_corrected[63] ? 64'd0 - sum_corrected : sum_corrected),
    .in_last_i  (sum_last),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_sums_o (out_abs_sum_o)
  );

endmodule

`default_nettype wire
