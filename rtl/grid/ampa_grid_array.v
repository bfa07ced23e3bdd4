// Output-stationary array of Rows x Cols instances of one element, its operand formats chosen at run time.
//
// Row r of A enters at the left edge and moves right, column c of B enters at the top edge and moves down; row r and column
// c are delayed by r and c cycles at the edge, so that equal k meet. Tiles are sequenced as ampa_grid_control says: a tile of
// n steps takes 1 + n * passes + (rows_i + cols_i + STAGES) + rows_i cycles and stalls. Sums have 32 bits and wrap; overflow_o says
// whether sums of the tile's depth could have (ampa_depth_check). Reset is synchronous and of control only.
//
// What enters an element, and what comes off its sum where results leave:
//   mul8, par8   a byte of A, less 128 if unsigned, for which 128 times the sum of the column's operands is added; B with a ninth bit
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
  // A tile: see ampa_grid_control.
  input  wire                      start_i,
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
  // Results: row 0 first, one row per cycle in which it is taken.
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

  wire       begin_tile, enter, first, next_pass, last_pass, drain_next, enable;
  wire [1:0] pass;

  ampa_grid_control #(
    .Rows      (Rows),
    .Cols      (Cols),
    .Stages    (STAGES),
    .CountWidth(CountWidth),
    .StepWidth (StepWidth)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .supported_i        (supported),
    .steps_i            (steps_i),
    .passes_i           (passes),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .has_column_pairs_i (1'b0),
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

  ampa_depth_check u_depth_check (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .begin_i     (begin_tile),
    .clear_i     (clear_counters_i),
    .steps_i     (steps_i),
    .log_macs_i  (log_macs),
    .last_lanes_i(last_lanes_i),
    .a_bits_i    (a_bits_i),
    .b_bits_i    (b_bits_i),
    .a_signed_i  (a_kind_i[0]),
    .b_signed_i  (b_kind_i[0]),
    .overflow_o  (overflow_o)
  );

  // The format of the tile, held; what comes off a result.
  reg [127:0] config_q;
  reg         a_unsigned_q, b_unsigned_q;
  reg [2:0]   passes_q;
  reg [31:0]  bias_q, bias_step_q;

  wire [31:0] bias_step = Element == ELEMENT_MUL8 ? 32'd43520 + (a_kind_i[0] ? 32'd0 : 32'd32768) :
                          Element == ELEMENT_PAR8 ? (a_kind_i[0] ? 32'd0 : 32'd1048576) :
                          Element == ELEMENT_R4S  ? (a_kind_i[0] ? 32'd0 : 32'd4096 << {passes, 1'b0}) : fused[95:64];

  always @(posedge clk_i) begin : p_format
    if (begin_tile) begin
      config_q     <= fused;
      a_unsigned_q <= !a_kind_i[0];
      b_unsigned_q <= !b_kind_i[0];
      passes_q     <= passes;
      bias_step_q  <= bias_step;
      bias_q       <= 32'd0;
    end else if (enter && pass == 2'd0) begin
      bias_q <= bias_q + bias_step_q;
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

    wire [32*Cols-1:0] first_row_sums;
    for (r = 0; r < Rows; r = r + 1) begin : gen_rows
      for (c = 0; c < Cols; c = c + 1) begin : gen_cols
        wire [A_BITS-1:0] a_in, a;
        wire [B_BITS-1:0] b_in, b;
        wire [2:0]        tag_in, tag;
        wire [31:0]       below, sum;

        if (c == 0) begin : gen_left
          assign a_in   = gen_a[r].a;
          assign tag_in = gen_a[r].tag;
        end else begin : gen_right
          assign a_in   = gen_rows[r].gen_cols[c-1].a;
          assign tag_in = gen_rows[r].gen_cols[c-1].tag;
        end
        if (r == 0) begin : gen_top
          assign b_in = gen_b[c].b;
          assign first_row_sums[32*c +: 32] = sum;
        end else begin : gen_under
          assign b_in = gen_rows[r-1].gen_cols[c].b;
        end
        if (r == Rows - 1) begin : gen_bottom
          assign below = 32'd0;
        end else begin : gen_above
          assign below = gen_rows[r+1].gen_cols[c].sum;
        end

        ampa_grid_element #(
          .Element(Element),
          .ABits  (A_BITS),
          .BBits  (B_BITS)
        ) u_element (
          .clk_i   (clk_i),
          .config_i({config_q[99:96], config_q[63:0]}),
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
      reg [31:0] correction_q;

      assign results_o[32*c +: 32] = first_row_sums[32*c +: 32] + correction_q;

      if (IsBricks) begin : gen_constant
        always @(posedge clk_i) begin : p_correction
          correction_q <= 32'd0 - bias_q;
        end
      end else begin : gen_columns
        wire [31:0] column;
        wire [3:0]  column_tag;

        // The column's operands come to its sum a cycle before they do to the first element.
        ampa_delay #(
          .Width (4),
          .Cycles(c)
        ) u_tag (
          .clk_i (clk_i),
          .word_i({pass == 2'd0, next_pass, first, enter && !pass[1]}),
          .word_o(column_tag)
        );
        wire [2:0] late_column_tag;
        ampa_delay #(
          .Width (3),
          .Cycles(HasLanes ? 5 : 0)
        ) u_late_tag (
          .clk_i (clk_i),
          .word_i(column_tag[2:0]),
          .word_o(late_column_tag)
        );
        reg upper_q;
        always @(posedge clk_i) begin : p_upper
          upper_q <= column_tag[3];
        end
        ampa_column_sum #(
          .Serial(IsSerial),
          .Lanes (LANES)
        ) u_column (
          .clk_i  (clk_i),
          .tag_i  (late_column_tag),
          .upper_i(upper_q),
          .b_i    (gen_b[c].b),
          .sum_o  (column)
        );

        wire [31:0] scaled = !a_unsigned_q ? 32'd0 :
                             (IsSerial && passes_q == 3'd2) ? {column[28:0], 3'd0} :
                             (IsSerial && passes_q == 3'd3) ? {column[26:0], 5'd0} : {column[24:0], 7'd0};
        always @(posedge clk_i) begin : p_correction
          correction_q <= scaled - bias_q;
        end
        wire unused_column = &{1'b0, column[31:29]};
      end
    end
  endgenerate

  wire unused = &{1'b0, config_q, last_pass, passes_q, macs[0], macs[5]};

endmodule

`default_nettype wire
