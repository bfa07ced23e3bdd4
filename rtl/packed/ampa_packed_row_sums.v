// What is added to the results of a packed array and is the same for all columns: for unsigned operands of B, which enter less 2^(bits - 1),
// that times the sum of the row's operands of A; and what a step adds too much, the biases of four pairs less the product of both
// offsets in eight lanes.
//
// Parameters: Rows of the array; Late, cycles that stream_o is late: it shows what belongs to row_i Late + 2 cycles after it.
`default_nettype none

module ampa_packed_row_sums #(
  parameter Rows      = 16,
  parameter Late      = 3,
  parameter IndexBits = $clog2(Rows)
) (
  input  wire                 clk_i,
  input  wire                 narrow_i,      // the formats of the run: four fields are in use
  input  wire                 a_unsigned_i,
  input  wire                 b_unsigned_i,
  input  wire [2:0]           word_i,        // with the totals: the last of a tile, the first, valid
  input  wire [11*Rows-1:0]   totals_i,      // the rows' operands of a cycle, added up
  input  wire [IndexBits-1:0] row_i,         // of the tile whose last total came two or more cycles before
  output wire [31:0]          stream_o
);

  // The sums and the bias of the tile that is added up, and of the last complete one.
  reg                complete_q;
  reg  [31:0]        bias_step_q, bias_q, tile_bias_q, late_bias_q, stream_q;
  wire [21*Rows-1:0] tile_sums;
  wire [20:0]        sum;

  always @(posedge clk_i) begin : p_bias
    bias_step_q <= (narrow_i ? 32'd508 : 32'd131068) - (!a_unsigned_i || !b_unsigned_i ? 32'd0 : narrow_i ? 32'd512 : 32'd131072);
    complete_q  <= word_i[2];
    late_bias_q <= tile_bias_q;
    if (word_i[0]) bias_q <= (word_i[1] ? 32'd0 : bias_q) + bias_step_q;
    if (complete_q) tile_bias_q <= bias_q;
  end

  genvar r;
  generate
    for (r = 0; r < Rows; r = r + 1) begin : gen_rows
      wire [20:0] row_sum;
      reg  [20:0] tile_sum_q;

      ampa_packed_line_sum u_sum (
        .clk_i  (clk_i),
        .valid_i(word_i[0]),
        .first_i(word_i[1]),
        .total_i(totals_i[11*r +: 11]),
        .sum_o  (row_sum)
      );
      always @(posedge clk_i) begin : p_tile
        if (complete_q) tile_sum_q <= row_sum;
      end
      assign tile_sums[21*r +: 21] = tile_sum_q;
    end
  endgenerate

  ampa_row_select #(
    .Rows (Rows),
    .Width(21)
  ) u_select (
    .clk_i  (clk_i),
    .row_i  (row_i),
    .words_i(tile_sums),
    .word_o (sum)
  );

  always @(posedge clk_i) begin : p_stream
    stream_q <= (!b_unsigned_i ? 32'd0 : narrow_i ? {{8{sum[20]}}, sum, 3'd0} : {{4{sum[20]}}, sum, 7'd0}) - late_bias_q;
  end

  ampa_delay #(
    .Cycles(Late)
  ) u_stream (
    .clk_i (clk_i),
    .word_i(stream_q),
    .word_o(stream_o)
  );

endmodule

`default_nettype wire
