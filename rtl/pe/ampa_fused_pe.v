// The fused processing element: sixteen 2 x 2 bricks and an accumulator. See ampa_fused_functions.vh.
//
// Combinational product, accumulated at the end of an enabled cycle. Ports are those of every processing element.
`default_nettype none

module ampa_fused_pe (
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

  `include "ampa_operand_kinds.vh"
  `include "ampa_fused_functions.vh"

  assign product_o = fused_product(2'd0, a_i, b_i, a_side_i, b_side_i, config_i);

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
