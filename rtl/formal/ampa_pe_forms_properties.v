// The structural form of a processing element gives the product of the plain form, for the words that the edge makes of
// any packed words, in all formats at once.
//
// Parameters: Pe (ampa_pe_table.vh), Lanes. Combinational.
`default_nettype none

module ampa_pe_forms_properties #(
  parameter Pe    = 1,
  parameter Lanes = 32
) (
  input  wire [3:0]  a_bits_i,
  input  wire [3:0]  b_bits_i,
  input  wire [1:0]  a_kind_i,
  input  wire [1:0]  b_kind_i,
  input  wire [5:0]  lanes_i,
  input  wire [2:0]  a_plane_i,
  input  wire [2:0]  b_plane_i,
  input  wire [31:0] a_i,             // packed operands
  input  wire [31:0] b_i,
  output wire        product_fail_o
);

  localparam Fast = 0;

  wire [3:0] a_bits  = a_bits_i;
  wire [3:0] b_bits  = b_bits_i;
  wire [1:0] a_kind  = a_kind_i;
  wire [1:0] b_kind  = b_kind_i;
  wire [5:0] lanes   = lanes_i;
  wire [2:0] a_plane = a_plane_i;
  wire [2:0] b_plane = b_plane_i;

  `include "ampa_pe_under_proof.vh"

  wire [31:0] structural;

`define AMPA_STRUCTURAL(Module) \
  Module u_structural ( \
    .clk_i     (1'b0), \
    .rst_ni    (1'b1), \
    .clear_i   (1'b0), \
    .enable_i  (1'b0), \
    .config_i  (pe_config), \
    .a_i       (a_word), \
    .b_i       (b_word), \
    .a_side_i  (a_side), \
    .b_side_i  (b_side), \
    .product_o (structural), \
    .acc_o     (), \
    .overflow_o() \
  );
  generate
    if (Pe == 0) begin : gen_int8_structural
      `AMPA_STRUCTURAL(ampa_int8_pe_structural)
    end else if (Pe == 1) begin : gen_fused_structural
      `AMPA_STRUCTURAL(ampa_fused_pe_structural)
    end else begin : gen_serial_structural
      `AMPA_STRUCTURAL(ampa_serial_pe_structural #(.Lanes(Lanes)))
    end
  endgenerate
`undef AMPA_STRUCTURAL

  wire legal = supported && lanes_i <= Lanes && {1'b0, a_plane_i} < a_planes && {1'b0, b_plane_i} < b_planes;

  assign product_fail_o = legal && product != structural;

endmodule

`default_nettype wire
