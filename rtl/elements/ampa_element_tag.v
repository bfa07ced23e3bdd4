// What an element of a grid does with the sum of a cycle: the tag that moves beside the operands of A.
//
// tag_i: bit 0, the slice is valid; bit 1, it is the first of a tile; bit 2, it is the first of a later pass, before which the
// sum is multiplied by four. drop_o, in the cycle in which tag_o shows the tag: 0 is added. select_o, for
// ampa_element_sum: the same a cycle later.
`default_nettype none

module ampa_element_tag (
  input  wire       clk_i,
  input  wire [2:0] tag_i,
  output wire [2:0] tag_o,
  output wire       drop_o,
  output wire [1:0] select_o
);

  reg [2:0] tag_q;
  reg       drop_q;
  reg [1:0] select_q;

  always @(posedge clk_i) begin : p_tag
    tag_q    <= tag_i;
    drop_q   <= !tag_i[0];
    select_q <= tag_q[0] ? (tag_q[2:1] == 2'd1 ? 2'd2 : {1'b0, tag_q[2]}) : 2'd0;
  end

  assign tag_o    = tag_q;
  assign drop_o   = drop_q;
  assign select_o = select_q;

endmodule

`default_nettype wire
