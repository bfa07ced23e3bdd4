// Adds up the operands of a column: what an unsigned operand of A, which enters an element less 2^(bits - 1), takes from a result.
//
// sum_o is the sum of b over the lanes of all slices of the tile. Serial 1 takes the upper five bits of each in the first pass
// over the slices and the lower four in the second one, later passes are not valid. Lanes is 1, or 32 as ampa_lane_delay leaves
// them. With Lanes 1 it is the sum of b, if counts_i is set, less Less. The tag (ampa_element_tag.v; bit 2 comes before the second pass) comes, and sum_o shows the sum, as for an element of
// Lanes 32 ? 6 : 1 registers whose operands come a cycle earlier.
`default_nettype none

module ampa_column_sum #(
  parameter Serial = 0,
  parameter Lanes  = 32,
  parameter Less   = 340  // 0 .. 512 - 256
) (
  input  wire               clk_i,
  input  wire [2:0]         tag_i,
  input  wire               upper_i,   // the first pass (Serial); with the operands of lanes 0 and 1
  input  wire               counts_i,  // the sum of b counts (Lanes 1)
  input  wire [9*Lanes-1:0] b_i,
  output wire [31:0]        sum_o
);

  localparam Bits  = Serial != 0 ? 5 : 9;
  localparam Total = Bits + (Lanes == 1 ? 1 : 5);

  wire [2:0] tag;
  wire       drop;
  wire [1:0] select;

  ampa_element_tag u_tag (
    .clk_i   (clk_i),
    .tag_i   (tag_i),
    .tag_o   (tag),
    .drop_o  (drop),
    .select_o(select)
  );

  wire [Bits*Lanes-1:0] part;   // of 32 lanes plus 2^(Bits - 1), the upper five bits too
  reg  [Total-1:0]      total_q;
  wire                  has_offset;

  genvar l;
  generate
    if (Serial != 0) begin : gen_serial
      reg  [4:0] upper_q;
      wire [5:0] upper = {upper_q, upper_i};
      always @(posedge clk_i) begin : p_upper
        upper_q <= upper[4:0];
      end
      assign has_offset = upper[5];
      for (l = 0; l < Lanes; l = l + 1) begin : gen_lanes
        assign part[Bits*l +: Bits] = upper[l/2%4] ? {~b_i[9*l+8], b_i[9*l+4 +: 4]} : {1'b0, b_i[9*l +: 4]};
      end
    end else begin : gen_whole
      for (l = 0; l < Lanes; l = l + 1) begin : gen_lanes
        assign part[Bits*l +: Bits] = {~b_i[9*l+8], b_i[9*l +: 8]};
      end
      assign has_offset = 1'b1;
      wire unused = &{1'b0, upper_i};
    end

    if (Lanes == 1) begin : gen_one
      localparam [Total-1:0] LESS = Less;
      wire [Total-1:0] b = counts_i ? {b_i[8], b_i} : {Total{1'b0}};
      always @(posedge clk_i) begin : p_total
        if (drop) total_q <= {Total{1'b0}};
        else total_q <= b - LESS;
      end
      wire unused_part = &{1'b0, part, has_offset};
    end else begin : gen_tree
      wire [4*(Bits+3)-1:0] chain;
      reg  [2*Bits+7:0]     pairs_q;
      wire [Total-1:0]      total = {1'b0, pairs_q[Bits+4 +: Bits+4]} + {1'b0, pairs_q[0 +: Bits+4]};
      for (l = 0; l < 4; l = l + 1) begin : gen_chains
        ampa_column_chain #(
          .Bits(Bits)
        ) u_chain (
          .clk_i(clk_i),
          .b_i  (part[8*Bits*l +: 8*Bits]),
          .sum_o(chain[(Bits+3)*l +: Bits+3])
        );
      end
      always @(posedge clk_i) begin : p_total
        pairs_q <= {{1'b0, chain[3*(Bits+3) +: Bits+3]} + {1'b0, chain[2*(Bits+3) +: Bits+3]},
                    {1'b0, chain[Bits+3 +: Bits+3]} + {1'b0, chain[0 +: Bits+3]}};
        if (drop) total_q <= {Total{1'b0}};
        else total_q <= {total[Total-1] ^ has_offset, total[Total-2:0]};  // less the 2^(Bits + 4) of all lanes
      end
      wire unused_counts = counts_i;
    end
  endgenerate

  ampa_element_sum #(
    .Width(Total),
    .Shift(4)
  ) u_sum (
    .clk_i   (clk_i),
    .select_i(select),
    .add_i   (total_q),
    .extra_i (1'b0),
    .sum_o   (sum_o)
  );

  wire unused_tag = &{1'b0, tag};

endmodule

`default_nettype wire
