// The sum of an element of a grid: 32 bits (or Bits) that wrap.
//
// At every clock edge one of three: what it held, and add (select_i 0), what it held, Shift bits up, and add (1), nothing and add (2). `add`
// is add_i, two's complement, and extra_i. One LUT a bit, no reset: the first slice of a tile sets it.
// Parameters: Bits of the sum; Width bits of add_i, at most Bits; Shift, 1 .. Bits - 1, or 0: select_i is never 1.
`default_nettype none

module ampa_element_sum #(
  parameter Bits  = 32,
  parameter Width = 16,
  parameter Shift = 2
) (
  input  wire             clk_i,
  input  wire [1:0]       select_i,
  input  wire [Width-1:0] add_i,
  input  wire             extra_i,
  output wire [Bits-1:0]  sum_o
);

  reg  [Bits-1:0] sum_q;
  wire [Bits-1:0] add, held;

  generate
    if (Width < Bits) begin : gen_extend
      assign add = {{Bits - Width{add_i[Width-1]}}, add_i};
    end else begin : gen_whole
      assign add = add_i;
    end
    if (Shift > 0) begin : gen_shift
      assign held = select_i[1] ? {Bits{1'b0}} : select_i[0] ? {sum_q[Bits-1-Shift:0], {Shift{1'b0}}} : sum_q;
    end else begin : gen_no_shift
      assign held = select_i[1] ? {Bits{1'b0}} : sum_q;
      wire unused_select = select_i[0];
    end
  endgenerate

  // add + held + extra_i, as ampa_digit_row adds.
  wire [Bits:0] sum = {add, extra_i} - {~held, 1'b1};

  always @(posedge clk_i) begin : p_sum
    sum_q <= sum[Bits:1];
  end

  assign sum_o = sum_q;

  wire unused = &{1'b0, sum[0]};

endmodule

`default_nettype wire
