// The smallest and the largest element of an FP32 tensor, 0 included: m and M of rule Q5 of the numerics contract.
//
// in_last_i marks the last element of a tensor, which has one element at least. After it the result stands at the output,
// and the next tensor may begin in the cycle in which it is taken. Infinities and NaNs clear finite_o (rule D3) and are left
// out of both.
//
// No parameters. Timing: latency 1 cycle from the last element, one element per cycle.
`default_nettype none

module ampa_minmax (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        in_valid_i,
  output wire        in_ready_o,
  input  wire [31:0] in_data_i,
  input  wire        in_last_i,
  output wire        out_valid_o,
  input  wire        out_ready_i,
  output wire [31:0] out_min_o,  // FP32, <= 0, never -0
  output wire [31:0] out_max_o,  // FP32, >= 0, never -0
  output wire        out_finite_o
);

  reg        valid_q, first_q;  // the result is that of a whole tensor; the next element is the first of a tensor
  reg        finite_q;
  reg [30:0] below_q, above_q;  // the largest magnitudes of negative and of positive elements

  wire        take      = in_valid_i && in_ready_o;
  wire        is_finite = in_data_i[30:23] != 8'hFF;
  wire [30:0] below     = first_q ? 31'd0 : below_q;
  wire [30:0] above     = first_q ? 31'd0 : above_q;

  assign in_ready_o   = !valid_q || out_ready_i;
  assign out_valid_o  = valid_q;
  assign out_min_o    = {below_q != 31'd0, below_q};
  assign out_max_o    = {1'b0, above_q};
  assign out_finite_o = finite_q;

  // Magnitudes of finite numbers are in the order of their bits.
  always @(posedge clk_i or negedge rst_ni) begin : p_result
    if (!rst_ni) begin
      valid_q  <= 1'b0;
      first_q  <= 1'b1;
      finite_q <= 1'b1;
      below_q  <= 31'd0;
      above_q  <= 31'd0;
    end else begin
      if (in_ready_o) valid_q <= take && in_last_i;
      if (take) begin
        first_q  <= in_last_i;
        finite_q <= (first_q || finite_q) && is_finite;
        below_q  <= is_finite && in_data_i[31] && in_data_i[30:0] > below ? in_data_i[30:0] : below;
        above_q  <= is_finite && !in_data_i[31] && in_data_i[30:0] > above ? in_data_i[30:0] : above;
      end
    end
  end

endmodule

`default_nettype wire
