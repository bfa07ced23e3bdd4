// Output-stationary array of Rows x Cols instances of one element, its operand formats chosen at run time.
//
// Row r of A enters at the left edge and moves right, column c of B enters at the top edge and moves down; row r and column
// c are delayed by r and c cycles at the edge, so that equal k meet. Tiles follow each other as ampa_grid_control says: the sums of one leave
// while the next is fed (ampa_grid_drain), and a run of tiles of n steps takes 1 + n * passes (or rows_i of the tile before, if those are
// more) for each + STAGES + 3 + Cols + rows_i of the last one, and stalls. Sums have 32 bits and wrap; overflow_o says
// whether sums of a tile's depth could have (ampa_depth_check). Reset is synchronous and of control only.
//
// What enters an element, and what comes off its sum where results leave:
//   mul8, par8   a byte of A, less 128 if unsigned, for which 128 times the sum of the column's operands is added; B with a ninth bit.
//                mul8: less 43520 = 128 * 340 per step, which its rows add too much
//   r4s          digits of A, the top one first, likewise; its top digit's sign bit is inverted if A is unsigned
//   bricks       words spread over the bricks (pe/ampa_fused_functions.vh); a constant of the formats per step
// Bytes hold operands extended to eight bits. Products beyond K are zeros of both operands.
//
// Parameters: Element, a number of ampa_element_table.vh; Rows and Cols are 1 .. 1024; CountWidth 8 .. 64; StepWidth 3 .. 32, the
// bits that steps times passes are counted in.
`default_nettype none

module ampa_grid_array #(
  parameter Element    = 2,
  parameter Rows       = 16,
  parameter Cols       = 16,
  parameter CountWidth = 64,
  parameter StepWidth  = 32,
  parameter AWords     = Element == 1 ? 8 : Element == 2 ? 4 : 1,  // of ampa_element_table.vh
  parameter BWords     = Element == 1 || Element == 2 ? 8 : 1
) (
  input  wire                      clk_i,
  input  wire                      rst_ni,
  // A tile: see ampa_grid_control. Formats and clear_counters_i are those of a run, looked at when it starts.
  input  wire                      start_i,
  output wire                      start_ready_o,
  input  wire                      clear_counters_i,
  input  wire [3:0]                a_bits_i,
  input  wire [3:0]                b_bits_i,
  input  wire [1:0]                a_kind_i,
  input  wire [1:0]                b_kind_i,
  input  wire [31:0]               steps_i,       // slices of products
  input  wire [5:0]                last_lanes_i,  // products of the last slice that are in use
  input  wire [15:0]               rows_i,
  input  wire [15:0]               cols_i,
  output wire                      busy_o,
  output wire                      error_o,       // the last start was refused
  // Operands: the packed words a_step_o and b_step_o, AWords per row and BWords per column.
  output wire                      operand_ready_o,
  output wire [31:0]               a_step_o,
  output wire [31:0]               b_step_o,
  input  wire                      operand_valid_i,
  input  wire [32*AWords*Rows-1:0] a_words_i,
  input  wire [32*BWords*Cols-1:0] b_words_i,
  // Results: row 0 of the first tile first, one row per cycle in which it is taken.
  output wire                      result_valid_o,
  input  wire                      result_ready_i,
  output wire [32*Cols-1:0]        results_o,
  // Since the last clear_counters_i.
  output wire                      overflow_o,
  output wire [CountWidth-1:0]     compute_cycles_o,
  output wire [CountWidth-1:0]     fill_drain_cycles_o,
  output wire [CountWidth-1:0]     stall_cycles_o
);

  `include "ampa_element_table.vh"
  `include "ampa_array_checks.vh"
  `include "ampa_operand_kinds.vh"
  `include "ampa_fused_functions.vh"

  localparam IsBricks = Element == ELEMENT_BRICKS;
  localparam IsSerial = Element == ELEMENT_R4S;
  localparam HasLanes = LANES == 32;

  // The formats of a tile.
  wire         is_plain  = !a_kind_i[1] && !b_kind_i[1] && a_bits_i <= 4'd8 && b_bits_i <= 4'd8 && a_bits_i != 4'd0 &&
                           b_bits_i != 4'd0 && !(a_kind_i[0] && a_bits_i == 4'd1) && !(b_kind_i[0] && b_bits_i == 4'd1);
  wire         supported = is_plain && (!IsBricks || (a_bits_i != 4'd1 && b_bits_i != 4'd1));
  wire [127:0] fused     = fused_config(a_bits_i, b_bits_i, a_kind_i, b_kind_i);
  wire [5:0]   macs      = fused_macs(a_bits_i, b_bits_i);
  wire [2:0]   log_macs  = HasLanes ? 3'd5 : !IsBricks ? 3'd0 : macs[4] ? 3'd4 : macs[3] ? 3'd3 : macs[2] ? 3'd2 : {2'd0, macs[1]};
  wire [2:0]   passes    = !IsSerial ? 3'd1 : a_bits_i > 4'd6 ? 3'd4 : a_bits_i > 4'd4 ? 3'd3 : 3'd2;

  localparam RowBits     = Rows < 2 ? 1 : $clog2(Rows);
  localparam Latency     = STAGES + 4 + Cols;
  localparam AddressBits = $clog2(Latency + Rows);
  localparam RoomBits    = AddressBits + 1;

  wire                        begin_run, take_tile, enter, first, next_pass, last, has_rows, has_room;
  wire [1:0]                  pass;
  wire [RoomBits-1:0]         rows;
  wire [RowBits*Cols-1:0]     selected;       // of column c the row whose sums are taken
  wire [Cols-1:0]             write;          // a cycle later
  wire [AddressBits*Cols-1:0] write_address;
  wire [AddressBits-1:0]      read_address;

  localparam [RowBits-1:0] FIRST_ROW = 0;

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
    .supported_i        (busy_o || supported),
    .steps_i            (steps_i),
    .passes_i           (passes),
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
    .Rows   (Rows),
    .Columns(Cols),
    .Wait   (STAGES + 3)
  ) u_drain (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .last_i         (last),
    .rows_i         (rows),
    .result_ready_i (result_ready_i),
    .has_rows_o     (has_rows),
    .has_room_o     (has_room),
    .chain_o        (selected),
    .write_o        (write),
    .write_address_o(write_address),
    .read_address_o (read_address),
    .result_valid_o (result_valid_o)
  );

  ampa_depth_check u_depth_check (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .begin_i     (begin_run),
    .clear_i     (clear_counters_i),
    .take_i      (take_tile),
    .steps_i     (steps_i),
    .log_macs_i  (log_macs),
    .last_lanes_i(last_lanes_i),
    .a_bits_i    (a_bits_i),
    .b_bits_i    (b_bits_i),
    .a_signed_i  (a_kind_i[0]),
    .b_signed_i  (b_kind_i[0]),
    .overflow_o  (overflow_o)
  );

  // The format of the run, held.
  reg [127:0] config_q;
  reg         a_unsigned_q, b_unsigned_q;
  reg [2:0]   passes_q;

  always @(posedge clk_i) begin : p_format
    if (begin_run) begin
      config_q     <= fused;
      a_unsigned_q <= !a_kind_i[0];
      b_unsigned_q <= !b_kind_i[0];
      passes_q     <= passes;
    end
  end

  // The edge: a register, and the delays of lanes and of rows and columns. Tags come STAGES - 1 cycles later.
  wire [2:0] late_tag;

  ampa_delay #(
    .Width (3),
    .Cycles(STAGES)
  ) u_tag (
    .clk_i (clk_i),
    .word_i({next_pass, first, enter}),
    .word_o(late_tag)
  );

  genvar r, c;
  generate
    for (r = 0; r < Rows; r = r + 1) begin : gen_a
      wire [32*AWords-1:0] word = a_words_i[32*AWords*r +: 32*AWords];
      wire [A_BITS-1:0]    entering, lanes, a;
      wire [2:0]           tag;
      reg  [A_BITS-1:0]    entering_q;

      ampa_grid_a_edge #(
        .Element(Element),
        .AWords (AWords)
      ) u_edge (
        .word_i    (word),
        .unsigned_i(a_unsigned_q),
        .top_i     (pass == 2'd0),
        .config_i  (config_q),
        .a_o       (entering)
      );

      always @(posedge clk_i) begin : p_edge
        entering_q <= entering;
      end

      if (HasLanes) begin : gen_lanes
        ampa_lane_delay #(
          .Width(A_BITS / 32)
        ) u_lanes (
          .clk_i (clk_i),
          .word_i(entering_q),
          .word_o(lanes)
        );
      end else begin : gen_no_lanes
        assign lanes = entering_q;
      end

      ampa_delay #(
        .Width (A_BITS),
        .Cycles(r)
      ) u_skew (
        .clk_i (clk_i),
        .word_i(lanes),
        .word_o(a)
      );
      ampa_delay #(
        .Width (3),
        .Cycles(r)
      ) u_tag_skew (
        .clk_i (clk_i),
        .word_i(late_tag),
        .word_o(tag)
      );
    end

    for (c = 0; c < Cols; c = c + 1) begin : gen_b
      wire [32*BWords-1:0] word = b_words_i[32*BWords*c +: 32*BWords];
      wire [B_BITS-1:0]    entering, lanes, b;
      reg  [B_BITS-1:0]    entering_q;

      ampa_grid_b_edge #(
        .Element(Element),
        .BWords (BWords)
      ) u_edge (
        .word_i    (word),
        .unsigned_i(b_unsigned_q),
        .config_i  (config_q),
        .b_o       (entering)
      );

      always @(posedge clk_i) begin : p_edge
        entering_q <= entering;
      end

      if (HasLanes) begin : gen_lanes
        ampa_lane_delay #(
          .Width(B_BITS / 32)
        ) u_lanes (
          .clk_i (clk_i),
          .word_i(entering_q),
          .word_o(lanes)
        );
      end else begin : gen_no_lanes
        assign lanes = entering_q;
      end

      ampa_delay #(
        .Width (B_BITS),
        .Cycles(c)
      ) u_skew (
        .clk_i (clk_i),
        .word_i(lanes),
        .word_o(b)
      );
    end

    for (r = 0; r < Rows; r = r + 1) begin : gen_rows
      for (c = 0; c < Cols; c = c + 1) begin : gen_cols
        wire [A_BITS-1:0] a_in, a;
        wire [B_BITS-1:0] b_in, b;
        wire [2:0]        tag_in, tag;
        wire [31:0]       sum;

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

        ampa_grid_element #(
          .Element(Element),
          .ABits  (A_BITS),
          .BBits  (B_BITS)
        ) u_element (
          .clk_i   (clk_i),
          .config_i({config_q[99:96], config_q[63:0]}),
          .tag_i   (tag_in),
          .a_i     (a_in),
          .b_i     (b_in),
          .tag_o   (tag),
          .a_o     (a),
          .b_o     (b),
          .sum_o   (sum)
        );
        wire unused = &{1'b0, a, b, tag};  // of the last column and row
      end
    end

    // Sums of the column that are complete, one row a cycle, what comes off them, and the results that wait.
    for (c = 0; c < Cols; c = c + 1) begin : gen_results
      wire [32*Rows-1:0] sums;
      wire [31:0]        row_sum;
      wire [31:0]        correction;  // of the tile whose row is at row_sum
      wire               is_first = selected[RowBits*c +: RowBits] == FIRST_ROW;

      for (r = 0; r < Rows; r = r + 1) begin : gen_sums
        assign sums[32*r +: 32] = gen_rows[r].gen_cols[c].sum;
      end
      ampa_row_select #(
        .Rows(Rows)
      ) u_select (
        .clk_i  (clk_i),
        .row_i  (selected[RowBits*c +: RowBits]),
        .words_i(sums),
        .word_o (row_sum)
      );
      ampa_result_buffer #(
        .AddressBits(AddressBits)
      ) u_buffer (
        .clk_i          (clk_i),
        .write_i        (write[c]),
        .write_address_i(write_address[AddressBits*c +: AddressBits]),
        .result_i       (row_sum + correction),
        .read_address_i (read_address),
        .result_o       (results_o[32*c +: 32])
      );

      if (IsBricks) begin : gen_constant
        // The same for all columns, a cycle later in each.
        reg [31:0] correction_q;
        if (c == 0) begin : gen_first
          reg  [31:0] bias_q;
          wire [31:0] bias;
          ampa_delay #(
            .Cycles(2)
          ) u_bias (
            .clk_i (clk_i),
            .word_i(bias_q),
            .word_o(bias)
          );
          always @(posedge clk_i) begin : p_bias
            if (late_tag[0]) bias_q <= (late_tag[1] ? 32'd0 : bias_q) + config_q[95:64];
            if (is_first) correction_q <= 32'd0 - bias;
          end
        end else begin : gen_others
          always @(posedge clk_i) begin : p_correction
            correction_q <= gen_results[c-1].correction;
          end
          wire unused_first = is_first;
        end
        assign correction = correction_q;
      end else begin : gen_columns
        ampa_column_correction #(
          .Element(Element),
          .Column (c)
        ) u_correction (
          .clk_i       (clk_i),
          .word_i      ({pass == 2'd0, next_pass, first, enter && !pass[1]}),
          .b_i         (gen_b[c].b),
          .a_unsigned_i(a_unsigned_q),
          .passes_i    (passes_q),
          .take_i      (is_first),
          .correction_o(correction)
        );
      end
    end
  endgenerate

  wire unused = &{1'b0, config_q, passes_q, macs[0], macs[5]};

endmodule

`default_nettype wire
