// The product of two FP32 numbers, IEEE 754, rounded once to nearest, ties to even; rule Q1 of the numerics contract.
//
// Denormal numbers are taken and produced as they are. Overflow gives an infinity; every NaN result is 0x7FC00000.
// A tag of the caller's choice travels with each pair of factors.
//
// Parameters: TagWidth, >= 1.
// Timing: latency 3 cycles (multiply, normalise, round), one product per cycle.
`default_nettype none

module ampa_fp32_mul #(
  parameter TagWidth = 1
) (
  input  wire                clk_i,
  input  wire                rst_ni,
  input  wire                in_valid_i,
  output wire                in_ready_o,
  input  wire [31:0]         in_a_i,
  input  wire [31:0]         in_b_i,
  input  wire [TagWidth-1:0] in_tag_i,
  output wire                out_valid_o,
  input  wire                out_ready_i,
  output wire [31:0]         out_product_o,
  output wire [TagWidth-1:0] out_tag_o
);

  generate
    if (TagWidth < 1) begin : gen_check_tag_width
      ampa_error_tag_width_must_be_at_least_1 u_error ();
    end
  endgenerate

  // Multiply. A number is significand * 2^(exponent - 150), denormal numbers with exponent 1 and no leading one.
  wire        a_normal   = in_a_i[30:23] != 8'd0;
  wire        b_normal   = in_b_i[30:23] != 8'd0;
  wire        a_special  = in_a_i[30:23] == 8'hFF;
  wire        b_special  = in_b_i[30:23] == 8'hFF;
  wire        a_fraction = in_a_i[22:0] != 23'd0;
  wire        b_fraction = in_b_i[22:0] != 23'd0;
  wire        a_zero     = !a_normal && !a_fraction;
  wire        b_zero     = !b_normal && !b_fraction;
  wire        mul_sign   = in_a_i[31] ^ in_b_i[31];
  wire        mul_nan    = (a_special && (a_fraction || b_zero)) || (b_special && (b_fraction || a_zero));
  wire        mul_inf    = a_special || b_special;
  wire [8:0]  mul_exponents = {1'b0, in_a_i[30:23]} + {8'd0, !a_normal} + {1'b0, in_b_i[30:23]} + {8'd0, !b_normal};
  wire [47:0] mul_product = {24'd0, a_normal, in_a_i[22:0]} * {24'd0, b_normal, in_b_i[22:0]};

  wire                nor_valid, nor_ready, nor_sign, nor_nan, nor_inf;
  wire [8:0]          nor_exponents;
  wire [47:0]         nor_product;
  wire [TagWidth-1:0] nor_tag;

  ampa_stream_register #(
    .Width(TagWidth + 60)
  ) u_multiplied (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_data_i  ({in_tag_i, mul_sign, mul_nan, mul_inf, mul_exponents, mul_product}),
    .out_valid_o(nor_valid),
    .out_ready_i(nor_ready),
    .out_data_o ({nor_tag, nor_sign, nor_nan, nor_inf, nor_exponents, nor_product})
  );

  // Normalise: shift the product so that its top 24 bits are the significand of the result, which has its leading one in
  // bit 47 unless it is denormal. `room` is by how much the exponent lets the product be shifted to the left.
  wire [6:0]  zeros;
  wire [9:0]  room       = {1'b0, nor_exponents} - 10'd127;
  wire        is_right   = room[9];
  wire [9:0]  deficit    = 10'd0 - room;  // 1 .. 125 if is_right
  wire [4:0]  right      = deficit[9:5] != 5'd0 ? 5'd31 : deficit[4:0];
  wire [5:0]  left       = room[8:0] < {2'b00, zeros} ? room[5:0] : zeros[5:0];
  wire [47:0] shifted    = is_right ? nor_product >> right : nor_product << left;
  wire        lost       = is_right && (nor_product[30:0] & ~(31'h7FFF_FFFF << right)) != 31'd0;
  wire [8:0]  exponent   = shifted[47] ? nor_exponents - 9'd126 - {3'd0, left} : 9'd0;

  ampa_leading_zeros #(
    .Width(48)
  ) u_leading_zeros (
    .data_i (nor_product),
    .count_o(zeros)
  );

  wire                rnd_valid, rnd_ready, rnd_sign, rnd_nan, rnd_inf, rnd_half, rnd_more;
  wire [31:0]         rnd_value;
  wire [TagWidth-1:0] rnd_tag;

  ampa_stream_register #(
    .Width(TagWidth + 37)
  ) u_normalised (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (nor_valid),
    .in_ready_o (nor_ready),
    .in_data_i  ({nor_tag, nor_sign, nor_nan, nor_inf, exponent, shifted[46:23], lost || shifted[22:0] != 23'd0}),
    .out_valid_o(rnd_valid),
    .out_ready_i(rnd_ready),
    .out_data_o ({rnd_tag, rnd_sign, rnd_nan, rnd_inf, rnd_value, rnd_half, rnd_more})
  );

  // Round: a carry out of the fraction raises the exponent, as it should.
  wire [31:0] rounded  = rnd_value + {31'd0, rnd_half && (rnd_more || rnd_value[0])};
  wire        overflow = rounded[31:23] >= 9'd255;
  reg  [31:0] result;

  always @* begin
    result = {rnd_sign, rounded[30:0]};
    if (rnd_inf || overflow) result = {rnd_sign, 31'h7F80_0000};
    if (rnd_nan) result = 32'h7FC0_0000;
  end

  ampa_stream_register #(
    .Width(TagWidth + 32)
  ) u_rounded (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (rnd_valid),
    .in_ready_o (rnd_ready),
    .in_data_i  ({rnd_tag, result}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_tag_o, out_product_o})
  );

endmodule

`default_nettype wire
