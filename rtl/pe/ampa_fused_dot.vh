// The arithmetic of one processing element: sixteen two-bit bricks and their shift-add tree.
//
// Operand words hold one two-bit slice per brick, brick (i, j) in bits 2 * (4 * i + j) +: 2. All sixteen bricks are written
// at once, as fields of one word, which is also how they simulate fast; in gates it is sixteen 2 x 2 multipliers.
//
// A brick is al*bl + 2*(al*bh + ah*bl) + 4*ah*bh. Where a slice is the top one of a signed operand, its high bit has
// negative weight; the partial products with it are inverted (Baugh-Wooley), which leaves every brick at 0 .. 9 and the sum
// too large by a constant of the format: fused_dot of two zero words. The caller subtracts it.
//
// The tree adds j pairs, j halves, i pairs, i halves; a join says that the second of a pair is the upper part of an operand
// and is shifted by 2 (pairs) or 4 (halves). Field widths: brick 4 bits (<= 9), pair 8 (<= 45), row 16 (<= 765), two rows 16
// (<= 3825), result 17 (<= 65025).
function [31:0] fused_dot(
  input [31:0] a,
  input [31:0] b,
  input [31:0] a_negative,
  input [31:0] b_negative,
  input        a_join_2,
  input        a_join_4,
  input        b_join_2,
  input        b_join_4
);
  reg [31:0] a_low, a_high, b_low, b_high;
  reg [31:0] low, middle, high;
  reg [31:0] even, odd;
  reg [31:0] left, right;
  reg [31:0] row_even, row_odd;
  begin
    a_low  = a & 32'h5555_5555;
    a_high = (a >> 1) & 32'h5555_5555;
    b_low  = b & 32'h5555_5555;
    b_high = (b >> 1) & 32'h5555_5555;
    low    = a_low & b_low;
    middle = ((a_low & b_high) ^ b_negative) + ((a_high & b_low) ^ a_negative);
    high   = (a_high & b_high) ^ a_negative ^ b_negative;
    // Bricks of even and of odd j, four bits each.
    even = (low & 32'h1111_1111) + ((middle << 1) & 32'h6666_6666) + ((high << 2) & 32'h4444_4444);
    odd  = ((low >> 2) & 32'h1111_1111) + ((middle >> 1) & 32'h6666_6666) + (high & 32'h4444_4444);
    // Pairs j = 0, 1 (left) and j = 2, 3 (right), eight bits each.
    left     = odd & 32'h0f0f_0f0f;
    right    = (odd >> 4) & 32'h0f0f_0f0f;
    left     = (even & 32'h0f0f_0f0f) + (b_join_2 ? left << 2 : left);
    right    = ((even >> 4) & 32'h0f0f_0f0f) + (b_join_2 ? right << 2 : right);
    // Whole rows of even and of odd i, sixteen bits each.
    row_even = right & 32'h00ff_00ff;
    row_odd  = (right >> 8) & 32'h00ff_00ff;
    row_even = (left & 32'h00ff_00ff) + (b_join_4 ? row_even << 4 : row_even);
    row_odd  = ((left >> 8) & 32'h00ff_00ff) + (b_join_4 ? row_odd << 4 : row_odd);
    // Rows i = 0, 1 in the lower, i = 2, 3 in the upper half word.
    left     = row_even + (a_join_2 ? row_odd << 2 : row_odd);
    right    = left >> 16;
    fused_dot = (left & 32'h0000_ffff) + (a_join_4 ? right << 4 : right);
  end
endfunction
