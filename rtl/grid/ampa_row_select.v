// One row of a column's sums: word row_i of those that are there now, one clock cycle later.
//
// Four rows share a register, so that a column of many rows has short ways and one LUT a bit for four of them.
//
// Parameters: Rows 1 .. 1024; Width of a word; RowBits, those that a row number has.
`default_nettype none

module ampa_row_select #(
  parameter Rows    = 16,
  parameter Width   = 32,
  parameter RowBits = Rows < 2 ? 1 : $clog2(Rows)
) (
  input  wire                  clk_i,
  input  wire [RowBits-1:0]    row_i,
  input  wire [Width*Rows-1:0] words_i,
  output wire [Width-1:0]      word_o
);

  localparam Groups = (Rows + 3) / 4;
  localparam Levels = Groups == 1 ? 0 : $clog2(Groups);

  wire [1:0] low_row;

  genvar g, n;
  generate
    if (RowBits == 1) begin : gen_one_bit
      assign low_row = {1'b0, row_i};
    end else begin : gen_two_bits
      assign low_row = row_i[1:0];
    end

    // Level 0 is the groups, level n has one word for two of level n - 1.
    for (n = 0; n <= Levels; n = n + 1) begin : gen_levels
      localparam Count = (Groups + (1 << n) - 1) >> n;
      wire [Width*Count-1:0] words;
    end

    for (g = 0; g < Groups; g = g + 1) begin : gen_groups
      wire [4*Width-1:0] four;
      reg  [Width-1:0]   word_q;
      for (n = 0; n < 4; n = n + 1) begin : gen_rows
        // Rows that do not exist are like others of the four: less is to be told apart.
        localparam Row = 4 * g + n < Rows ? 4 * g + n : 4 * g + n % 2 < Rows ? 4 * g + n % 2 : 4 * g;
        assign four[Width*n +: Width] = words_i[Width*Row +: Width];
      end
      always @(posedge clk_i) begin : p_word
        word_q <= low_row[1] ? (low_row[0] ? four[3*Width +: Width] : four[2*Width +: Width]) :
                               (low_row[0] ? four[Width +: Width] : four[0 +: Width]);
      end
      assign gen_levels[0].words[Width*g +: Width] = word_q;
    end

    if (Levels > 0) begin : gen_tree
      reg [Levels-1:0] group_q;
      always @(posedge clk_i) begin : p_group
        group_q <= row_i[RowBits-1:2];
      end
      for (n = 1; n <= Levels; n = n + 1) begin : gen_nodes
        localparam Below = (Groups + (1 << (n - 1)) - 1) >> (n - 1);
        for (g = 0; 2 * g < Below; g = g + 1) begin : gen_pairs
          if (2 * g + 1 < Below) begin : gen_two
            assign gen_levels[n].words[Width*g +: Width] =
                group_q[n-1] ? gen_levels[n-1].words[Width*(2*g+1) +: Width] : gen_levels[n-1].words[2*Width*g +: Width];
          end else begin : gen_one
            assign gen_levels[n].words[Width*g +: Width] = gen_levels[n-1].words[2*Width*g +: Width];
          end
        end
      end
    end
  endgenerate

  assign word_o = gen_levels[Levels].words;

endmodule

`default_nettype wire
