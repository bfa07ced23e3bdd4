// A 64-bit integer in two's complement as FP32, rounded once to nearest, ties to even.
//
// A tag of the caller's choice travels with each integer. Parameters: TagWidth, >= 1.
// Timing: latency 2 cycles (magnitude, shift and round), one number per cycle.
`default_nettype none

module ampa_int_to_fp32 #(
  parameter TagWidth = 1
) (
  input  wire                clk_i,
  input  wire                rst_ni,
  input  wire                in_valid_i,
  output wire                in_ready_o,
  input  wire [63:0]         in_value_i,
  input  wire [TagWidth-1:0] in_tag_i,
  output wire                out_valid_o,
  input  wire                out_ready_i,
  output wire [31:0]         out_value_o,
  output wire [TagWidth-1:0] out_tag_o
);

  generate
    if (TagWidth < 1) begin : gen_check_tag_width
      ampa_error_tag_width_must_be_at_least_1 u_error ();
    end
  endgenerate

  wire [63:0] magnitude = in_value_i[63] ? 64'd0 - in_value_i : in_value_i;
  wire [6:0]  zeros;

  ampa_leading_zeros #(
    .Width(64)
  ) u_leading_zeros (
    .data_i (magnitude),
    .count_o(zeros)
  );

  wire                rnd_valid, rnd_ready, rnd_sign;
  wire [6:0]          rnd_zeros;
  wire [63:0]         rnd_magnitude;
  wire [TagWidth-1:0] rnd_tag;

  ampa_stream_register #(
    .Width(TagWidth + 72)
  ) u_magnitude (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  ({in_tag_i, in_value_i[63], zeros, magnitude}),
    .out_valid_o(rnd_valid),
    .out_ready_i(rnd_ready),
    .out_data_o ({rnd_tag, rnd_sign, rnd_zeros, rnd_magnitude})
  );

  // Bit 63 of `shifted` is the leading one; of the rest 23 bits are kept. An integer with its leading one in bit 63 has the
  // exponent 127 + 63. A carry out of the fraction raises the exponent, as it should.
  wire [63:0] shifted  = rnd_magnitude << rnd_zeros[5:0];
  wire        is_up    = shifted[39] && (shifted[38:0] != 39'd0 || shifted[40]);
  wire [7:0]  exponent = shifted[63] ? 8'd190 - {1'b0, rnd_zeros} : 8'd0;
  wire [30:0] rounded  = {exponent, shifted[62:40]} + {30'd0, is_up};

  ampa_stream_register #(
    .Width(TagWidth + 32)
  ) u_rounded (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (rnd_valid),
    .in_ready_o (rnd_ready),
    .in_data_i  ({rnd_tag, rnd_sign, rounded}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_tag_o, out_value_o})
  );

endmodule

`default_nettype wire
