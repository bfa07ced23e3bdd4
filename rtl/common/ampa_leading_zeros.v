// How many zeros stand before the first one of a word, counted from its top bit; Width if there is no one.
//
// Parameters: Width, 1 to 64. Combinational: in each of six steps the upper half is looked at and the half that holds the
// first one is kept.
`default_nettype none

module ampa_leading_zeros #(
  parameter Width = 64
) (
  input  wire [Width-1:0] data_i,
  output wire [6:0]       count_o  // 0 .. Width
);

  generate
    if (Width < 1 || Width > 64) begin : gen_check_width
      ampa_error_width_must_be_1_to_64 u_error ();
    end
  endgenerate

  wire [63:0] word;
  generate
    if (Width >= 64) begin : gen_whole
      assign word = data_i;
    end else begin : gen_padded
      assign word = {data_i, {(64-Width){1'b1}}};
    end
  endgenerate

  wire        none_of_32 = word[63:32] == 32'd0;
  wire [31:0] half_32    = none_of_32 ? word[31:0] : word[63:32];
  wire        none_of_16 = half_32[31:16] == 16'd0;
  wire [15:0] half_16    = none_of_16 ? half_32[15:0] : half_32[31:16];
  wire        none_of_8  = half_16[15:8] == 8'd0;
  wire [7:0]  half_8     = none_of_8 ? half_16[7:0] : half_16[15:8];
  wire        none_of_4  = half_8[7:4] == 4'd0;
  wire [3:0]  half_4     = none_of_4 ? half_8[3:0] : half_8[7:4];
  wire        none_of_2  = half_4[3:2] == 2'd0;
  wire [1:0]  half_2     = none_of_2 ? half_4[1:0] : half_4[3:2];
  wire        none_of_1  = !half_2[1];
  wire        none       = none_of_1 && !half_2[0];

  assign count_o = {1'b0, none_of_32, none_of_16, none_of_8, none_of_4, none_of_2, none_of_1} + {6'd0, none};

endmodule

`default_nettype wire
