// What is added to the results of a column of mul8, par8 or r4s: for unsigned operands of A, which enter the elements less
// 2^(bits - 1), that times the sum of the column's operands; of mul8 also less 43520 per step.
//
// Parameters: Element, a number of ampa_element_table.vh; BBits, its B_BITS; Column, of the grid.
`default_nettype none

module ampa_column_correction #(
  parameter Element = 2,
  parameter Column  = 0,
  parameter BBits   = Element == 0 ? 9 : 288
) (
  input  wire             clk_i,
  input  wire [3:0]       word_i,        // words at the edge: of the first pass, first of a later one, first of a tile, one of the first two passes
  input  wire [BBits-1:0] b_i,           // as they come to the first element
  input  wire             a_unsigned_i,  // the formats of the run
  input  wire [2:0]       passes_i,
  input  wire             take_i,        // in the cycle in which the sum of row 0 is complete
  output wire [31:0]      correction_o   // of the tile, from the next cycle on
);

  `include "ampa_element_table.vh"

  localparam IsSerial = Element == ELEMENT_R4S;
  localparam HasLanes = LANES == 32;

  wire [31:0] column, late_scaled;
  wire [3:0]  word;
  wire [2:0]  tag;
  reg         upper_q;
  reg  [31:0] correction_q;

  // The column's operands come to its sum a cycle before they do to the first element.
  ampa_delay #(
    .Width (4),
    .Cycles(Column)
  ) u_word (
    .clk_i (clk_i),
    .word_i(word_i),
    .word_o(word)
  );
  ampa_delay #(
    .Width (3),
    .Cycles(HasLanes ? 5 : 0)
  ) u_tag (
    .clk_i (clk_i),
    .word_i(word[2:0]),
    .word_o(tag)
  );
  ampa_column_sum #(
    .Serial(IsSerial),
    .Lanes (LANES)
  ) u_column (
    .clk_i   (clk_i),
    .tag_i   (tag),
    .upper_i (upper_q),
    .counts_i(a_unsigned_i),
    .b_i     (b_i),
    .sum_o   (column)
  );

  wire [31:0] scaled = (Element != ELEMENT_MUL8 && !a_unsigned_i) ? 32'd0 :
                       (IsSerial && passes_i == 3'd2) ? {column[28:0], 3'd0} :
                       (IsSerial && passes_i == 3'd3) ? {column[26:0], 5'd0} : {column[24:0], 7'd0};

  // The column's sum is complete 8 (one lane: 3) cycles after its last words, the first element's STAGES + 3 after them.
  ampa_delay #(
    .Cycles(STAGES + 3 - (HasLanes ? 8 : 3))
  ) u_scaled (
    .clk_i (clk_i),
    .word_i(scaled),
    .word_o(late_scaled)
  );

  always @(posedge clk_i) begin : p_correction
    upper_q <= word[3];
    if (take_i) correction_q <= late_scaled;
  end

  assign correction_o = correction_q;

  wire unused = &{1'b0, column[31:29], passes_i};

endmodule

`default_nettype wire
