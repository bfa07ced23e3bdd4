// Sequences one tile through an output-stationary array.
// Parameters: CountWidth 8 .. 64, StepWidth 2 .. 32; others fail at elaboration.
//   start   1 cycle                              formats are taken, accumulators are cleared
//   feed    steps_i * a_planes_i * b_planes_i    one operand word per row and column enters per cycle (+ stalls)
//   flush   rows_i + cols_i                      the last words travel to the last processing element in use
//   drain   rows_i                               one row of accumulators per cycle leaves (+ stalls)
//
// A step is a slice of products. Its planes are taken one pair after the other, the planes of B in the inner loop, both
// from plane 0 up: so each partial sum of a product stays within the bounds of the product. A feed cycle without operands
// and a drain cycle whose row is not taken are stalls.
`default_nettype none

module ampa_os_control #(
  parameter CountWidth = 64,
  parameter StepWidth  = 32   // 2 .. 32: steps_i * a_planes_i * b_planes_i is below 2^StepWidth
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  start_i,           // taken while not busy
  input  wire                  clear_counters_i,  // with start_i: the tile is the first of a job
  input  wire [31:0]           steps_i,           // >= 1
  input  wire [3:0]            a_planes_i,        // 1 .. 8
  input  wire [3:0]            b_planes_i,        // 1 .. 8
  input  wire [15:0]           rows_i,            // >= 1, rows of the array in use
  input  wire [15:0]           cols_i,            // >= 1, columns of the array in use
  input  wire                  operand_valid_i,
  input  wire                  result_ready_i,
  output wire                  busy_o,
  output wire                  begin_o,           // the start cycle
  output wire                  enter_o,           // the operand words at the edge are taken
  output wire                  move_o,            // operands move and products are accumulated
  output wire                  drain_o,           // a row of results waits to be taken
  output wire                  shift_o,           // it is taken
  output wire [31:0]           a_step_o,          // the packed words that are wanted: step * planes + plane
  output wire [31:0]           b_step_o,
  output wire [2:0]            a_plane_o,         // their planes
  output wire [2:0]            b_plane_o,
  output wire                  last_step_o,       // they belong to the last step
  output wire [15:0]           rows_o,            // rows_i and cols_i of the tile
  output wire [15:0]           cols_o,
  output wire                  operand_ready_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  localparam [1:0] IDLE  = 2'd0;
  localparam [1:0] FEED  = 2'd1;
  localparam [1:0] FLUSH = 2'd2;
  localparam [1:0] DRAIN = 2'd3;

  localparam [StepWidth-1:0] NO_STEPS = 0;
  localparam [StepWidth-1:0] ONE_STEP = 1;

  reg [1:0]           state_q;
  reg [StepWidth-1:0] steps_left_q;  // after this one
  reg [StepWidth-1:0] a_step_q, b_step_q, b_first_q;
  reg [3:0]           a_plane_q, b_plane_q, a_last_q, b_last_q;
  reg [16:0]          wait_q;        // cycles left of flush or drain, less one
  reg [15:0]          rows_q, cols_q;

  wire last_b_plane = b_plane_q == b_last_q;
  wire last_pair    = last_b_plane && a_plane_q == a_last_q;

  assign busy_o          = state_q != IDLE;
  assign begin_o         = state_q == IDLE && start_i;
  assign operand_ready_o = state_q == FEED;
  assign enter_o         = state_q == FEED && operand_valid_i;
  assign move_o          = state_q == FEED || state_q == FLUSH;
  assign drain_o         = state_q == DRAIN;
  assign shift_o         = state_q == DRAIN && result_ready_i;
  assign a_plane_o       = a_plane_q[2:0];
  assign b_plane_o       = b_plane_q[2:0];
  assign last_step_o     = steps_left_q == NO_STEPS;
  assign rows_o          = rows_q;
  assign cols_o          = cols_q;

  assign a_step_o[StepWidth-1:0] = a_step_q;
  assign b_step_o[StepWidth-1:0] = b_step_q;
  generate
    if (StepWidth < 32) begin : gen_no_upper_steps
      assign a_step_o[31:StepWidth] = {32 - StepWidth{1'b0}};
      assign b_step_o[31:StepWidth] = {32 - StepWidth{1'b0}};
    end
  endgenerate

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q      <= IDLE;
      steps_left_q <= NO_STEPS;
      a_step_q     <= NO_STEPS;
      b_step_q     <= NO_STEPS;
      b_first_q    <= NO_STEPS;
      a_plane_q    <= 4'd0;
      b_plane_q    <= 4'd0;
      a_last_q     <= 4'd0;
      b_last_q     <= 4'd0;
      wait_q       <= 17'd0;
      rows_q       <= 16'd0;
      cols_q       <= 16'd0;
    end else begin
      case (state_q)
        IDLE: begin
          if (start_i) begin
            state_q      <= FEED;
            steps_left_q <= steps_i[StepWidth-1:0] - ONE_STEP;
            a_step_q     <= NO_STEPS;
            b_step_q     <= NO_STEPS;
            b_first_q    <= NO_STEPS;
            a_plane_q    <= 4'd0;
            b_plane_q    <= 4'd0;
            a_last_q     <= a_planes_i - 4'd1;
            b_last_q     <= b_planes_i - 4'd1;
            rows_q       <= rows_i;
            cols_q       <= cols_i;
          end
        end
        FEED: begin
          if (operand_valid_i) begin
            b_plane_q <= last_b_plane ? 4'd0 : b_plane_q + 4'd1;
            b_step_q  <= (last_b_plane && !last_pair) ? b_first_q : b_step_q + ONE_STEP;
            if (last_b_plane) begin
              a_plane_q <= last_pair ? 4'd0 : a_plane_q + 4'd1;
              a_step_q  <= a_step_q + ONE_STEP;
            end
            if (last_pair) begin
              b_first_q <= b_step_q + ONE_STEP;
              if (steps_left_q != NO_STEPS) begin
                steps_left_q <= steps_left_q - ONE_STEP;
              end else begin
                state_q <= FLUSH;
                wait_q  <= {1'b0, rows_q} + {1'b0, cols_q} - 17'd1;
              end
            end
          end
        end
        FLUSH: begin
          if (wait_q != 17'd0) begin
            wait_q <= wait_q - 17'd1;
          end else begin
            state_q <= DRAIN;
            wait_q  <= {1'b0, rows_q} - 17'd1;
          end
        end
        default: begin
          if (result_ready_i) begin
            if (wait_q != 17'd0) wait_q <= wait_q - 17'd1;
            else state_q <= IDLE;
          end
        end
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
    .stall_i            (operand_ready_o || (drain_o && !result_ready_i)),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  generate
    if (StepWidth < 2 || StepWidth > 32) begin : gen_check_step_width
      ampa_error_step_width_must_be_2_to_32 u_error ();
    end
  endgenerate

endmodule

`default_nettype wire
