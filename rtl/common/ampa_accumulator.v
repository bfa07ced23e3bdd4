// A 32-bit accumulator that wraps and remembers that it did.
//
// One addition per enabled cycle; acc_o shows it in the next. clear_i clears both, and goes before enable_i. overflow_o is
// sticky: it says that since then a sum, both sides taken as two's complement, did not fit.
`default_nettype none

module ampa_accumulator (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        clear_i,
  input  wire        enable_i,
  input  wire [31:0] product_i,
  output wire [31:0] acc_o,
  output wire        overflow_o
);

  reg [31:0] acc_q;
  reg        overflow_q;

  wire [31:0] sum = acc_q + product_i;

  assign acc_o      = acc_q;
  assign overflow_o = overflow_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_accumulate
    if (!rst_ni) begin
      acc_q      <= 32'd0;
      overflow_q <= 1'b0;
    end else if (clear_i) begin
      acc_q      <= 32'd0;
      overflow_q <= 1'b0;
    end else if (enable_i) begin
      acc_q      <= sum;
      overflow_q <= overflow_q || (acc_q[31] == product_i[31] && sum[31] != acc_q[31]);
    end
  end

endmodule

`default_nettype wire
