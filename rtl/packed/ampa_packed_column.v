// The results of a column of elements of a packed array: the complete sums of its rows, one a cycle, what is added to them, and those that
// wait to be taken. Of pack2 they are two with four fields in use and the lower one with two.
//
// Parameters: Element, a number of ampa_packed_table.vh, as is RowBits; Rows of the array; Column, of elements; AddressBits of the buffers.
`default_nettype none

module ampa_packed_column #(
  parameter Element     = 0,
  parameter Rows        = 16,
  parameter Column      = 0,
  parameter AddressBits = 5,
  parameter RowBits     = Element == 0 ? 40 : 28,
  parameter Columns     = Element == 0 ? 2 : 1,  // COLS_EACH
  parameter IndexBits   = $clog2(Rows)
) (
  input  wire                    clk_i,
  input  wire                    narrow_i,       // the formats of the run: four fields are in use
  input  wire                    a_unsigned_i,
  input  wire [1:0]              word_i,         // with the totals of column 0: the first of a tile, valid
  input  wire [11*Columns-1:0]   totals_i,       // the column's operands of a cycle, added up
  input  wire [IndexBits-1:0]    row_i,          // the sums of this row are complete
  input  wire [RowBits*Rows-1:0] sums_i,
  input  wire [31:0]             row_stream_i,   // of column 0: what is added to the row of a cycle before
  input  wire                    write_i,        // the row of two cycles before goes into the buffer
  input  wire [AddressBits-1:0]  write_address_i,
  input  wire [AddressBits-1:0]  read_address_i,
  output wire [32*Columns-1:0]   results_o
);

  `include "ampa_packed_table.vh"

  localparam [IndexBits-1:0] FIRST_ROW = 0;

  wire [RowBits-1:0] fields;
  wire [31:0]        stream;
  wire [1:0]         word;

  ampa_row_select #(
    .Rows (Rows),
    .Width(RowBits)
  ) u_select (
    .clk_i  (clk_i),
    .row_i  (row_i),
    .words_i(sums_i),
    .word_o (fields)
  );
  ampa_delay #(
    .Cycles(Column)
  ) u_stream (
    .clk_i (clk_i),
    .word_i(row_stream_i),
    .word_o(stream)
  );
  ampa_delay #(
    .Width (2),
    .Cycles(STAGES + Column)
  ) u_word (
    .clk_i (clk_i),
    .word_i(word_i),
    .word_o(word)
  );

  genvar l;
  generate
    for (l = 0; l < Columns; l = l + 1) begin : gen_results
      wire [10:0] total;
      wire [20:0] sum;
      wire [31:0] joined;
      reg  [31:0] tile_q, correction_q, fields_q;

      ampa_delay #(
        .Width (11),
        .Cycles(STAGES + Column)
      ) u_total (
        .clk_i (clk_i),
        .word_i(totals_i[11*l +: 11]),
        .word_o(total)
      );
      ampa_packed_line_sum u_sum (
        .clk_i  (clk_i),
        .valid_i(word[0]),
        .first_i(word[1]),
        .total_i(total),
        .sum_o  (sum)
      );
      if (Columns == 1) begin : gen_whole
        assign joined = {{32 - RowBits{1'b0}}, fields};
      end else if (l == 0) begin : gen_joined
        assign joined = {12'd0, fields[19:0]} + (narrow_i ? 32'd0 : {4'd0, fields[39:20], 8'd0});
      end else begin : gen_narrow
        assign joined = {12'd0, fields[39:20]};
      end
      always @(posedge clk_i) begin : p_results
        if (row_i == FIRST_ROW)
          tile_q <= !a_unsigned_i ? 32'd0 : narrow_i ? {{8{sum[20]}}, sum, 3'd0} : {{4{sum[20]}}, sum, 7'd0};
        correction_q <= tile_q + stream;
        fields_q     <= joined;
      end
      ampa_result_buffer #(
        .AddressBits(AddressBits)
      ) u_buffer (
        .clk_i          (clk_i),
        .write_i        (write_i),
        .write_address_i(write_address_i),
        .result_i       (fields_q + correction_q),
        .read_address_i (read_address_i),
        .result_o       (results_o[32*l +: 32])
      );
    end
  endgenerate

endmodule

`default_nettype wire
