// Sequences one tile through the array and counts its cycles.
//
//   start   1 cycle                 formats are taken, accumulators are cleared
//   feed    steps_i (+ stalls)      one operand word per row and column enters
//   flush   rows_i + cols_i         the last words travel to the last processing element in use
//   drain   rows_i                  one row of accumulators per cycle leaves
//
// A compute cycle is one in which a step enters; every processing element accumulates in exactly as many cycles. A feed
// cycle without operands is a stall. All other cycles of a tile are fill/drain.
`default_nettype none

module ampa_tile_control #(
  parameter CountWidth = 64
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  start_i,           // taken while not busy
  input  wire                  clear_counters_i,  // with start_i: the tile is the first of a job
  input  wire [31:0]           steps_i,           // >= 1
  input  wire [15:0]           rows_i,            // >= 1, rows of the array in use
  input  wire [15:0]           cols_i,            // >= 1, columns of the array in use
  input  wire                  operand_valid_i,
  output wire                  busy_o,
  output wire                  begin_o,           // the start cycle
  output wire                  enter_o,           // the operand words at the edge are taken
  output wire                  move_o,            // operands move and products are accumulated
  output wire                  drain_o,
  output wire [31:0]           step_o,            // the step whose operands are wanted
  output wire                  operand_ready_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  localparam [1:0] IDLE  = 2'd0;
  localparam [1:0] FEED  = 2'd1;
  localparam [1:0] FLUSH = 2'd2;
  localparam [1:0] DRAIN = 2'd3;

  reg [1:0]            state_q;
  reg [31:0]           step_q, last_step_q;
  reg [16:0]           wait_q;  // cycles left of flush or drain, less one
  reg [15:0]           rows_q, cols_q;
  reg [CountWidth-1:0] compute_q, fill_drain_q, stall_q;

  assign busy_o              = state_q != IDLE;
  assign begin_o             = state_q == IDLE && start_i;
  assign operand_ready_o     = state_q == FEED;
  assign enter_o             = state_q == FEED && operand_valid_i;
  assign move_o              = state_q == FEED || state_q == FLUSH;
  assign drain_o             = state_q == DRAIN;
  assign step_o              = step_q;
  assign compute_cycles_o    = compute_q;
  assign fill_drain_cycles_o = fill_drain_q;
  assign stall_cycles_o      = stall_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q     <= IDLE;
      step_q      <= 32'd0;
      last_step_q <= 32'd0;
      wait_q      <= 17'd0;
      rows_q      <= 16'd0;
      cols_q      <= 16'd0;
    end else begin
      case (state_q)
        IDLE: begin
          if (start_i) begin
            state_q     <= FEED;
            step_q      <= 32'd0;
            last_step_q <= steps_i - 32'd1;
            rows_q      <= rows_i;
            cols_q      <= cols_i;
          end
        end
        FEED: begin
          if (operand_valid_i) begin
            step_q <= step_q + 32'd1;
            if (step_q == last_step_q) begin
              state_q <= FLUSH;
              wait_q  <= {1'b0, rows_q} + {1'b0, cols_q} - 17'd1;
            end
          end
        end
        FLUSH: begin
          wait_q <= wait_q - 17'd1;
          if (wait_q == 17'd0) begin
            state_q <= DRAIN;
            wait_q  <= {1'b0, rows_q} - 17'd1;
          end
        end
        default: begin
          wait_q <= wait_q - 17'd1;
          if (wait_q == 17'd0) state_q <= IDLE;
        end
      endcase
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_counters
    if (!rst_ni) begin
      compute_q    <= {CountWidth{1'b0}};
      fill_drain_q <= {CountWidth{1'b0}};
      stall_q      <= {CountWidth{1'b0}};
    end else if (begin_o) begin
      compute_q    <= clear_counters_i ? {CountWidth{1'b0}} : compute_q;
      stall_q      <= clear_counters_i ? {CountWidth{1'b0}} : stall_q;
      fill_drain_q <= (clear_counters_i ? {CountWidth{1'b0}} : fill_drain_q) + {{CountWidth-1{1'b0}}, 1'b1};
    end else begin
      if (enter_o) compute_q <= compute_q + {{CountWidth-1{1'b0}}, 1'b1};
      else if (operand_ready_o) stall_q <= stall_q + {{CountWidth-1{1'b0}}, 1'b1};
      else if (busy_o) fill_drain_q <= fill_drain_q + {{CountWidth-1{1'b0}}, 1'b1};
    end
  end

endmodule

`default_nettype wire
