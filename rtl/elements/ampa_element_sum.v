// The sum of an element of a grid: 32 bits that wrap.
//
// At every clock edge with enable_i one of four: keep_and add (0), what it held, Shift bits up, and add (1), nothing and add (2), or what the
// element below holds (3; add_i has to be 0 then). `add` is add_i, two's complement, and extra_i. One LUT a bit, no reset: the
// first slice of a tile sets it.
// Parameters: Width bits of add_i, at most 32; Shift, 1 .. 31.
`default_nettype none

module ampa_element_sum #(
  parameter Width = 16,
  parameter Shift = 2
) (
  input  wire             clk_i,
  input  wire             enable_i,
  input  wire [1:0]       select_i,
  input  wire [Width-1:0] add_i,
  input  wire             extra_i,
  input  wire [31:0]      below_i,
  output wire [31:0]      sum_o
);

  reg  [31:0] sum_q;
  wire [31:0] add;

  generate
    if (Width < 32) begin : gen_extend
      assign add = {{32 - Width{add_i[Width-1]}}, add_i};
    end else begin : gen_whole
      assign add = add_i;
    end
  endgenerate

  wire [31:0] held = (select_i == 2'd0) ? sum_q : (select_i == 2'd1) ? {sum_q[31-Shift:0], {Shift{1'b0}}} : (select_i == 2'd2) ? 32'd0 : below_i;
  // add + held + extra_i, as ampa_digit_row adds.
  wire [32:0] sum  = {add, extra_i} - {~held, 1'b1};

  always @(posedge clk_i) begin : p_sum
    if (enable_i) sum_q <= sum[32:1];
  end

  assign sum_o = sum_q;

  wire unused = &{1'b0, sum[0]};

endmodule

`default_nettype wire
