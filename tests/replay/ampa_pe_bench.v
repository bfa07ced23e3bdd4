// A processing element of either form behind its format table and edge, so that a bench can give it packed operands.
//
// Parameters: Pe, Fast and Lanes as ampa_pe_table.vh has them; Structural 1: the structural form.
`default_nettype none

module ampa_pe_bench #(
  parameter Pe         = 1,
  parameter Fast       = 0,
  parameter Structural = 0,
  parameter Lanes      = 32
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        clear_i,
  input  wire        enable_i,
  input  wire [3:0]  a_bits_i,
  input  wire [3:0]  b_bits_i,
  input  wire [1:0]  a_kind_i,
  input  wire [1:0]  b_kind_i,
  input  wire [5:0]  lanes_i,
  input  wire [2:0]  a_plane_i,
  input  wire [2:0]  b_plane_i,
  input  wire [31:0] a_words_i,
  input  wire [31:0] b_words_i,
  output wire [31:0] acc_o,
  output wire        overflow_o
);

  wire [127:0] pe_config;
  wire [31:0]  a, b, product;
  wire [15:0]  a_side, b_side;

  ampa_formats #(
    .Pe   (Pe),
    .Fast (Fast),
    .Lanes(Lanes)
  ) u_formats (
    .a_bits_i     (a_bits_i),
    .b_bits_i     (b_bits_i),
    .a_kind_i     (a_kind_i),
    .b_kind_i     (b_kind_i),
    .supported_o  (),
    .macs_o       (),
    .a_container_o(),
    .b_container_o(),
    .a_planes_o   (),
    .b_planes_o   (),
    .config_o     (pe_config)
  );

  ampa_pe_edge #(
    .Pe   (Pe),
    .Fast (Fast),
    .Lanes(Lanes)
  ) u_edge (
    .config_i (pe_config),
    .lanes_i  (lanes_i),
    .a_plane_i(a_plane_i),
    .b_plane_i(b_plane_i),
    .a_word_i (a_words_i),
    .b_word_i (b_words_i),
    .a_o      (a),
    .b_o      (b),
    .a_side_o (a_side),
    .b_side_o (b_side)
  );

`define AMPA_ELEMENT(Module) \
  Module u_pe ( \
    .clk_i     (clk_i), \
    .rst_ni    (rst_ni), \
    .clear_i   (clear_i), \
    .enable_i  (enable_i), \
    .config_i  (pe_config), \
    .a_i       (a), \
    .b_i       (b), \
    .a_side_i  (a_side), \
    .b_side_i  (b_side), \
    .product_o (product), \
    .acc_o     (acc_o), \
    .overflow_o(overflow_o) \
  );
  generate
    if (Pe == 0 && Structural == 0) begin : gen_int8
      `AMPA_ELEMENT(ampa_int8_pe)
    end else if (Pe == 0) begin : gen_int8_structural
      `AMPA_ELEMENT(ampa_int8_pe_structural)
    end else if (Pe == 1 && Structural == 1) begin : gen_fused_structural
      `AMPA_ELEMENT(ampa_fused_pe_structural)
    end else if (Pe == 1 && Fast == 0) begin : gen_fused
      `AMPA_ELEMENT(ampa_fused_pe)
    end else if (Pe == 1) begin : gen_fused_fast
      `AMPA_ELEMENT(ampa_fused_fast_pe)
    end else if (Structural == 0) begin : gen_serial
      `AMPA_ELEMENT(ampa_serial_pe #(.Lanes(Lanes)))
    end else begin : gen_serial_structural
      `AMPA_ELEMENT(ampa_serial_pe_structural #(.Lanes(Lanes)))
    end
  endgenerate
`undef AMPA_ELEMENT

  wire unused_product = &product;

endmodule

`default_nettype wire
