// The serial processing element in gates and a tree of small adders.
//
// 32 AND gates, adders of 1, 2, 3, 4 and 5 bits in a tree, one subtraction of what the side words say, the sign, and a
// shifter of four stages. Equal to ampa_serial_pe.
//
// Parameter: Lanes, 1 .. 32; AND gates of other lanes are left out.
//
// Combinational product, accumulated at the end of an enabled cycle. Ports are those of every processing element.
`default_nettype none

module ampa_serial_pe_structural #(
  parameter Lanes = 32
) (
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

  generate
    if (Lanes < 1 || Lanes > 32) begin : gen_check_lanes
      ampa_error_lanes_must_be_1_to_32 u_error ();
    end
  endgenerate

  wire [31:0] ones_1;  // 32 counts of 1 bit
  wire [31:0] ones_2;  // 16 of 2
  wire [23:0] ones_3;  // 8 of 3
  wire [15:0] ones_4;  // 4 of 4
  wire [9:0]  ones_5;  // 2 of 5
  wire [5:0]  ones;

  genvar n;
  generate
    for (n = 0; n < 32; n = n + 1) begin : gen_and
      if (n < Lanes) begin : gen_lane
        assign ones_1[n] = a_i[n] & b_i[n];
      end else begin : gen_none
        assign ones_1[n] = 1'b0;
      end
    end
    for (n = 0; n < 16; n = n + 1) begin : gen_ones_2
      assign ones_2[2*n +: 2] = {1'b0, ones_1[2*n]} + {1'b0, ones_1[2*n+1]};
    end
    for (n = 0; n < 8; n = n + 1) begin : gen_ones_3
      assign ones_3[3*n +: 3] = {1'b0, ones_2[4*n +: 2]} + {1'b0, ones_2[4*n+2 +: 2]};
    end
    for (n = 0; n < 4; n = n + 1) begin : gen_ones_4
      assign ones_4[4*n +: 4] = {1'b0, ones_3[6*n +: 3]} + {1'b0, ones_3[6*n+3 +: 3]};
    end
    for (n = 0; n < 2; n = n + 1) begin : gen_ones_5
      assign ones_5[5*n +: 5] = {1'b0, ones_4[8*n +: 4]} + {1'b0, ones_4[8*n+4 +: 4]};
    end
  endgenerate

  assign ones = {1'b0, ones_5[4:0]} + {1'b0, ones_5[9:5]};

  // Two-level operands double the count; 10 bits hold all that comes of it.
  wire [1:0]  levels = {config_i[8] & config_i[9], config_i[8] ^ config_i[9]};
  wire [9:0]  count  = levels[1] ? {2'd0, ones, 2'd0} : levels[0] ? {3'd0, ones, 1'b0} : {4'd0, ones};
  wire [9:0]  value  = count - {{2{a_side_i[12]}}, a_side_i[12:5]} - {3'd0, b_side_i[6:0]};
  wire [9:0]  signs  = {10{a_side_i[4]}};
  wire [9:0]  term   = (value ^ signs) - signs;
  wire [24:0] by_1   = a_side_i[0] ? {{14{term[9]}}, term, 1'd0} : {{15{term[9]}}, term};
  wire [24:0] by_2   = a_side_i[1] ? {by_1[22:0], 2'd0} : by_1;
  wire [24:0] by_4   = a_side_i[2] ? {by_2[20:0], 4'd0} : by_2;
  wire [24:0] by_8   = a_side_i[3] ? {by_4[16:0], 8'd0} : by_4;

  assign product_o = {{7{by_8[24]}}, by_8};

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
