// The element of a grid, by its number: what differs between the ports of elements ends here.
//
// Parameters: Element, a number of ampa_element_table.vh; ABits and BBits, its A_BITS and B_BITS.
`default_nettype none

module ampa_grid_element #(
  parameter Element = 2,
  parameter ABits   = 96,
  parameter BBits   = 288
) (
  input  wire             clk_i,
  input  wire [67:0]      config_i,  // of ampa_bricks_element
  input  wire [2:0]       tag_i,
  input  wire [ABits-1:0] a_i,
  input  wire [BBits-1:0] b_i,
  output wire [2:0]       tag_o,
  output wire [ABits-1:0] a_o,
  output wire [BBits-1:0] b_o,
  output wire [31:0]      sum_o
);

  `include "ampa_element_table.vh"

`define AMPA_ELEMENT_PORTS \
  .clk_i(clk_i), \
  .tag_i(tag_i), \
  .a_i  (a_i), \
  .b_i  (b_i), \
  .tag_o(tag_o), \
  .a_o  (a_o), \
  .b_o  (b_o), \
  .sum_o(sum_o)

  generate
    if (Element == ELEMENT_MUL8) begin : gen_mul8
      ampa_mul8_element u_element (
        `AMPA_ELEMENT_PORTS
      );
    end else if (Element == ELEMENT_PAR8) begin : gen_par8
      ampa_par8_element u_element (
        `AMPA_ELEMENT_PORTS
      );
    end else if (Element == ELEMENT_R4S) begin : gen_r4s
      ampa_r4s_element u_element (
        `AMPA_ELEMENT_PORTS
      );
    end else begin : gen_bricks
      ampa_bricks_element u_element (
        .config_i(config_i),
        `AMPA_ELEMENT_PORTS
      );
    end
  endgenerate

`undef AMPA_ELEMENT_PORTS

  wire unused = &{1'b0, config_i};

endmodule

`default_nettype wire
