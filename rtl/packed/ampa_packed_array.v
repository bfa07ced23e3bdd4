// Output-stationary array of packed elements (ampa_packed_element), Rows x Cols results at most; its operand formats are chosen at run
// time. Ports and cycles are those of ampa_grid_array, elements have two rows and one or two columns:
//
//   int8p   Cols columns, widths 1 .. 8
//   pack2   Cols columns if both operands have at most four bits, half of them if not
//
// A run of tiles of n steps, eight depths each, takes 1 + n (or rows_i of the tile before, if those are more) for each + STAGES + 5 + columns of
// elements + rows_i of the last one, and stalls. steps_i is at most 1023: a field of a sum holds no more. Results cannot leave 32 bits then, so overflow_o stays low; a start beyond
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
  // A tile: see ampa_grid_control. Formats and clear_counters_i are those of a run, looked at when it starts.
  input  wire                  start_i,
  output wire                  start_ready_o,
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
  // Results: row 0 of the first tile first, one row per cycle in which it is taken.
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

  // Rows are sent out five cycles after the last words, when sums over rows are complete; the sums of elements are STAGES - 1 later.
  localparam Wait        = 5;
  localparam Lead        = STAGES - 1;
  localparam WriteLag    = 2;
  localparam IndexBits   = $clog2(Rows);
  localparam Latency     = Wait + Lead + ElementCols + WriteLag;
  localparam AddressBits = $clog2(Latency + Rows);
  localparam RoomBits    = AddressBits + 1;

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
  wire supported = (busy_o || is_plain) && ((busy_o ? narrow_q : is_narrow) || {16'd0, cols_i} <= WIDE_COLS);

  // The format of the run, held.
  reg narrow_q, a_unsigned_q, b_unsigned_q;

  wire                                    begin_run, take_tile, enter, first, next_pass, last, has_rows, has_room;
  wire [1:0]                              pass;
  wire [RoomBits-1:0]                     rows;
  wire [IndexBits*(Lead+ElementCols)-1:0] chain;
  wire [ElementCols-1:0]                  write;
  wire [AddressBits*ElementCols-1:0]      write_address;
  wire [AddressBits-1:0]                  read_address;

  ampa_grid_control #(
    .Rows      (Rows),
    .Cols      (Cols),
    .Latency   (Latency),
    .RoomBits  (RoomBits),
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
    .operand_valid_i    (operand_valid_i),
    .has_rows_i         (has_rows),
    .has_room_i         (has_room),
    .start_ready_o      (start_ready_o),
    .busy_o             (busy_o),
    .begin_o            (begin_run),
    .take_o             (take_tile),
    .error_o            (error_o),
    .enter_o            (enter),
    .first_o            (first),
    .next_pass_o        (next_pass),
    .pass_o             (pass),
    .last_o             (last),
    .rows_o             (rows),
    .a_step_o           (a_step_o),
    .b_step_o           (b_step_o),
    .operand_ready_o    (operand_ready_o),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  ampa_grid_drain #(
    .Rows    (Rows),
    .Columns (ElementCols),
    .Wait    (Wait),
    .Lead    (Lead),
    .WriteLag(WriteLag)
  ) u_drain (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .last_i         (last),
    .rows_i         (rows),
    .result_ready_i (result_ready_i),
    .has_rows_o     (has_rows),
    .has_room_o     (has_room),
    .chain_o        (chain),
    .write_o        (write),
    .write_address_o(write_address),
    .read_address_o (read_address),
    .result_valid_o (result_valid_o)
  );

  assign overflow_o = 1'b0;

  always @(posedge clk_i) begin : p_format
    if (begin_run) begin
      narrow_q     <= is_narrow;
      a_unsigned_q <= !a_kind_i[0];
      b_unsigned_q <= !b_kind_i[0];
    end
  end

  wire [31:0] field_bias = narrow_q ? 32'h7f7f7f7f : 32'h7fff7fff;

  // Words that enter: the totals of rows and columns show them three cycles later, elements take their tags after STAGES.
  wire [2:0]         word, late_word;  // last, first, valid
  wire [11*Rows-1:0] row_totals;
  wire [11*Cols-1:0] column_totals;

  ampa_delay #(
    .Width (3),
    .Cycles(3)
  ) u_word (
    .clk_i (clk_i),
    .word_i({last, first, enter}),
    .word_o(word)
  );
  ampa_delay #(
    .Width (3),
    .Cycles(STAGES - 3)
  ) u_late_word (
    .clk_i (clk_i),
    .word_i(word),
    .word_o(late_word)
  );

  wire [31:0] row_stream;

  ampa_packed_row_sums #(
    .Rows(Rows),
    .Late(Lead - 1)
  ) u_row_sums (
    .clk_i       (clk_i),
    .narrow_i    (narrow_q),
    .a_unsigned_i(a_unsigned_q),
    .b_unsigned_i(b_unsigned_q),
    .word_i      (word),
    .totals_i    (row_totals),
    .row_i       (chain[IndexBits-1:0]),
    .stream_o    (row_stream)
  );

  // Operands at the edges, and their sums.
  wire [64*Rows-1:0] a_lanes;
  wire [64*Cols-1:0] b_lanes;

  genvar r, c, l;
  generate
    for (r = 0; r < Rows; r = r + 1) begin : gen_row_totals
      ampa_packed_operands u_operands (
        .word_i    (a_words_i[64*r +: 64]),
        .narrow_i  (narrow_q),
        .unsigned_i(a_unsigned_q),
        .lanes_o   (a_lanes[64*r +: 64])
      );
      ampa_packed_line_total u_total (
        .clk_i  (clk_i),
        .lanes_i(a_lanes[64*r +: 64]),
        .total_o(row_totals[11*r +: 11])
      );
    end

    for (c = 0; c < Cols; c = c + 1) begin : gen_column_totals
      ampa_packed_operands u_operands (
        .word_i    (b_words_i[64*c +: 64]),
        .narrow_i  (narrow_q),
        .unsigned_i(b_unsigned_q),
        .lanes_o   (b_lanes[64*c +: 64])
      );
      ampa_packed_line_total u_total (
        .clk_i  (clk_i),
        .lanes_i(b_lanes[64*c +: 64]),
        .total_o(column_totals[11*c +: 11])
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
        .word_i(late_word),
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

    for (r = 0; r < ElementRows; r = r + 1) begin : gen_rows
      for (c = 0; c < ElementCols; c = c + 1) begin : gen_cols
        wire [LANES*A_BITS-1:0] a_in, a;
        wire [LANES*B_BITS-1:0] b_in, b;
        wire [2:0]              tag_in, tag;  // last, first, valid
        wire [2*RowBits-1:0]    sums;
        wire                    unused_pass;

        if (c == 0) begin : gen_left
          assign a_in   = gen_a[r].a;
          assign tag_in = gen_a[r].tag;
        end else begin : gen_right
          assign a_in   = gen_rows[r].gen_cols[c-1].a;
          assign tag_in = gen_rows[r].gen_cols[c-1].tag;
        end
        if (r == 0) begin : gen_top
          assign b_in = gen_b[c].b;
        end else begin : gen_under
          assign b_in = gen_rows[r-1].gen_cols[c].b;
        end

        ampa_packed_element #(
          .Element(Element)
        ) u_element (
          .clk_i (clk_i),
          .bias_i(field_bias),
          .tag_i ({1'b0, tag_in[1:0]}),
          .last_i(tag_in[2]),
          .a_i   (a_in),
          .b_i   (b_in),
          .tag_o ({unused_pass, tag[1:0]}),
          .last_o(tag[2]),
          .a_o   (a),
          .b_o   (b),
          .sums_o(sums)
        );
        wire unused = &{1'b0, a, b, tag, unused_pass};  // of the last column and row
      end
    end

    for (c = 0; c < ElementCols; c = c + 1) begin : gen_columns
      wire [RowBits*Rows-1:0] sums;
      wire [32*COLS_EACH-1:0] results;
      wire [11*COLS_EACH-1:0] totals;

      for (r = 0; r < ElementRows; r = r + 1) begin : gen_sums
        assign sums[2*RowBits*r +: 2*RowBits] = gen_rows[r].gen_cols[c].sums;
      end
      // With two fields in use the columns are the first half of all.
      assign totals[10:0] = narrow_q ? column_totals[11*COLS_EACH*c +: 11] : column_totals[11*c +: 11];
      if (COLS_EACH == 2) begin : gen_second
        assign totals[21:11] = column_totals[11*(2*c+1) +: 11];
      end
      ampa_packed_column #(
        .Element    (Element),
        .Rows       (Rows),
        .Column     (c),
        .AddressBits(AddressBits)
      ) u_column (
        .clk_i          (clk_i),
        .narrow_i       (narrow_q),
        .a_unsigned_i   (a_unsigned_q),
        .word_i         (word[1:0]),
        .totals_i       (totals),
        .row_i          (chain[IndexBits*(Lead+c) +: IndexBits]),
        .sums_i         (sums),
        .row_stream_i   (row_stream),
        .write_i        (write[c]),
        .write_address_i(write_address[AddressBits*c +: AddressBits]),
        .read_address_i (read_address),
        .results_o      (results)
      );
    end

    for (c = 0; c < COLS_EACH * ElementCols; c = c + 1) begin : gen_outputs
      if (COLS_EACH == 1) begin : gen_alone
        assign results_o[32*c +: 32] = gen_columns[c].results;
      end else if (c < ElementCols) begin : gen_either
        assign results_o[32*c +: 32] = narrow_q ? gen_columns[c/2].results[c%2*32 +: 32] : gen_columns[c].results[31:0];
      end else begin : gen_half
        assign results_o[32*c +: 32] = gen_columns[c/2].results[c%2*32 +: 32];
      end
    end
  endgenerate

  wire unused = &{1'b0, last_lanes_i, next_pass, pass, take_tile, chain};  // there is one pass

endmodule

`default_nettype wire
