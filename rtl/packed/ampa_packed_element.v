// The elements pack2 and int8p: eight DSP48E1, eight depths a cycle, two rows; int8p one column, pack2 one or two.
//
// Four pairs of DSPs (ampa_packed_pair) give four words of fields, which are added field by field before they meet the sums. A sum has
// FIELDS fields of SUM_BITS: they hold 1023 steps, and never a sign. What a step adds is too large by the bias of its pairs: it
// comes off where results leave the array. With two fields in use pack2 adds the halves of a field in two sums, and
// the array joins them. So an element knows of no formats, and both have the same structure.
//
// Operands and tag move on to the right and down, a register each. Odd depths come one cycle after even ones, the tag
// (ampa_element_tag.v) four after them. As an element completes two rows at a time and an array gives away one a cycle, complete sums are
// copied and wait in registers of their own: last_i comes with the last tag of a tile, sums_o shows its sums four cycles later until those of
// the next tile.
`default_nettype none

module ampa_packed_element #(
  parameter Element = 0,  // of ampa_packed_table.vh, as are the widths
  parameter ABits   = 200,
  parameter BBits   = Element == 0 ? 128 : 64,
  parameter RowBits = Element == 0 ? 40 : 28
) (
  input  wire               clk_i,
  input  wire [31:0]        bias_i,    // of ampa_packed_pair
  input  wire [2:0]         tag_i,
  input  wire               last_i,    // the last slice of a tile
  input  wire [ABits-1:0]   a_i,
  input  wire [BBits-1:0]   b_i,
  output wire [2:0]         tag_o,
  output wire               last_o,
  output wire [ABits-1:0]   a_o,
  output wire [BBits-1:0]   b_o,
  output wire [2*RowBits-1:0] sums_o  // row 0 in the lower half
);

  `include "ampa_packed_table.vh"

  localparam Field = 32 / FIELDS;
  localparam Wide  = Field + 2;

  reg [ABits-1:0] a_q;
  reg [BBits-1:0] b_q;

  wire                       drop;
  wire [1:0]                 select;
  wire [FIELDS*SUM_BITS-1:0] sums;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .tag_o   (tag_o),
    .drop_o  (drop),
    .select_o(select)
  );

  reg [2:0]           last_q;
  reg [2*RowBits-1:0] sums_q;

  always @(posedge clk_i) begin : p_operands
    a_q    <= a_i;
    b_q    <= b_i;
    last_q <= {last_q[1:0], last_i};
    if (last_q[2]) sums_q <= sums;
  end

  wire [127:0] pair;

  genvar p, f;
  generate
    for (p = 0; p < 4; p = p + 1) begin : gen_pairs
      ampa_packed_pair #(
        .BBits(B_BITS)
      ) u_pair (
        .clk_i (clk_i),
        .bias_i(bias_i),
        .a_i   (a_q[2*A_BITS*p +: 2*A_BITS]),
        .b_i   (b_q[2*B_BITS*p +: 2*B_BITS]),
        .sum_o (pair[32*p +: 32])
      );
    end

    for (f = 0; f < FIELDS; f = f + 1) begin : gen_fields
      reg [Field:0]  low_q, high_q;
      reg [Wide-1:0] total_q;

      always @(posedge clk_i) begin : p_total
        low_q  <= {1'b0, pair[Field*f +: Field]} + {1'b0, pair[32+Field*f +: Field]};
        high_q <= {1'b0, pair[64+Field*f +: Field]} + {1'b0, pair[96+Field*f +: Field]};
        if (drop) total_q <= {Wide{1'b0}};
        else total_q <= {1'b0, low_q} + {1'b0, high_q};
      end

      ampa_element_sum #(
        .Bits (SUM_BITS),
        .Width(Wide + 1),
        .Shift(0)
      ) u_sum (
        .clk_i   (clk_i),
        .select_i(select),
        .add_i   ({1'b0, total_q}),
        .extra_i (1'b0),
        .sum_o   (sums[SUM_BITS*f +: SUM_BITS])
      );
    end
  endgenerate

  assign a_o    = a_q;
  assign b_o    = b_q;
  assign last_o = last_q[0];
  assign sums_o = sums_q;

endmodule

`default_nettype wire
