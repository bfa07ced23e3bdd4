// Sequences one tile through a grid (output stationary). Synchronous reset.
//
//   start   1 cycle                       formats are taken
//   feed    steps_i * passes_i            one word per row and column enters per cycle (+ stalls), all steps in every pass
//   flush   rows_i + cols_i + Stages      the last words travel to the last element in use and into its sum; with elements of two
//                                         rows (columns) half of them, rounded up
//   drain   rows_i                        one row of sums per cycle leaves (+ stalls)
//
// A tile that the array cannot run is not started, and error_o says so until the next start: rows_i or cols_i 0 or beyond the array,
// steps_i 0 or beyond StepWidth, formats that are not supported.
//
// Parameters: Rows, Cols 1 .. 1024; Stages, RowsEach (1 or 2), of the element; CountWidth 8 .. 64; StepWidth 3 .. 32.
`default_nettype none

module ampa_grid_control #(
  parameter Rows       = 16,
  parameter Cols       = 16,
  parameter Stages     = 6,
  parameter RowsEach   = 1,
  parameter CountWidth = 64,
  parameter StepWidth  = 32   // steps_i * passes_i is below 2^StepWidth
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  start_i,           // taken while not busy
  input  wire                  clear_counters_i,  // with start_i: the tile is the first of a job
  input  wire                  supported_i,
  input  wire [31:0]           steps_i,
  input  wire [2:0]            passes_i,          // 1 .. 4
  input  wire [15:0]           rows_i,
  input  wire [15:0]           cols_i,
  input  wire                  has_column_pairs_i,  // with start_i: an element has two columns of the tile (RowsEach 2)
  input  wire                  operand_valid_i,
  input  wire                  result_ready_i,
  output wire                  busy_o,
  output wire                  begin_o,           // the start cycle of a tile that is run
  output wire                  error_o,
  output wire                  enter_o,           // the operand words at the edge are taken
  output wire                  first_o,           // they are the first of the tile
  output wire                  next_pass_o,       // they are the first of a later pass
  output wire [1:0]            pass_o,            // theirs
  output wire                  last_pass_o,
  output wire                  drain_o,           // a row of results waits to be taken
  output wire                  drain_next_o,      // it does in the next cycle, or did in this one
  output wire                  enable_o,          // sums may change
  output wire [31:0]           a_step_o,          // the packed words that are wanted: step * passes + pass
  output wire [31:0]           b_step_o,          // step
  output wire                  operand_ready_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  localparam [1:0] IDLE  = 2'd0;
  localparam [1:0] FEED  = 2'd1;
  localparam [1:0] FLUSH = 2'd2;
  localparam [1:0] DRAIN = 2'd3;

  localparam [StepWidth-1:0] NO_STEPS   = 0;
  localparam [StepWidth-1:0] ONE_STEP   = 1;
  localparam [31:0]          MOST_STEPS = 32'hffff_ffff >> (32 - StepWidth);
  localparam [31:0]          MOST_ROWS  = Rows;
  localparam [31:0]          MOST_COLS  = Cols;
  localparam [16:0]          EXTRA      = Stages;

  reg [1:0]           state_q;
  reg                 error_q;
  reg [StepWidth-1:0] a_step_q, b_step_q, last_step_q;
  reg [1:0]           pass_q, last_pass_q;
  reg [16:0]          wait_q;  // cycles left of flush or drain, less one
  reg [15:0]          rows_q, cols_q;

  wire is_runnable = supported_i && rows_i != 16'd0 && {16'd0, rows_i} <= MOST_ROWS && cols_i != 16'd0 && {16'd0, cols_i} <= MOST_COLS &&
                     steps_i != 32'd0 && (steps_i & ~MOST_STEPS) == 32'd0;
  wire last_step   = b_step_q == last_step_q;
  wire last_pass   = pass_q == last_pass_q;

  wire [16:0] pairs_way;

  assign busy_o          = state_q != IDLE;
  assign begin_o         = state_q == IDLE && start_i && is_runnable;
  assign error_o         = error_q;
  assign operand_ready_o = state_q == FEED;
  assign enter_o         = state_q == FEED && operand_valid_i;
  assign first_o         = b_step_q == NO_STEPS && pass_q == 2'd0;
  assign next_pass_o     = b_step_q == NO_STEPS && pass_q != 2'd0;
  assign pass_o          = pass_q;
  assign last_pass_o     = last_pass;
  assign drain_o         = state_q == DRAIN;
  assign drain_next_o    = state_q == DRAIN || (state_q == FLUSH && wait_q == 17'd0);
  assign enable_o        = state_q != DRAIN || result_ready_i;

  assign a_step_o[StepWidth-1:0] = a_step_q;
  assign b_step_o[StepWidth-1:0] = b_step_q;
  // Hops of the last words through elements of two rows and one or two columns.
  generate
    if (RowsEach == 1) begin : gen_single
      assign pairs_way = 17'd0;
      wire unused_pairs = &{1'b0, has_column_pairs_i};
    end else begin : gen_pairs
      reg         has_column_pairs_q;
      wire [16:0] row_hops = {1'b0, rows_q} + 17'd1;
      wire [16:0] col_hops = {1'b0, cols_q} + {16'd0, has_column_pairs_q};
      always @(posedge clk_i) begin : p_pairs
        if (state_q == IDLE) has_column_pairs_q <= has_column_pairs_i;
      end
      assign pairs_way = {1'b0, row_hops[16:1]} + (has_column_pairs_q ? {1'b0, col_hops[16:1]} : col_hops);
      wire unused_odd = &{1'b0, row_hops[0]};
    end
  endgenerate

  generate
    if (StepWidth < 32) begin : gen_no_upper_steps
      assign a_step_o[31:StepWidth] = {32 - StepWidth{1'b0}};
      assign b_step_o[31:StepWidth] = {32 - StepWidth{1'b0}};
    end
  endgenerate

  wire [StepWidth-1:0] passes = {{StepWidth - 2{1'b0}}, last_pass_q} + ONE_STEP;
  wire [StepWidth-1:0] pass   = {{StepWidth - 2{1'b0}}, pass_q} + ONE_STEP;

  always @(posedge clk_i) begin : p_state
    if (!rst_ni) begin
      state_q <= IDLE;
      error_q <= 1'b0;
    end else begin
      case (state_q)
        IDLE: begin
          if (start_i) error_q <= !is_runnable;
          if (begin_o) state_q <= FEED;
        end
        FEED:    if (operand_valid_i && last_step && last_pass) state_q <= FLUSH;
        FLUSH:   if (wait_q == 17'd0) state_q <= DRAIN;
        default: if (result_ready_i && wait_q == 17'd0) state_q <= IDLE;
      endcase
    end
  end

  always @(posedge clk_i) begin : p_counts
    case (state_q)
      IDLE: begin
        a_step_q    <= NO_STEPS;
        b_step_q    <= NO_STEPS;
        pass_q      <= 2'd0;
        last_step_q <= steps_i[StepWidth-1:0] - ONE_STEP;
        last_pass_q <= passes_i[1:0] - 2'd1;
        rows_q      <= rows_i;
        cols_q      <= cols_i;
      end
      FEED: begin
        wait_q <= RowsEach == 1 ? {1'b0, rows_q} + {1'b0, cols_q} + EXTRA - 17'd1 : pairs_way + EXTRA - 17'd1;
        if (operand_valid_i) begin
          b_step_q <= last_step ? NO_STEPS : b_step_q + ONE_STEP;
          a_step_q <= last_step ? pass : a_step_q + passes;
          if (last_step) pass_q <= pass_q + 2'd1;
        end
      end
      FLUSH:   wait_q <= (wait_q == 17'd0) ? {1'b0, rows_q} - 17'd1 : wait_q - 17'd1;
      default: if (result_ready_i) wait_q <= wait_q - 17'd1;
    endcase
  end

  ampa_grid_counters #(
    .CountWidth(CountWidth)
  ) u_cycle_counters (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .begin_i            (begin_o),
    .clear_i            (clear_counters_i),
    .busy_i             (busy_o),
    .compute_i          (enter_o),
    .stall_i            (operand_ready_o || (drain_o && !result_ready_i)),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  generate
    if (StepWidth < 3 || StepWidth > 32) begin : gen_check_step_width
      ampa_error_step_width_must_be_3_to_32 u_error ();
    end
  endgenerate

  wire unused = &{1'b0, passes_i[2]};

endmodule

`default_nettype wire
