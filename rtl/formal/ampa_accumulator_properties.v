// The accumulator from any state: its flag tells the truth, and cannot rise for a job inside its bound.
//
// The bound is an induction: if |acc| <= bound, no flag, |product| <= limit and bound + limit < 2^31, then after the cycle
// |acc| <= bound + limit, and still no flag. A cleared accumulator has bound 0, so n products keep |acc| <= n * limit, and
// a job with steps * limit < 2^31 never raises the flag. The registers start with any values: two cycles are the whole
// induction step.
`default_nettype none

module ampa_accumulator_properties (
  input  wire        clk_i,
  input  wire        clear_i,
  input  wire        enable_i,
  input  wire [31:0] product_i,
  input  wire [31:0] limit_i,
  input  wire [31:0] bound_i,
  output wire        sum_fail_o,    // acc is the sum modulo 2^32, 0 after a clear, and else as it was
  output wire        sticky_fail_o, // the flag rises exactly with a sum beyond 32 bits, and stays until a clear
  output wire        bound_fail_o
);

  wire [31:0] acc;
  wire        overflow;

  ampa_accumulator u_accumulator (
    .clk_i     (clk_i),
    .rst_ni    (1'b1),
    .clear_i   (clear_i),
    .enable_i  (enable_i),
    .product_i (product_i),
    .acc_o     (acc),
    .overflow_o(overflow)
  );

  wire signed [33:0] wide_acc     = {{2{acc[31]}}, acc};
  wire signed [33:0] wide_product = {{2{product_i[31]}}, product_i};
  wire signed [33:0] wide_limit   = {2'd0, limit_i};
  wire signed [33:0] wide_bound   = {2'd0, bound_i};
  wire signed [33:0] wide_sum     = wide_acc + wide_product;
  wire signed [33:0] next_bound   = wide_bound + wide_limit;
  wire               fits         = wide_sum[33:31] == 3'b000 || wide_sum[33:31] == 3'b111;
  wire               inside       = !overflow && wide_acc <= wide_bound && wide_acc >= -wide_bound &&
                                    wide_product <= wide_limit && wide_product >= -wide_limit &&
                                    next_bound[33:31] == 3'b000;

  reg               checked_q = 1'b0;
  reg        [31:0] expected_q;
  reg               flag_q, inside_q;
  reg signed [33:0] bound_q;

  always @(posedge clk_i) begin : p_expect
    checked_q  <= 1'b1;
    expected_q <= clear_i ? 32'd0 : enable_i ? wide_sum[31:0] : acc;
    flag_q     <= !clear_i && (overflow || (enable_i && !fits));
    inside_q   <= inside;
    bound_q    <= clear_i ? 34'sd0 : enable_i ? next_bound : wide_bound;
  end

  assign sum_fail_o    = checked_q && acc != expected_q;
  assign sticky_fail_o = checked_q && overflow != flag_q;
  assign bound_fail_o  = checked_q && inside_q && (overflow || wide_acc > bound_q || wide_acc < -bound_q);

endmodule

`default_nettype wire
