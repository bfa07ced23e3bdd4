// The table of operand formats: what a pair of widths means to a processing element of 4 x 4 two-bit bricks.
//
// Brick (i, j) multiplies slice i of the A side by slice j of the B side. An operand of 2, 4, 6 or 8 bits is 1, 2, 3 or 4
// slices, so that 4, 2, 1 or 1 of them lie side by side along its side of the bricks; their product over both sides is the
// number of multiply-accumulates per cycle. A width code w stands for 2 * (w + 1) bits.
`default_nettype none

module ampa_formats (
  input  wire [1:0]  a_width_i,
  input  wire [1:0]  b_width_i,
  input  wire        a_signed_i,
  input  wire        b_signed_i,
  output reg  [4:0]  macs_o,         // products per cycle
  output wire        a_join_2_o,     // slices i = 1, 3 weigh 4 times those before them
  output wire        a_join_4_o,     // slices i = 2, 3 weigh 16 times slices 0, 1
  output wire        b_join_2_o,
  output wire        b_join_4_o,
  output reg  [31:0] a_negative_o,   // bit 2 * (4 * i + j): slice i of A is the top one of a signed operand
  output reg  [31:0] b_negative_o    // bit 2 * (4 * i + j): slice j of B is the top one of a signed operand
);

  localparam [1:0] W2 = 2'd0;
  localparam [1:0] W4 = 2'd1;
  localparam [1:0] W6 = 2'd2;

  assign a_join_2_o = a_width_i != W2;
  assign a_join_4_o = a_width_i[1];
  assign b_join_2_o = b_width_i != W2;
  assign b_join_4_o = b_width_i[1];

  always @* begin
    case ({a_width_i, b_width_i})
      {W2, W2}: macs_o = 5'd16;
      {W2, W4}: macs_o = 5'd8;
      {W4, W2}: macs_o = 5'd8;
      {W4, W4}: macs_o = 5'd4;
      default: begin
        if (a_width_i == W2 || b_width_i == W2) macs_o = 5'd4;
        else if (a_width_i == W4 || b_width_i == W4) macs_o = 5'd2;
        else macs_o = 5'd1;
      end
    endcase
  end

  always @* begin
    case (a_width_i)
      W2:      a_negative_o = 32'h5555_5555;
      W4:      a_negative_o = 32'h5500_5500;
      W6:      a_negative_o = 32'h0055_0000;
      default: a_negative_o = 32'h5500_0000;
    endcase
    if (!a_signed_i) a_negative_o = 32'd0;
  end

  always @* begin
    case (b_width_i)
      W2:      b_negative_o = 32'h5555_5555;
      W4:      b_negative_o = 32'h4444_4444;
      W6:      b_negative_o = 32'h1010_1010;
      default: b_negative_o = 32'h4040_4040;
    endcase
    if (!b_signed_i) b_negative_o = 32'd0;
  end

endmodule

`default_nettype wire
