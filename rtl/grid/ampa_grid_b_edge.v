// From the packed words of a column to what moves through its elements: see ampa_grid_array. Combinational.
//
// Parameters: Element, a number of ampa_element_table.vh; BWords of it.
`default_nettype none

module ampa_grid_b_edge #(
  parameter Element = 2,
  parameter BWords  = 8,
  parameter BBits   = Element == 0 ? 9 : Element == 1 || Element == 2 ? 288 : 32
) (
  input  wire [32*BWords-1:0] word_i,
  input  wire                 unsigned_i,
  input  wire [127:0]         config_i,    // of ampa_fused_functions.vh
  output wire [BBits-1:0]     b_o
);

  `include "ampa_element_table.vh"
  `include "ampa_operand_kinds.vh"
  `include "ampa_fused_functions.vh"

  genvar l;
  generate
    if (Element == ELEMENT_BRICKS) begin : gen_bricks
      assign b_o = fused_b_word(2'd0, word_i, 6'd0, config_i);
    end else begin : gen_bytes
      for (l = 0; l < LANES; l = l + 1) begin : gen_lanes
        assign b_o[9*l +: 9] = {word_i[8*l+7] && !unsigned_i, word_i[8*l +: 8]};
      end
    end
  endgenerate

  wire unused = &{1'b0, word_i, unsigned_i, config_i};

endmodule

`default_nettype wire
