// digit * b + 2^BWidth, as ampa_digit_row takes it: less 1 where the digit's sign bit is set. Combinational.
//
// Parameter: BWidth bits of b_i, two's complement.
`default_nettype none

module ampa_digit_multiple #(
  parameter BWidth = 9
) (
  input  wire [2:0]        digit_i,
  input  wire [BWidth-1:0] b_i,
  output wire [BWidth:0]   multiple_o
);

  wire once  = digit_i[1] ^ digit_i[0];
  wire twice = digit_i == 3'b011 || digit_i == 3'b100;

  wire [BWidth:0] multiple = once ? {b_i[BWidth-1], b_i} : twice ? {b_i, 1'b0} : {BWidth + 1{1'b0}};

  assign multiple_o = multiple ^ {~digit_i[2], {BWidth{digit_i[2]}}};

endmodule

`default_nettype wire
