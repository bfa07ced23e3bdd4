// The elements pack2 and int8p: eight DSP48E1, eight depths a cycle, two rows; int8p one column, pack2 one or two.
//
// Four pairs of DSPs (ampa_packed_pair) give four words of fields, which are added field by field before they meet the sums. A sum has
// FIELDS fields of SUM_BITS: they hold 1023 steps, and never a sign. What a step adds is too large by the bias of its pairs: it
// comes off where results leave the array. With two fields in use pack2 adds the halves of a field in two sums, and
// the array joins them. So an element knows of no formats, and both have the same structure.
//
// Operands and tag move on to the right and down, a register each. Odd depths come one cycle after even ones, the tag
// (ampa_element_tag.v) four after them. While sums are drained row 0 takes row 1's and row 1 the next element's row 0.
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
  input  wire               drain_i,   // the next cycle is one in which sums move up
  input  wire               enable_i,  // sums take what is said
  input  wire [ABits-1:0]   a_i,
  input  wire [BBits-1:0]   b_i,
  input  wire [RowBits-1:0] below_i,
  output wire [2:0]         tag_o,
  output wire [ABits-1:0]   a_o,
  output wire [BBits-1:0]   b_o,
  output wire [RowBits-1:0] sum_o
);

  `include "ampa_packed_table.vh"

  localparam Field = 32 / FIELDS;
  localparam Wide  = Field + 2;

  reg [ABits-1:0] a_q;
  reg [BBits-1:0] b_q;

  wire       drop;
  wire [1:0] select;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .drain_i (drain_i),
    .tag_o   (tag_o),
    .drop_o  (drop),
    .select_o(select)
  );

  always @(posedge clk_i) begin : p_operands
    a_q <= a_i;
    b_q <= b_i;
  end

  wire [127:0]              pair;
  wire [FIELDS*SUM_BITS-1:0] sums;
  wire [FIELDS*SUM_BITS-1:0] below = {below_i, sums[FIELDS*SUM_BITS-1:RowBits]};

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
        .enable_i(enable_i),
        .select_i(select),
        .add_i   ({1'b0, total_q}),
        .extra_i (1'b0),
        .below_i (below[SUM_BITS*f +: SUM_BITS]),
        .sum_o   (sums[SUM_BITS*f +: SUM_BITS])
      );
    end
  endgenerate

  assign a_o   = a_q;
  assign b_o   = b_q;
  assign sum_o = sums[RowBits-1:0];

endmodule

`default_nettype wire
