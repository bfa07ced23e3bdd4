// What ampa_os_control promises, against a plain count of what is left of a tile.
//
// Parameters: tiles of up to MaxSteps steps and MaxPlanes planes a side on up to MaxSide rows and columns.
// Timing: a property that is violated in a cycle raises its output in that cycle. A reset may come at any time.
`default_nettype none

module ampa_os_control_properties #(
  parameter MaxSteps  = 2,
  parameter MaxPlanes = 2,
  parameter MaxSide   = 2
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        start_i,
  input  wire        clear_counters_i,
  input  wire [31:0] steps_i,
  input  wire [3:0]  a_planes_i,
  input  wire [3:0]  b_planes_i,
  input  wire [15:0] rows_i,
  input  wire [15:0] cols_i,
  input  wire        operand_valid_i,
  input  wire        result_ready_i,
  output wire        phase_fail_o,      // feed, flush and drain follow each other and last as long as they should
  output wire        step_fail_o,       // words are wanted in order, and wanted again until they are taken
  output wire        handshake_fail_o,  // a word is taken if and only if it is wanted and offered; so is a row of results
  output wire        idle_fail_o,       // an idle array neither moves nor drains
  output wire        counters_fail_o    // compute, stall and fill/drain cycles are what happened, and add up to the job
);

  localparam CountWidth = 8;

  wire                  busy, begin_tile, enter, move, drain, shift, last_step, ready;
  wire [31:0]           a_step, b_step;
  wire [2:0]            a_plane, b_plane;
  wire [15:0]           rows, cols;
  wire [CountWidth-1:0] compute, fill_drain, stall;

  // The first cycle resets whatever the registers held.
  reg  started_q = 1'b0;
  wire rst_n     = rst_ni && started_q;
  always @(posedge clk_i) started_q <= 1'b1;

  wire start = start_i && steps_i >= 32'd1 && steps_i <= MaxSteps && rows_i >= 16'd1 && rows_i <= MaxSide &&
               cols_i >= 16'd1 && cols_i <= MaxSide && a_planes_i >= 4'd1 && a_planes_i <= MaxPlanes &&
               b_planes_i >= 4'd1 && b_planes_i <= MaxPlanes;

  ampa_os_control #(
    .CountWidth(CountWidth),
    .StepWidth (5)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_n),
    .start_i            (start),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .a_planes_i         (a_planes_i),
    .b_planes_i         (b_planes_i),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .operand_valid_i    (operand_valid_i),
    .result_ready_i     (result_ready_i),
    .busy_o             (busy),
    .begin_o            (begin_tile),
    .enter_o            (enter),
    .move_o             (move),
    .drain_o            (drain),
    .shift_o            (shift),
    .a_step_o           (a_step),
    .b_step_o           (b_step),
    .a_plane_o          (a_plane),
    .b_plane_o          (b_plane),
    .last_step_o        (last_step),
    .rows_o             (rows),
    .cols_o             (cols),
    .operand_ready_o    (ready),
    .compute_cycles_o   (compute),
    .fill_drain_cycles_o(fill_drain),
    .stall_cycles_o     (stall)
  );

  // The plain count: words fed, and cycles left of flush and drain.
  reg [7:0]            steps_q, step_q, flush_left_q, drain_left_q;
  reg [3:0]            a_planes_q, b_planes_q, a_plane_q, b_plane_q;
  reg [15:0]           rows_q, cols_q;
  reg [CountWidth-1:0] cycles_q, stalls_q, computes_q;
  wire                 feeding  = step_q != steps_q;
  wire                 flushing = !feeding && flush_left_q != 8'd0;
  wire                 draining = !feeding && !flushing && drain_left_q != 8'd0;
  wire                 working  = feeding || flushing || draining;
  wire                 last_b   = b_plane_q == b_planes_q - 4'd1;
  wire                 last_a   = a_plane_q == a_planes_q - 4'd1;
  wire                 stalls   = (feeding && !operand_valid_i) || (draining && !result_ready_i);

  always @(posedge clk_i) begin : p_count
    if (!rst_n) begin
      steps_q      <= 8'd0;
      step_q       <= 8'd0;
      flush_left_q <= 8'd0;
      drain_left_q <= 8'd0;
      a_planes_q   <= 4'd1;
      b_planes_q   <= 4'd1;
      a_plane_q    <= 4'd0;
      b_plane_q    <= 4'd0;
      rows_q       <= 16'd0;
      cols_q       <= 16'd0;
      cycles_q     <= {CountWidth{1'b0}};
      stalls_q     <= {CountWidth{1'b0}};
      computes_q   <= {CountWidth{1'b0}};
    end else if (!working) begin
      if (start) begin
        steps_q      <= steps_i[7:0];
        step_q       <= 8'd0;
        flush_left_q <= rows_i[7:0] + cols_i[7:0];
        drain_left_q <= rows_i[7:0];
        a_planes_q   <= a_planes_i;
        b_planes_q   <= b_planes_i;
        a_plane_q    <= 4'd0;
        b_plane_q    <= 4'd0;
        rows_q       <= rows_i;
        cols_q       <= cols_i;
        cycles_q     <= (clear_counters_i ? {CountWidth{1'b0}} : cycles_q) + 8'd1;
        if (clear_counters_i) stalls_q <= {CountWidth{1'b0}};
        if (clear_counters_i) computes_q <= {CountWidth{1'b0}};
      end
    end else begin
      cycles_q <= cycles_q + 8'd1;
      if (stalls) stalls_q <= stalls_q + 8'd1;
      if (feeding && operand_valid_i) begin
        computes_q <= computes_q + 8'd1;
        b_plane_q  <= last_b ? 4'd0 : b_plane_q + 4'd1;
        if (last_b) a_plane_q <= last_a ? 4'd0 : a_plane_q + 4'd1;
        if (last_b && last_a) step_q <= step_q + 8'd1;
      end
      if (flushing) flush_left_q <= flush_left_q - 8'd1;
      if (draining && result_ready_i) drain_left_q <= drain_left_q - 8'd1;
    end
  end

  assign phase_fail_o     = rst_n && (busy != working || move != (feeding || flushing) || drain != draining ||
                                      begin_tile != (!working && start) ||
                                      (working && (rows != rows_q || cols != cols_q)));
  assign step_fail_o      = rst_n && feeding &&
                            (a_step != {24'd0, step_q} * a_planes_q + a_plane_q ||
                             b_step != {24'd0, step_q} * b_planes_q + b_plane_q || {1'b0, a_plane} != a_plane_q ||
                             {1'b0, b_plane} != b_plane_q || last_step != (step_q == steps_q - 8'd1));
  assign handshake_fail_o = rst_n && (ready != feeding || enter != (ready && operand_valid_i) ||
                                      shift != (drain && result_ready_i));
  assign idle_fail_o      = rst_n && !busy && (move || drain || enter || ready || shift);
  assign counters_fail_o  = rst_n && (compute != computes_q || stall != stalls_q ||
                                      compute + fill_drain + stall != cycles_q);

endmodule

`default_nettype wire
