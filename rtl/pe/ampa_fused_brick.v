// One brick of a fused processing element: two bits by two bits. Combinational.
//
// Where an operand is the top slice of a signed one, its upper bit weighs -2; partial products with it are inverted
// (Baugh-Wooley). product_o is 0 .. 9: the product plus 2 * (a_negative_i + b_negative_i) + 4 * (a_negative_i ^ b_negative_i).
`default_nettype none

module ampa_fused_brick (
  input  wire [1:0] a_i,
  input  wire [1:0] b_i,
  input  wire       a_negative_i,
  input  wire       b_negative_i,
  output wire [3:0] product_o
);

  wire low    = a_i[0] & b_i[0];
  wire upper  = (a_i[0] & b_i[1]) ^ b_negative_i;
  wire lower  = (a_i[1] & b_i[0]) ^ a_negative_i;
  wire high   = (a_i[1] & b_i[1]) ^ a_negative_i ^ b_negative_i;

  assign product_o = {3'd0, low} + {2'd0, upper, 1'b0} + {2'd0, lower, 1'b0} + {1'b0, high, 2'd0};

endmodule

`default_nettype wire
