// Output-stationary array of packed elements (ampa_packed_element), Rows x Cols results at most; its operand formats are chosen at run
// time. Ports and cycles are those of ampa_grid_array, elements have two rows and one or two columns:
//
//   int8p   Cols columns, widths 1 .. 8
//   pack2   Cols columns if both operands have at most four bits, half of them if not
//
// A tile of n steps, eight depths each, takes 1 + n + (ceil(rows_i / 2) + columns of elements in use + STAGES) + rows_i cycles and stalls.
// steps_i is at most 1023: a field of a sum holds no more. Results cannot leave 32 bits then, so overflow_o stays low; a start beyond
// that, with rows_i or cols_i out of range or with formats that do not exist, starts nothing and raises error_o.
//
// Unsigned operands enter less 2^7, or 2^3 with four fields: as (a - o)(b - p) = ab - o b - p a + op, sums over columns and rows are
// added to what leaves, and a constant for every step, which the bias of the fields comes off with. Bytes hold operands
// extended to eight bits. Products beyond K are zeros of both operands. Reset is synchronous and of control only.
//
// Parameters: Element, a number of ampa_packed_table.vh; Rows 2 .. 1024, even; Cols 1 .. 1024, even for pack2; CountWidth 8 .. 64;
// StepWidth 3 .. 10.
`default_nettype none

module ampa_packed_array #(
  parameter Element    = 0,
  parameter Rows       = 16,
  parameter Cols       = 16,
  parameter CountWidth = 64,
  parameter StepWidth  = 10
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  // A tile: see ampa_grid_control.
  input  wire                  start_i,
  input  wire                  clear_counters_i,
  input  wire [3:0]            a_bits_i,
  input  wire [3:0]            b_bits_i,
  input  wire [1:0]            a_kind_i,
  input  wire [1:0]            b_kind_i,
  input  wire [31:0]           steps_i,       // of eight depths
  input  wire [5:0]            last_lanes_i,  // not looked at
  input  wire [15:0]           rows_i,
  input  wire [15:0]           cols_i,
  output wire                  busy_o,
  output wire                  error_o,       // the last start was refused
  // Operands: the packed words a_step_o and b_step_o, eight bytes per row and column.
  output wire                  operand_ready_o,
  output wire [31:0]           a_step_o,
  output wire [31:0]           b_step_o,
  input  wire                  operand_valid_i,
  input  wire [64*Rows-1:0]    a_words_i,
  input  wire [64*Cols-1:0]    b_words_i,
  // Results: row 0 first, one row per cycle in which it is taken.
  output wire                  result_valid_o,
  input  wire                  result_ready_i,
  output wire [32*Cols-1:0]    results_o,
  // Since the last clear_counters_i.
  output wire                  overflow_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  `include "ampa_packed_table.vh"
  `include "ampa_array_checks.vh"

  localparam ElementRows = Rows / 2;
  localparam ElementCols = Cols / COLS_EACH;
  localparam RowBits     = FIELDS / 2 * SUM_BITS;
  localparam [31:0] WIDE_COLS = Cols / COLS_EACH;

  generate
    if (Rows % 2 != 0) begin : gen_check_even_rows
      ampa_error_rows_must_be_even u_error ();
    end
    if (Cols % COLS_EACH != 0) begin : gen_check_even_cols
      ampa_error_cols_must_be_even u_error ();
    end
    if (StepWidth > 10) begin : gen_check_fields
      ampa_error_step_width_must_be_3_to_10 u_error ();
    end
  endgenerate

  // The formats of a tile.
  wire is_plain  = !a_kind_i[1] && !b_kind_i[1] && a_bits_i <= 4'd8 && b_bits_i <= 4'd8 && a_bits_i != 4'd0 && b_bits_i != 4'd0 &&
                   !(a_kind_i[0] && a_bits_i == 4'd1) && !(b_kind_i[0] && b_bits_i == 4'd1);
  wire is_narrow = FIELDS == 4 && a_bits_i <= 4'd4 && b_bits_i <= 4'd4;
  wire supported = is_plain && (is_narrow || {16'd0, cols_i} <= WIDE_COLS);

  wire       begin_tile, enter, first, next_pass, last_pass, drain_next, enable;
  wire [1:0] pass;

  ampa_grid_control #(
    .Rows      (Rows),
    .Cols      (Cols),
    .Stages    (STAGES),
    .RowsEach  (2),
    .CountWidth(CountWidth),
    .StepWidth (StepWidth)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .supported_i        (supported),
    .steps_i            (steps_i),
    .passes_i           (3'd1),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .has_column_pairs_i (is_narrow),
    .operand_valid_i    (operand_valid_i),
    .result_ready_i     (result_ready_i),
    .busy_o             (busy_o),
    .begin_o            (begin_tile),
    .error_o            (error_o),
    .enter_o            (enter),
    .first_o            (first),
    .next_pass_o        (next_pass),
    .pass_o             (pass),
    .last_pass_o        (last_pass),
    .drain_o            (result_valid_o),
    .drain_next_o       (drain_next),
    .enable_o           (enable),
    .a_step_o           (a_step_o),
    .b_step_o           (b_step_o),
    .operand_ready_o    (operand_ready_o),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  assign overflow_o = 1'b0;

  // The format of the tile, held; what a step adds too much: the biases of four pairs, less the product of both offsets in eight lanes.
  reg        narrow_q, a_unsigned_q, b_unsigned_q;
  reg [31:0] bias_q, bias_step_q;

  wire [31:0] offsets = a_kind_i[0] || b_kind_i[0] ? 32'd0 : is_narrow ? 32'd512 : 32'd131072;

  always @(posedge clk_i) begin : p_format
    if (begin_tile) begin
      narrow_q     <= is_narrow;
      a_unsigned_q <= !a_kind_i[0];
      b_unsigned_q <= !b_kind_i[0];
      bias_step_q  <= (is_narrow ? 32'd508 : 32'd131068) - offsets;
      bias_q       <= 32'd0;
    end else if (enter) begin
      bias_q <= bias_q + bias_step_q;
    end
  end

  wire [31:0] field_bias = narrow_q ? 32'h7f7f7f7f : 32'h7fff7fff;

  wire [2:0] late_tag;

  ampa_delay #(
    .Width (3),
    .Cycles(STAGES)
  ) u_tag (
    .clk_i (clk_i),
    .word_i({1'b0, first, enter}),
    .word_o(late_tag)
  );

  // Operands at the edges, and their sums. The rows' sums move up with the results.
  wire [64*Rows-1:0] a_lanes;
  wire [64*Cols-1:0] b_lanes;
  wire [21*Cols-1:0] column;
  wire [32*Rows+31:0] row_corrections;
  assign row_corrections[32*Rows +: 32] = 32'd0;

  genvar r, c, l;
  generate
    for (r = 0; r < Rows; r = r + 1) begin : gen_row_sums
      wire [20:0] sum;
      reg  [31:0] correction_q;

      ampa_packed_operands u_operands (
        .word_i    (a_words_i[64*r +: 64]),
        .narrow_i  (narrow_q),
        .unsigned_i(a_unsigned_q),
        .lanes_o   (a_lanes[64*r +: 64])
      );
      ampa_packed_line_sum u_sum (
        .clk_i  (clk_i),
        .valid_i(enter),
        .first_i(first),
        .lanes_i(a_lanes[64*r +: 64]),
        .sum_o  (sum)
      );
      always @(posedge clk_i) begin : p_correction
        if (!result_valid_o)
          correction_q <= !b_unsigned_q ? 32'd0 : narrow_q ? {{8{sum[20]}}, sum, 3'd0} : {{4{sum[20]}}, sum, 7'd0};
        else if (result_ready_i) correction_q <= row_corrections[32*r+32 +: 32];
      end
      assign row_corrections[32*r +: 32] = correction_q;
    end

    for (c = 0; c < Cols; c = c + 1) begin : gen_column_sums
      ampa_packed_operands u_operands (
        .word_i    (b_words_i[64*c +: 64]),
        .narrow_i  (narrow_q),
        .unsigned_i(b_unsigned_q),
        .lanes_o   (b_lanes[64*c +: 64])
      );
      ampa_packed_line_sum u_sum (
        .clk_i  (clk_i),
        .valid_i(enter),
        .first_i(first),
        .lanes_i(b_lanes[64*c +: 64]),
        .sum_o  (column[21*c +: 21])
      );
    end

    // The edges: two rows, or columns, in one operand; a register, and a further one for odd lanes; the skew.
    for (r = 0; r < ElementRows; r = r + 1) begin : gen_a
      wire [LANES*A_BITS-1:0] entering, a;
      reg  [LANES*A_BITS-1:0] entering_q;
      wire [2:0]              tag;

      for (l = 0; l < LANES; l = l + 1) begin : gen_lanes
        wire [7:0] a_even = a_lanes[128*r+8*l +: 8];
        wire [7:0] a_odd  = a_lanes[128*r+64+8*l +: 8];
        assign entering[A_BITS*l +: A_BITS] = {{a_odd[7], a_odd} - {8'd0, a_even[7]}, {8{a_even[7]}}, a_even};
      end
      always @(posedge clk_i) begin : p_edge
        entering_q <= entering;
      end
      for (l = 0; l < LANES; l = l + 1) begin : gen_skew
        ampa_delay #(
          .Width (A_BITS),
          .Cycles(r + l % 2)
        ) u_skew (
          .clk_i (clk_i),
          .word_i(entering_q[A_BITS*l +: A_BITS]),
          .word_o(a[A_BITS*l +: A_BITS])
        );
      end
      ampa_delay #(
        .Width (3),
        .Cycles(r)
      ) u_tag_skew (
        .clk_i (clk_i),
        .word_i(late_tag),
        .word_o(tag)
      );
    end

    for (c = 0; c < ElementCols; c = c + 1) begin : gen_b
      wire [LANES*B_BITS-1:0] entering, b;
      reg  [LANES*B_BITS-1:0] entering_q;

      for (l = 0; l < LANES; l = l + 1) begin : gen_lanes
        if (COLS_EACH == 2) begin : gen_two
          wire [7:0] b_even  = b_lanes[128*c+8*l +: 8];
          wire [7:0] b_odd   = b_lanes[128*c+64+8*l +: 8];
          wire [7:0] b_alone = b_lanes[64*c+8*l +: 8];
          assign entering[B_BITS*l +: B_BITS] = narrow_q ? {b_odd - {7'd0, b_even[7]}, b_even} : {{8{b_alone[7]}}, b_alone};
        end else begin : gen_one
          assign entering[B_BITS*l +: B_BITS] = b_lanes[64*c+8*l +: 8];
        end
      end
      always @(posedge clk_i) begin : p_edge
        entering_q <= entering;
      end
      for (l = 0; l < LANES; l = l + 1) begin : gen_skew
        ampa_delay #(
          .Width (B_BITS),
          .Cycles(c + l % 2)
        ) u_skew (
          .clk_i (clk_i),
          .word_i(entering_q[B_BITS*l +: B_BITS]),
          .word_o(b[B_BITS*l +: B_BITS])
        );
      end
    end

    wire [RowBits*ElementCols-1:0] first_row_sums;
    for (r = 0; r < ElementRows; r = r + 1) begin : gen_rows
      for (c = 0; c < ElementCols; c = c + 1) begin : gen_cols
        wire [LANES*A_BITS-1:0] a_in, a;
        wire [LANES*B_BITS-1:0] b_in, b;
        wire [2:0]              tag_in, tag;
        wire [RowBits-1:0]      below, sum;

        if (c == 0) begin : gen_left
          assign a_in   = gen_a[r].a;
          assign tag_in = gen_a[r].tag;
        end else begin : gen_right
          assign a_in   = gen_rows[r].gen_cols[c-1].a;
          assign tag_in = gen_rows[r].gen_cols[c-1].tag;
        end
        if (r == 0) begin : gen_top
          assign b_in = gen_b[c].b;
          assign first_row_sums[RowBits*c +: RowBits] = sum;
        end else begin : gen_under
          assign b_in = gen_rows[r-1].gen_cols[c].b;
        end
        if (r == ElementRows - 1) begin : gen_bottom
          assign below = {RowBits{1'b0}};
        end else begin : gen_above
          assign below = gen_rows[r+1].gen_cols[c].sum;
        end

        ampa_packed_element #(
          .Element(Element)
        ) u_element (
          .clk_i   (clk_i),
          .bias_i  (field_bias),
          .tag_i   (tag_in),
          .drain_i (drain_next),
          .enable_i(enable),
          .a_i     (a_in),
          .b_i     (b_in),
          .below_i (below),
          .tag_o   (tag),
          .a_o     (a),
          .b_o     (b),
          .sum_o   (sum)
        );
        wire unused = &{1'b0, a, b, tag};  // of the last column and row
      end
    end

    for (c = 0; c < Cols; c = c + 1) begin : gen_results
      wire [20:0] columns_sum = column[21*c +: 21];
      wire [31:0] fields;
      reg  [31:0] correction_q;

      if (FIELDS == 2) begin : gen_whole
        assign fields = {{32 - RowBits{1'b0}}, first_row_sums[RowBits*c +: RowBits]};
      end else if (c < ElementCols) begin : gen_joined
        wire [39:0] alone = first_row_sums[40*c +: 40];
        wire [31:0] joined = {12'd0, alone[19:0]} + {4'd0, alone[39:20], 8'd0};
        assign fields = narrow_q ? {12'd0, first_row_sums[20*c +: 20]} : joined;
      end else begin : gen_narrow
        assign fields = {12'd0, first_row_sums[20*c +: 20]};
      end

      always @(posedge clk_i) begin : p_correction
        correction_q <= (!a_unsigned_q ? 32'd0 : narrow_q ? {{8{columns_sum[20]}}, columns_sum, 3'd0} :
                         {{4{columns_sum[20]}}, columns_sum, 7'd0}) - bias_q;
      end
      assign results_o[32*c +: 32] = fields + correction_q + row_corrections[31:0];
    end
  endgenerate

  wire unused = &{1'b0, last_lanes_i, next_pass, pass, last_pass};  // there is one pass

endmodule

`default_nettype wire
