// Sequences one tile through a weight-stationary array.
// Parameters: CountWidth 8 .. 64, StepWidth 2 .. 32, Latency 2 or more; others fail at elaboration.
//   start   1 cycle                         formats are taken, stationary words are cleared
//   load    rows_i (+ stalls)               the stationary words enter, those of the last row in use first
//   feed    steps_i (+ stalls)              one row of A, a word per row of the array in use, enters per cycle
//   flush   Latency                         the last row of A travels through; results leave from cycle Latency of the feed on
//
// A cycle in which operands are wanted and missing, and one in which a row of results is not taken, are stalls: the former
// sends a bubble through the array, the latter holds all of it.
`default_nettype none

module ampa_ws_control #(
  parameter CountWidth = 64,
  parameter StepWidth  = 32,  // 2 .. 32: steps_i is below 2^StepWidth
  parameter Latency    = 34   // >= 2: cycles from the operands of a row to its results
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  start_i,           // taken while not busy
  input  wire                  clear_counters_i,  // with start_i: the tile is the first of a job
  input  wire [31:0]           steps_i,           // >= 1, rows of A
  input  wire [15:0]           rows_i,            // >= 1, rows of the array in use
  input  wire [15:0]           cols_i,            // >= 1, columns of the array in use
  input  wire                  operand_valid_i,
  input  wire                  result_ready_i,
  output wire                  busy_o,
  output wire                  begin_o,           // the start cycle
  output wire                  load_o,            // stationary words are taken
  output wire                  enter_o,           // a row of A is taken
  output wire                  move_o,            // operands and sums move
  output wire                  result_valid_o,
  output wire [31:0]           a_step_o,          // the row of A that is wanted
  output wire [31:0]           b_step_o,          // the row of stationary words that is wanted
  output wire [15:0]           rows_o,            // rows_i and cols_i of the tile
  output wire [15:0]           cols_o,
  output wire                  operand_ready_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  localparam [1:0] IDLE  = 2'd0;
  localparam [1:0] LOAD  = 2'd1;
  localparam [1:0] FEED  = 2'd2;
  localparam [1:0] FLUSH = 2'd3;

  localparam [StepWidth-1:0] NO_STEPS = 0;
  localparam [StepWidth-1:0] ONE_STEP = 1;

  reg [1:0]           state_q;
  reg [StepWidth-1:0] a_step_q, last_step_q, result_q;
  reg [15:0]          b_step_q, rows_q, cols_q;
  reg [Latency-1:0]   valid_q;  // which stages between operands and results hold a row

  wire blocked = valid_q[Latency-1] && !result_ready_i;
  wire missing = operand_ready_o && !operand_valid_i;

  assign busy_o          = state_q != IDLE;
  assign begin_o         = state_q == IDLE && start_i;
  assign operand_ready_o = state_q == LOAD || (state_q == FEED && !blocked);
  assign load_o          = state_q == LOAD && operand_valid_i;
  assign enter_o         = state_q == FEED && !blocked && operand_valid_i;
  assign move_o          = state_q[1] && !blocked;
  assign result_valid_o  = valid_q[Latency-1];
  assign b_step_o        = {16'd0, b_step_q};
  assign rows_o          = rows_q;
  assign cols_o          = cols_q;

  assign a_step_o[StepWidth-1:0] = a_step_q;
  generate
    if (StepWidth < 32) begin : gen_no_upper_steps
      assign a_step_o[31:StepWidth] = {32 - StepWidth{1'b0}};
    end
  endgenerate

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q     <= IDLE;
      a_step_q    <= NO_STEPS;
      last_step_q <= NO_STEPS;
      result_q    <= NO_STEPS;
      b_step_q    <= 16'd0;
      rows_q      <= 16'd0;
      cols_q      <= 16'd0;
      valid_q     <= {Latency{1'b0}};
    end else begin
      if (move_o) valid_q <= {valid_q[Latency-2:0], enter_o};
      if (valid_q[Latency-1] && result_ready_i) begin
        result_q <= result_q + ONE_STEP;
        if (result_q == last_step_q) state_q <= IDLE;
      end
      case (state_q)
        IDLE: begin
          if (start_i) begin
            state_q     <= LOAD;
            a_step_q    <= NO_STEPS;
            last_step_q <= steps_i[StepWidth-1:0] - ONE_STEP;
            result_q    <= NO_STEPS;
            b_step_q    <= rows_i - 16'd1;
            rows_q      <= rows_i;
            cols_q      <= cols_i;
          end
        end
        LOAD: begin
          if (operand_valid_i) begin
            if (b_step_q != 16'd0) b_step_q <= b_step_q - 16'd1;
            else state_q <= FEED;
          end
        end
        FEED: begin
          if (enter_o) begin
            a_step_q <= a_step_q + ONE_STEP;
            if (a_step_q == last_step_q) state_q <= FLUSH;
          end
        end
        default: ;
      endcase
    end
  end

  ampa_cycle_counters #(
    .CountWidth(CountWidth)
  ) u_cycle_counters (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .begin_i            (begin_o),
    .clear_i            (clear_counters_i),
    .busy_i             (busy_o),
    .compute_i          (enter_o),
    .stall_i            (missing || blocked),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  generate
    if (Latency < 2) begin : gen_check_latency
      ampa_error_latency_must_be_2_or_more u_error ();
    end
    if (StepWidth < 2 || StepWidth > 32) begin : gen_check_step_width
      ampa_error_step_width_must_be_2_to_32 u_error ();
    end
  endgenerate

endmodule

`default_nettype wire
