// The element mul8: one product of 8-bit operands a cycle without a DSP.
//
// The operand of A is four radix-4 digits, a row each (ampa_digit_row), two rows a cycle. What is summed is the product + 43520,
// the constants of the rows: they come off where results leave the array. Operands and tag move on to the right and down, a
// register each; the tag (ampa_element_tag.v) comes one cycle after them.
`default_nettype none

module ampa_mul8_element (
  input  wire        clk_i,
  input  wire [2:0]  tag_i,
  input  wire [7:0]  a_i,       // two's complement
  input  wire [8:0]  b_i,       // two's complement
  output wire [2:0]  tag_o,
  output wire [7:0]  a_o,
  output wire [8:0]  b_o,
  output wire [31:0] sum_o
);

  reg [7:0] a_q;
  reg [8:0] b_q, b_late_q;
  reg [4:0] a_late_q;  // of the rows of digits 2 and 3

  wire       drop;
  wire [1:0] select;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .tag_o   (tag_o),
    .drop_o  (drop),
    .select_o(select)
  );

  wire [9:0]  row_0;
  wire [10:0] row_1, row_2, row_3;
  reg  [12:0] low_q;  // rows 0 and 1
  reg         negative_q;
  reg  [16:0] total_q;
  reg         left_q;

  ampa_digit_multiple u_row_0 (
    .digit_i   ({a_q[1:0], 1'b0}),
    .b_i       (b_q),
    .multiple_o(row_0)
  );
  ampa_digit_row u_row_1 (
    .digit_i(a_q[3:1]),
    .b_i    (b_q),
    .sum_i  ({3'd0, row_0[9:2]}),
    .sum_o  (row_1)
  );
  ampa_digit_row u_row_2 (
    .digit_i(a_late_q[2:0]),
    .b_i    (b_late_q),
    .sum_i  ({2'd0, low_q[12:4]}),
    .sum_o  (row_2)
  );
  ampa_digit_row u_row_3 (
    .digit_i(a_late_q[4:2]),
    .b_i    (b_late_q),
    .sum_i  ({2'd0, row_2[10:2]}),
    .sum_o  (row_3)
  );

  always @(posedge clk_i) begin : p_rows
    a_q        <= a_i;
    b_q        <= b_i;
    a_late_q   <= a_q[7:3];
    b_late_q   <= b_q;
    low_q      <= {row_1, row_0[1:0]};
    negative_q <= a_q[1];
    if (drop) begin
      total_q <= 17'd0;
      left_q  <= 1'b0;
    end else begin
      total_q <= {row_3, row_2[1:0], low_q[3:0]};
      left_q  <= negative_q;
    end
  end

  ampa_element_sum #(
    .Width(18)
  ) u_sum (
    .clk_i   (clk_i),
    .select_i(select),
    .add_i   ({1'b0, total_q}),
    .extra_i (left_q),
    .sum_o   (sum_o)
  );

  assign a_o = a_q;
  assign b_o = b_q;

endmodule

`default_nettype wire
