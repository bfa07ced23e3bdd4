// What ampa_tile_control promises, against a plain count of the cycles of a tile.
//
// Parameters: tiles up to MaxSteps steps, MaxSide rows and columns; these bound the state space, not the time.
// Timing: a property that is violated in a cycle raises its output in the same cycle. Reset may come at any time.
`default_nettype none

module ampa_tile_control_properties #(
  parameter MaxSteps = 7,
  parameter MaxSide  = 3
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        start_i,
  input  wire        clear_counters_i,
  input  wire [31:0] steps_i,
  input  wire [15:0] rows_i,
  input  wire [15:0] cols_i,
  input  wire        operand_valid_i,
  output wire        phase_fail_o,      // feed, flush and drain follow each other and last as long as they should
  output wire        step_fail_o,       // the steps are 0, 1, .. in order; a step is repeated until it is taken
  output wire        handshake_fail_o,  // a step enters if and only if it is wanted and offered
  output wire        idle_fail_o,       // an idle array neither moves nor drains
  output wire        counters_fail_o    // compute + fill/drain + stall = cycles of the job
);

  localparam CountWidth = 8;

  wire                  busy, begin_tile, enter, move, drain, ready;
  wire [31:0]           step;
  wire [CountWidth-1:0] compute, fill_drain, stall;

  // The first cycle resets whatever the registers held.
  reg  started_q = 1'b0;
  wire rst_n     = rst_ni && started_q;
  always @(posedge clk_i) started_q <= 1'b1;

  wire legal = steps_i >= 32'd1 && steps_i <= MaxSteps && rows_i >= 16'd1 && rows_i <= MaxSide && cols_i >= 16'd1 &&
               cols_i <= MaxSide;
  wire start = start_i && legal;

  ampa_tile_control #(
    .CountWidth(CountWidth)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_n),
    .start_i            (start),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .operand_valid_i    (operand_valid_i),
    .busy_o             (busy),
    .begin_o            (begin_tile),
    .enter_o            (enter),
    .move_o             (move),
    .drain_o            (drain),
    .step_o             (step),
    .operand_ready_o    (ready),
    .compute_cycles_o   (compute),
    .fill_drain_cycles_o(fill_drain),
    .stall_cycles_o     (stall)
  );

  // The plain count: what is left of each phase.
  reg [3:0]            feed_left_q, flush_left_q, drain_left_q, fed_q;
  reg [CountWidth-1:0] cycles_q, stalls_q, computes_q;
  wire                 feeding  = feed_left_q != 4'd0;
  wire                 flushing = !feeding && flush_left_q != 4'd0;
  wire                 draining = !feeding && !flushing && drain_left_q != 4'd0;
  wire                 working  = feeding || flushing || draining;

  always @(posedge clk_i) begin : p_count
    if (!rst_n) begin
      feed_left_q  <= 4'd0;
      flush_left_q <= 4'd0;
      drain_left_q <= 4'd0;
      fed_q        <= 4'd0;
      cycles_q     <= {CountWidth{1'b0}};
      stalls_q     <= {CountWidth{1'b0}};
      computes_q   <= {CountWidth{1'b0}};
    end else if (!working) begin
      if (start) begin
        feed_left_q  <= steps_i[3:0];
        flush_left_q <= rows_i[3:0] + cols_i[3:0];
        drain_left_q <= rows_i[3:0];
        fed_q        <= 4'd0;
        cycles_q     <= (clear_counters_i ? {CountWidth{1'b0}} : cycles_q) + 1'b1;
        if (clear_counters_i) stalls_q <= {CountWidth{1'b0}};
        if (clear_counters_i) computes_q <= {CountWidth{1'b0}};
      end
    end else begin
      cycles_q <= cycles_q + 1'b1;
      if (feeding && operand_valid_i) feed_left_q <= feed_left_q - 4'd1;
      if (feeding && operand_valid_i) fed_q <= fed_q + 4'd1;
      if (feeding && operand_valid_i) computes_q <= computes_q + 1'b1;
      if (feeding && !operand_valid_i) stalls_q <= stalls_q + 1'b1;
      if (flushing) flush_left_q <= flush_left_q - 4'd1;
      if (draining) drain_left_q <= drain_left_q - 4'd1;
    end
  end

  assign phase_fail_o     = rst_n && (busy != working || move != (feeding || flushing) || drain != draining ||
                                      begin_tile != (!working && start));
  assign step_fail_o      = rst_n && feeding && step != {28'd0, fed_q};
  assign handshake_fail_o = rst_n && (ready != feeding || enter != (ready && operand_valid_i));
  assign idle_fail_o      = rst_n && !busy && (move || drain || enter || ready);
  assign counters_fail_o  = rst_n && (compute != computes_q || stall != stalls_q ||
                                      compute + fill_drain + stall != cycles_q);

endmodule

`default_nettype wire
