// The fused processing element of sixteen brick modules and their shift-add tree.
//
// Brick (i, j) is bits 2 * (4 * i + j) +: 2 of both operand words. The tree adds j pairs, j halves, i pairs, i halves; where
// the second of a pair is the upper part of an operand, it is shifted by 2 (pairs) or 4 (halves). Each sum has the width of
// its largest value: 9, 45, 765, 3825, 65025. Equal to ampa_fused_pe.
//
// Combinational product, accumulated at the end of an enabled cycle. Ports are those of every processing element.
`default_nettype none

module ampa_fused_pe_structural (
  input  wire         clk_i,
  input  wire         rst_ni,
  input  wire         clear_i,
  input  wire         enable_i,
  input  wire [127:0] config_i,    // of ampa_formats
  input  wire [31:0]  a_i,         // of ampa_pe_edge
  input  wire [31:0]  b_i,
  input  wire [15:0]  a_side_i,
  input  wire [15:0]  b_side_i,
  output wire [31:0]  product_o,   // combinational
  output wire [31:0]  acc_o,
  output wire         overflow_o
);

  wire a_join_2 = config_i[97:96] != 2'd0;
  wire a_join_4 = config_i[97];
  wire b_join_2 = config_i[99:98] != 2'd0;
  wire b_join_4 = config_i[99];

  wire [63:0] brick;
  wire [47:0] pair;
  wire [39:0] row;
  wire [23:0] half;
  wire [15:0] total;

  genvar n;
  generate
    for (n = 0; n < 16; n = n + 1) begin : gen_bricks
      ampa_fused_brick u_brick (
        .a_i         (a_i[2*n +: 2]),
        .b_i         (b_i[2*n +: 2]),
        .a_negative_i(config_i[2*n]),
        .b_negative_i(config_i[32+2*n]),
        .product_o   (brick[4*n +: 4])
      );
    end
    for (n = 0; n < 8; n = n + 1) begin : gen_pairs
      wire [3:0] upper = brick[8*n+4 +: 4];
      assign pair[6*n +: 6] = {2'd0, brick[8*n +: 4]} + (b_join_2 ? {upper, 2'd0} : {2'd0, upper});
    end
    for (n = 0; n < 4; n = n + 1) begin : gen_rows
      wire [5:0] upper = pair[12*n+6 +: 6];
      assign row[10*n +: 10] = {4'd0, pair[12*n +: 6]} + (b_join_4 ? {upper, 4'd0} : {4'd0, upper});
    end
    for (n = 0; n < 2; n = n + 1) begin : gen_halves
      wire [9:0] upper = row[20*n+10 +: 10];
      assign half[12*n +: 12] = {2'd0, row[20*n +: 10]} + (a_join_2 ? {upper, 2'd0} : {2'd0, upper});
    end
  endgenerate

  assign total     = {4'd0, half[11:0]} + (a_join_4 ? {half[23:12], 4'd0} : {4'd0, half[23:12]});
  assign product_o = {16'd0, total} - config_i[95:64];

  ampa_accumulator u_accumulator (
    .clk_i     (clk_i),
    .rst_ni    (rst_ni),
    .clear_i   (clear_i),
    .enable_i  (enable_i),
    .product_i (product_o),
    .acc_o     (acc_o),
    .overflow_o(overflow_o)
  );

endmodule

`default_nettype wire
