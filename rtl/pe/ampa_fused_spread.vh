// The crossbars at the edge of the array: from packed operands to one two-bit slice per brick.
//
// A packed word holds the operands of consecutive k from bit 0 upward, each in a container of 2, 4, 8 or 8 bits (for 2, 4, 6
// and 8). With pa and pb operands side by side along the sides of the bricks, k = y * pa + x meets brick rows of x and brick
// columns of y. Whatever is in the upper two bits of a six-bit container meets the zeros of the other side's idle bricks.

// One byte of four slices repeated for every group of bricks that shares it; the idle group of a six-bit format gets zero.
function [31:0] spread_bytes(input [31:0] word, input [1:0] other_width);
  begin
    case (other_width)
      2'd0:    spread_bytes = word;
      2'd1:    spread_bytes = {word[15:8], word[15:8], word[7:0], word[7:0]};
      2'd2:    spread_bytes = {8'd0, word[7:0], word[7:0], word[7:0]};
      default: spread_bytes = {word[7:0], word[7:0], word[7:0], word[7:0]};
    endcase
  end
endfunction

// A: byte y of the packed word is the column of slices i = 0 .. 3 of brick columns y; bricks are stored by rows.
function [31:0] spread_a(input [31:0] word, input [1:0] b_width);
  reg [31:0] t;
  begin
    t = spread_bytes(word, b_width);
    spread_a = {t[31:30], t[23:22], t[15:14], t[7:6],  //
                t[29:28], t[21:20], t[13:12], t[5:4],  //
                t[27:26], t[19:18], t[11:10], t[3:2],  //
                t[25:24], t[17:16], t[9:8],   t[1:0]};
  end
endfunction

// B: the operands of k = y * pa + x, y = 0 .. pb - 1, are gathered in byte x, the row of slices j = 0 .. 3.
function [31:0] spread_b(input [31:0] word, input [1:0] a_width, input [1:0] b_width);
  reg [31:0] t;
  begin
    t = word;
    case ({a_width, b_width})
      {2'd0, 2'd0}: t = {t[31:30], t[23:22], t[15:14], t[7:6],  //
                         t[29:28], t[21:20], t[13:12], t[5:4],  //
                         t[27:26], t[19:18], t[11:10], t[3:2],  //
                         t[25:24], t[17:16], t[9:8],   t[1:0]};
      {2'd0, 2'd1}: t = {t[31:28], t[15:12], t[27:24], t[11:8], t[23:20], t[7:4], t[19:16], t[3:0]};
      {2'd1, 2'd0}: t = {16'd0, t[15:14], t[11:10], t[7:6], t[3:2], t[13:12], t[9:8], t[5:4], t[1:0]};
      {2'd1, 2'd1}: t = {16'd0, t[15:12], t[7:4], t[11:8], t[3:0]};
      default: ;
    endcase
    spread_b = spread_bytes(t, a_width);
  end
endfunction
