// One row of a multiplier by radix-4 digits: sum_o = sum_i + digit * b + 2^BWidth. Combinational; one carry chain, one LUT a
// bit of b.
//
// digit_i is a window of three bits of a two's complement operand, bits 2j + 1, 2j and 2j - 1 (Booth): it stands for
// -2 * digit_i[2] + digit_i[1] + digit_i[0], -2 .. 2. A negative multiple is the inverted one plus 1; the 1 is the carry into
// the chain. b_i is two's complement. The constant keeps sums positive, so that no sign has to be extended: sum_i and sum_o are
// unsigned.
//
// Parameters: BWidth bits of b_i; Width > BWidth + 1 bits of sum_i and sum_o, which have to hold the sum.
`default_nettype none

module ampa_digit_row #(
  parameter BWidth = 9,
  parameter Width  = 11
) (
  input  wire [2:0]        digit_i,
  input  wire [BWidth-1:0] b_i,
  input  wire [Width-1:0]  sum_i,
  output wire [Width-1:0]  sum_o
);

  wire [BWidth:0] multiple;

  ampa_digit_multiple #(
    .BWidth(BWidth)
  ) u_multiple (
    .digit_i   (digit_i),
    .b_i       (b_i),
    .multiple_o(multiple)
  );

  // A difference, as its left side is what a carry chain of LUTs takes directly: what is computed costs no LUT of its own then.
  // The lowest bit makes the carry.
  wire [Width:0] sum = {sum_i, digit_i[2]} - {{Width - BWidth - 1{1'b1}}, ~multiple, 1'b1};

  assign sum_o = sum[Width:1];

  wire unused = &{1'b0, sum[0]};

endmodule

`default_nettype wire
