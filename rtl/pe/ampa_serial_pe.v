// The serial processing element: one pair of bit-planes of up to 32 products per cycle, and an accumulator. See
// ampa_serial_functions.vh.
//
// Parameter: Lanes, 1 .. 32 (ampa_pe_edge clears the others).
//
// Combinational product, accumulated at the end of an enabled cycle. Ports are those of every processing element.
`default_nettype none

module ampa_serial_pe #(
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

  `include "ampa_operand_kinds.vh"
  `include "ampa_serial_functions.vh"

  assign product_o = serial_product(2'd0, a_i, b_i, a_side_i, b_side_i, config_i);

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
