// The element bricks: sixteen 2 x 2 bricks that join to 16 .. 1 products of 2 .. 8 bits, and a sum.
//
// Operands are spread over the bricks at the edge, as pe/ampa_fused_spread.vh says, and config_i is that of
// pe/ampa_fused_functions.vh. What a cycle adds is too large by a constant of the formats, bits 64 .. 95 of the configuration: it
// comes off where results leave the array. Operands and tag move on to the right and down, a register each; the tag
// (ampa_element_tag.v) comes one cycle after them.
`default_nettype none

module ampa_bricks_element (
  input  wire        clk_i,
  input  wire [67:0] config_i,  // bits 0 .. 63 and 96 .. 99 of the configuration, held for a tile
  input  wire [2:0]  tag_i,
  input  wire [31:0] a_i,
  input  wire [31:0] b_i,
  output wire [2:0]  tag_o,
  output wire [31:0] a_o,
  output wire [31:0] b_o,
  output wire [31:0] sum_o
);

  wire a_join_2 = config_i[65:64] != 2'd0;
  wire a_join_4 = config_i[65];
  wire b_join_2 = config_i[67:66] != 2'd0;
  wire b_join_4 = config_i[67];

  reg [31:0] a_q, b_q;

  wire       drop;
  wire [1:0] select;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .tag_o   (tag_o),
    .drop_o  (drop),
    .select_o(select)
  );

  // Brick (i, j) is bits 2 * (4 * i + j) +: 2 of both words. The tree adds j pairs, j halves, i pairs, i halves.
  wire [63:0] brick;
  wire [47:0] pair;
  wire [39:0] row;
  wire [23:0] half;
  reg  [47:0] pair_q;
  reg  [15:0] total_q;

  genvar n;
  generate
    for (n = 0; n < 16; n = n + 1) begin : gen_bricks
      ampa_fused_brick u_brick (
        .a_i         (a_q[2*n +: 2]),
        .b_i         (b_q[2*n +: 2]),
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
      wire [5:0] upper = pair_q[12*n+6 +: 6];
      assign row[10*n +: 10] = {4'd0, pair_q[12*n +: 6]} + (b_join_4 ? {upper, 4'd0} : {4'd0, upper});
    end
    for (n = 0; n < 2; n = n + 1) begin : gen_halves
      wire [9:0] upper = row[20*n+10 +: 10];
      assign half[12*n +: 12] = {2'd0, row[20*n +: 10]} + (a_join_2 ? {upper, 2'd0} : {2'd0, upper});
    end
  endgenerate

  always @(posedge clk_i) begin : p_bricks
    a_q    <= a_i;
    b_q    <= b_i;
    pair_q <= pair;
    if (drop) total_q <= 16'd0;
    else total_q <= {4'd0, half[11:0]} + (a_join_4 ? {half[23:12], 4'd0} : {4'd0, half[23:12]});
  end

  ampa_element_sum #(
    .Width(17)
  ) u_sum (
    .clk_i   (clk_i),
    .select_i(select),
    .add_i   ({1'b0, total_q}),
    .extra_i (1'b0),
    .sum_o   (sum_o)
  );

  assign a_o = a_q;
  assign b_o = b_q;

  // The upper bits of the masks' pairs are clear.
  wire unused = &{1'b0, config_i};

endmodule

`default_nettype wire
