// The processing element of a property module: its format table, its edge and itself, from packed words to `product`.
// Parameters Pe, Fast and Lanes; inputs a_bits, b_bits, a_kind, b_kind, lanes, a_plane, b_plane, a_i, b_i.
wire         supported;
wire [5:0]   macs;
wire [3:0]   a_container, b_container, a_planes, b_planes;
wire [127:0] pe_config;
wire [31:0]  a_word, b_word, product;
wire [15:0]  a_side, b_side;

ampa_formats #(
  .Pe   (Pe),
  .Fast (Fast),
  .Lanes(Lanes)
) u_formats (
  .a_bits_i     (a_bits),
  .b_bits_i     (b_bits),
  .a_kind_i     (a_kind),
  .b_kind_i     (b_kind),
  .supported_o  (supported),
  .macs_o       (macs),
  .a_container_o(a_container),
  .b_container_o(b_container),
  .a_planes_o   (a_planes),
  .b_planes_o   (b_planes),
  .config_o     (pe_config)
);

ampa_pe_edge #(
  .Pe   (Pe),
  .Fast (Fast),
  .Lanes(Lanes)
) u_edge (
  .config_i (pe_config),
  .lanes_i  (lanes),
  .a_plane_i(a_plane),
  .b_plane_i(b_plane),
  .a_word_i (a_i),
  .b_word_i (b_i),
  .a_o      (a_word),
  .b_o      (b_word),
  .a_side_o (a_side),
  .b_side_o (b_side)
);

`define AMPA_ELEMENT(Module) \
  Module u_pe ( \
    .clk_i     (1'b0), \
    .rst_ni    (1'b1), \
    .clear_i   (1'b0), \
    .enable_i  (1'b0), \
    .config_i  (pe_config), \
    .a_i       (a_word), \
    .b_i       (b_word), \
    .a_side_i  (a_side), \
    .b_side_i  (b_side), \
    .product_o (product), \
    .acc_o     (), \
    .overflow_o() \
  );
generate
  if (Pe == 0) begin : gen_int8
    `AMPA_ELEMENT(ampa_int8_pe)
  end else if (Pe == 1 && Fast == 0) begin : gen_fused
    `AMPA_ELEMENT(ampa_fused_pe)
  end else if (Pe == 1) begin : gen_fused_fast
    `AMPA_ELEMENT(ampa_fused_fast_pe)
  end else begin : gen_serial
    `AMPA_ELEMENT(ampa_serial_pe #(.Lanes(Lanes)))
  end
endgenerate
`undef AMPA_ELEMENT
