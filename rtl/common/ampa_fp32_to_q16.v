// FP32 to fixed point with 16 fractional bits: floor(u * 2^16) of u limited to [-2^14, 2^14], as rule M1 of the numerics
// contract wants it. Combinational.
//
// is_cut_o tells that the floor cut something off, which is what rounding to nearest needs to know below bit 0. An infinity
// or a NaN is limited like any number beyond 2^14.
`default_nettype none

module ampa_fp32_to_q16 (
  input  wire [31:0] value_i,
  output wire [31:0] q16_o,    // two's complement, -2^30 .. 2^30
  output wire        is_cut_o
);

  localparam [7:0] LimitExponent = 8'd141;  // of 2^14

  // |u| * 2^16 = significand * 2^(exponent - 134), written as a right shift of significand * 2^7.
  wire        is_normal = value_i[30:23] != 8'd0;
  wire        is_beyond = value_i[30:23] >= LimitExponent;
  wire [7:0]  distance  = LimitExponent - value_i[30:23] - {7'd0, !is_normal};
  wire [4:0]  shift     = distance[7:5] != 3'd0 ? 5'd31 : distance[4:0];
  wire [30:0] whole     = {is_normal, value_i[22:0], 7'd0};
  wire [30:0] magnitude = is_beyond ? 31'h4000_0000 : whole >> shift;

  assign is_cut_o = !is_beyond && (whole & ~(31'h7FFF_FFFF << shift)) != 31'd0;
  assign q16_o    = value_i[31] ? 32'd0 - ({1'b0, magnitude} + {31'd0, is_cut_o}) : {1'b0, magnitude};

endmodule

`default_nettype wire
