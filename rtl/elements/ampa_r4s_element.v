// The element r4s: 32 products, radix-4 serial. Two bits of the A operands a cycle times 8-bit operands of B, one sum.
//
// A comes as digits (ampa_digit_row), the top one first: one pass over all slices of the tile for each. Before the first slice
// of a later pass the sum is multiplied by four (Horner), so the last pass leaves the whole sum.
//
// Operands and tag move on to the right and down, a register each. Lanes 2s and 2s + 1 of every eight come s cycles after
// lanes 0 and 1, the tag (ampa_element_tag.v) six after them: the cycles that the sum takes.
`default_nettype none

module ampa_r4s_element (
  input  wire         clk_i,
  input  wire [2:0]   tag_i,
  input  wire [95:0]  a_i,       // lane l: its digit in bits 3 l + 2 .. 3 l
  input  wire [287:0] b_i,       // lane l: bits 9 l + 8 .. 9 l, two's complement
  output wire [2:0]   tag_o,
  output wire [95:0]  a_o,
  output wire [287:0] b_o,
  output wire [31:0]  sum_o
);

  reg [95:0]  a_q;
  reg [287:0] b_q;

  always @(posedge clk_i) begin : p_operands
    a_q <= a_i;
    b_q <= b_i;
  end

  wire        drop;
  wire [1:0]  select;
  wire [14:0] digit_sum;
  wire        extra;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .tag_o   (tag_o),
    .drop_o  (drop),
    .select_o(select)
  );

  ampa_digit_sum u_digit_sum (
    .clk_i   (clk_i),
    .drop_i  (drop),
    .digits_i(a_q),
    .b_i     (b_q),
    .sum_o   (digit_sum),
    .extra_o (extra)
  );

  ampa_element_sum #(
    .Width(15)
  ) u_sum (
    .clk_i   (clk_i),
    .select_i(select),
    .add_i   (digit_sum),
    .extra_i (extra),
    .sum_o   (sum_o)
  );

  assign a_o = a_q;
  assign b_o = b_q;

endmodule

`default_nettype wire
