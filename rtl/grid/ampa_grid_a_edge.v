// From the packed words of a row to what moves through its elements: see ampa_grid_array. Combinational.
//
// Parameters: Element, a number of ampa_element_table.vh; AWords of it.
`default_nettype none

module ampa_grid_a_edge #(
  parameter Element = 2,
  parameter AWords  = 4,
  parameter ABits   = Element == 0 ? 8 : Element == 1 ? 256 : Element == 2 ? 96 : 32
) (
  input  wire [32*AWords-1:0] word_i,
  input  wire                 unsigned_i,
  input  wire                 top_i,       // the pass of the top digits
  input  wire [127:0]         config_i,    // of ampa_fused_functions.vh
  output wire [ABits-1:0]     a_o
);

  `include "ampa_element_table.vh"
  `include "ampa_operand_kinds.vh"
  `include "ampa_fused_functions.vh"

  genvar l;
  generate
    if (Element == ELEMENT_BRICKS) begin : gen_bricks
      assign a_o = fused_a_word(2'd0, word_i, 6'd0, config_i);
    end else if (Element == ELEMENT_R4S) begin : gen_digits
      for (l = 0; l < 32; l = l + 1) begin : gen_lanes
        assign a_o[3*l +: 3] = {word_i[4*l+2] ^ (unsigned_i && top_i), word_i[4*l +: 2]};
      end
    end else begin : gen_bytes
      for (l = 0; l < LANES; l = l + 1) begin : gen_lanes
        assign a_o[8*l +: 8] = {word_i[8*l+7] ^ unsigned_i, word_i[8*l +: 7]};
      end
    end
  endgenerate

  wire unused = &{1'b0, word_i, unsigned_i, top_i, config_i};

endmodule

`default_nettype wire
