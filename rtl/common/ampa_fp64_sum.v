// The sum of FP32 numbers >= 0 in double, one added at a time and every sum rounded to nearest, ties to even; the sums of
// rule G1 of the numerics contract.
//
// A number is significand * 2^(exponent - 150), the sum significand * 2^(exponent - 179). clear_i sets the sum to 0.
//
// No parameters.
// Ranges: the number is normal, its significand with the leading one, or 0 with exponent and significand 0; at most 2^16 are
// added.
// Timing: the sum holds a number from the second cycle after the one in which add_i is high; one number every 2 cycles.
`default_nettype none

module ampa_fp64_sum (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        clear_i,
  input  wire        add_i,
  input  wire [7:0]  exponent_i,
  input  wire [23:0] significand_i,
  output wire [8:0]  exponent_o,
  output wire [52:0] significand_o
);

  reg         add_q;
  reg [8:0]   exponent_q, high_exponent_q;
  reg [52:0]  significand_q, high_q;
  reg [54:0]  low_q;   // in units of a quarter of the last place of high_q
  reg         lost_q;  // something lies below

  // Align: the number of the larger exponent stays, the other one is shifted down to it.
  wire        is_above = {1'b0, exponent_i} > exponent_q;
  wire [52:0] number   = {significand_i, 29'd0};
  wire [8:0]  distance = is_above ? {1'b0, exponent_i} - exponent_q : exponent_q - {1'b0, exponent_i};
  wire [5:0]  shift    = distance[8:6] != 3'd0 ? 6'd63 : distance[5:0];
  wire [54:0] lower    = {is_above ? significand_q : number, 2'b00};
  wire [54:0] kept     = {55{1'b1}} << shift;

  // Add, and round what is below the last place.
  wire [55:0] sum      = {1'b0, high_q, 2'b00} + {1'b0, low_q};
  wire        is_carry = sum[55];
  wire [52:0] whole    = is_carry ? sum[55:3] : sum[54:2];
  wire        half     = is_carry ? sum[2] : sum[1];
  wire        more     = lost_q || sum[0] || (is_carry && sum[1]);
  wire [53:0] rounded  = {1'b0, whole} + {53'd0, half && (more || whole[0])};

  assign exponent_o    = exponent_q;
  assign significand_o = significand_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_sum
    if (!rst_ni) begin
      add_q           <= 1'b0;
      exponent_q      <= 9'd0;
      significand_q   <= 53'd0;
      high_exponent_q <= 9'd0;
      high_q          <= 53'd0;
      low_q           <= 55'd0;
      lost_q          <= 1'b0;
    end else if (clear_i) begin
      add_q         <= 1'b0;
      exponent_q    <= 9'd0;
      significand_q <= 53'd0;
    end else begin
      add_q <= add_i;
      if (add_i) begin
        high_exponent_q <= is_above ? {1'b0, exponent_i} : exponent_q;
        high_q          <= is_above ? number : significand_q;
        low_q           <= lower >> shift;
        lost_q          <= (lower & ~kept) != 55'd0;
      end
      if (add_q) begin
        exponent_q    <= high_exponent_q + {8'd0, is_carry} + {8'd0, rounded[53]};
        significand_q <= rounded[53] ? rounded[53:1] : rounded[52:0];
      end
    end
  end

endmodule

`default_nettype wire
