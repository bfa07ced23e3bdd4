// From the integer sums of a job to FP32: fl32(fl32(sum - row - col) * scale); rule Z2 of the numerics contract.
//
// The difference is exact in 64-bit two's complement; its conversion and the product are rounded once each. A tag of the
// caller's choice, such as a last flag, travels with each sum.
//
// Parameters: TagWidth, >= 1.
// Ranges: the corrected sum fits 64 bits, as it does for jobs inside the contract's bounds.
// Timing: latency 6 cycles, one sum per cycle.
`default_nettype none

module ampa_dequantize #(
  parameter TagWidth = 1
) (
  input  wire                clk_i,
  input  wire                rst_ni,
  input  wire                in_valid_i,
  output wire                in_ready_o,
  input  wire [63:0]         in_sum_i,
  input  wire [63:0]         in_row_i,
  input  wire [63:0]         in_col_i,
  input  wire [31:0]         in_scale_i,  // FP32
  input  wire [TagWidth-1:0] in_tag_i,
  output wire                out_valid_o,
  input  wire                out_ready_i,
  output wire [31:0]         out_data_o,  // FP32
  output wire [TagWidth-1:0] out_tag_o
);

  generate
    if (TagWidth < 1) begin : gen_check_tag_width
      ampa_error_tag_width_must_be_at_least_1 u_error ();
    end
  endgenerate

  wire                int_valid, int_ready;
  wire [63:0]         int_value;
  wire [31:0]         int_scale;
  wire [TagWidth-1:0] int_tag;

  ampa_stream_register #(
    .Width(TagWidth + 96)
  ) u_corrected (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  ({in_tag_i, in_scale_i, in_sum_i - in_row_i - in_col_i}),
    .out_valid_o(int_valid),
    .out_ready_i(int_ready),
    .out_data_o ({int_tag, int_scale, int_value})
  );

  wire                mul_valid, mul_ready;
  wire [31:0]         mul_value, mul_scale;
  wire [TagWidth-1:0] mul_tag;

  ampa_int_to_fp32 #(
    .TagWidth(TagWidth + 32)
  ) u_convert (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (int_valid),
    .in_ready_o (int_ready),
    .in_value_i (int_value),
    .in_tag_i   ({int_tag, int_scale}),
    .out_valid_o(mul_valid),
    .out_ready_i(mul_ready),
    .out_value_o(mul_value),
    .out_tag_o  ({mul_tag, mul_scale})
  );

  ampa_fp32_mul #(
    .TagWidth(TagWidth)
  ) u_scale (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .in_valid_i   (mul_valid),
    .in_ready_o   (mul_ready),
    .in_a_i       (mul_value),
    .in_b_i       (mul_scale),
    .in_tag_i     (mul_tag),
    .out_valid_o  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_product_o(out_data_o),
    .out_tag_o    (out_tag_o)
  );

endmodule

`default_nettype wire
