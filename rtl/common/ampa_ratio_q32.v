// factor * number / sum as C++ forms it in double, in units of 2^-32: floor(p * 2^32) of a p that is rounded once; the
// quotients of rules G1 and G2 of the numerics contract.
//
// The number is significand * 2^(exponent - 150), the sum significand * 2^(exponent - 179), and what divides the factor is
// 2^shift. Nothing of the rounded quotient but its multiple of 2^-32 matters, so 32 steps of long division are enough: the
// quotient y = q + r / S in those units rises to q + 1 by rounding if (q + 1 - y) is at most half a unit in the last place
// of a double below q + 1, 2^(L - 54) for a q of L bits, that is if S - r <= S * 2^(L - 54).
//
// Parameters: FactorWidth, 1 to 28: below 2^28 no product needs rounding, and quotients that lose bits to the right are 0.
// Ranges: the sum is at least the number; the quotient means something if at_least_one_o is low and the sum is not 0.
// Timing: at_least_one_o tells in the 2nd cycle after the one with start_i whether factor * number >= sum; done_o rises with
// the quotient in the 35th and stays until the next start, which may come at any time. The sum is read from the 1st cycle
// after the start on, the other inputs in the cycle of the start.
`default_nettype none

module ampa_ratio_q32 #(
  parameter FactorWidth = 10
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   start_i,
  input  wire [FactorWidth-1:0] factor_i,
  input  wire [1:0]             shift_i,
  input  wire [7:0]             exponent_i,
  input  wire [23:0]            significand_i,
  input  wire [8:0]             sum_exponent_i,
  input  wire [52:0]            sum_significand_i,
  output wire                   at_least_one_o,
  output wire                   done_o,
  output wire [31:0]            quotient_o
);

  generate
    if (FactorWidth < 1 || FactorWidth > 28) begin : gen_check_factor_width
      ampa_error_factor_width_must_be_1_to_28 u_error ();
    end
  endgenerate

  localparam ProductWidth  = FactorWidth + 24;
  localparam DividendWidth = ProductWidth + 61;
  localparam [5:0] IDLE   = 6'd0;
  localparam [5:0] ALIGN  = 6'd1;
  localparam [5:0] DIVIDE = 6'd2;   // the first of 32
  localparam [5:0] ROUND  = 6'd34;
  localparam [5:0] DONE   = 6'd35;

  reg [5:0]              step_q;
  reg [ProductWidth-1:0] product_q;
  reg [9:0]              left_q;       // by which the product has to be shifted, but for the sum's exponent
  reg                    over_q;       // the quotient is above the range of the division
  reg [52:0]             remainder_q;
  reg [31:0]             low_q;        // digits of the dividend from above, of the quotient from below
  reg                    is_raised_q;

  // The product's last place is 2^left of the sum's, and 2^32 more for the units of the quotient.
  wire [9:0]               left     = left_q - {1'b0, sum_exponent_i};
  wire [DividendWidth-1:0] dividend = left[9] ? {DividendWidth{1'b0}} : {61'd0, product_q} << left[5:0];

  wire [53:0] digits      = {remainder_q, low_q[31]};
  wire        is_one      = digits >= {1'b0, sum_significand_i};
  wire [53:0] reduced     = digits - {1'b0, sum_significand_i};

  // Half a unit in the last place of a double in units of 2^-32 of the sum's last place.
  wire [6:0]  zeros;
  wire [30:0] half_unit   = sum_significand_i[52:22] >> zeros[5:0];
  wire [52:0] to_next     = sum_significand_i - remainder_q;

  ampa_leading_zeros #(
    .Width(32)
  ) u_leading_zeros (
    .data_i (low_q),
    .count_o(zeros)
  );

  assign at_least_one_o = over_q || remainder_q >= sum_significand_i;
  assign done_o         = step_q == DONE;
  assign quotient_o     = low_q + {31'd0, is_raised_q};

  always @(posedge clk_i or negedge rst_ni) begin : p_step
    if (!rst_ni) begin
      step_q <= IDLE;
    end else if (start_i) begin
      step_q <= ALIGN;
    end else if (step_q != IDLE && step_q != DONE) begin
      step_q <= step_q + 6'd1;
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_digits
    if (!rst_ni) begin
      product_q   <= {ProductWidth{1'b0}};
      left_q      <= 10'd0;
      over_q      <= 1'b0;
      remainder_q <= 53'd0;
      low_q       <= 32'd0;
      is_raised_q <= 1'b0;
    end else if (start_i) begin
      product_q <= {24'd0, factor_i} * {{FactorWidth{1'b0}}, significand_i};
      left_q    <= 10'd61 - {8'd0, shift_i} + {2'd0, exponent_i};
    end else if (step_q == ALIGN) begin
      over_q      <= dividend[DividendWidth-1:85] != {(DividendWidth-85){1'b0}};
      remainder_q <= dividend[84:32];
      low_q       <= dividend[31:0];
    end else if (step_q >= DIVIDE && step_q < ROUND) begin
      remainder_q <= is_one ? reduced[52:0] : digits[52:0];
      low_q       <= {low_q[30:0], is_one};
    end else if (step_q == ROUND) begin
      is_raised_q <= to_next <= {22'd0, half_unit};
    end
  end

  wire unused_bits = &{left[8:6], zeros[6], reduced[53]};

endmodule

`default_nettype wire
