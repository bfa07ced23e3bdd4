// What ampa_ws_control promises, against a plain account of the rows of a tile.
//
// Parameters: tiles of up to MaxSteps rows of A on up to MaxSide rows of the array; Latency of the array.
// Timing: a property that is violated in a cycle raises its output in that cycle. A reset may come at any time.
`default_nettype none

module ampa_ws_control_properties #(
  parameter MaxSteps = 3,
  parameter MaxSide  = 2,
  parameter Latency  = 3
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        start_i,
  input  wire        clear_counters_i,
  input  wire [31:0] steps_i,
  input  wire [15:0] rows_i,
  input  wire [15:0] cols_i,
  input  wire        operand_valid_i,
  input  wire        result_ready_i,
  output wire        phase_fail_o,      // load and feed follow each other; the tile ends with its last result
  output wire        step_fail_o,       // words are wanted in order, and wanted again until they are taken
  output wire        handshake_fail_o,  // a word is taken only if wanted and offered; a waiting result stays
  output wire        result_fail_o,     // no result is lost, doubled, or early
  output wire        counters_fail_o    // compute, stall and fill/drain cycles are what happened, and add up to the job
);

  localparam CountWidth = 8;

  wire                  busy, begin_tile, load, enter, move, result_valid, ready;
  wire [31:0]           a_step, b_step;
  wire [15:0]           rows, cols;
  wire [CountWidth-1:0] compute, fill_drain, stall;

  reg  started_q = 1'b0;
  wire rst_n     = rst_ni && started_q;
  always @(posedge clk_i) started_q <= 1'b1;

  wire start = start_i && steps_i >= 32'd1 && steps_i <= MaxSteps && rows_i >= 16'd1 && rows_i <= MaxSide;

  ampa_ws_control #(
    .CountWidth(CountWidth),
    .StepWidth (5),
    .Latency   (Latency)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_n),
    .start_i            (start),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .operand_valid_i    (operand_valid_i),
    .result_ready_i     (result_ready_i),
    .busy_o             (busy),
    .begin_o            (begin_tile),
    .load_o             (load),
    .enter_o            (enter),
    .move_o             (move),
    .result_valid_o     (result_valid),
    .a_step_o           (a_step),
    .b_step_o           (b_step),
    .rows_o             (rows),
    .cols_o             (cols),
    .operand_ready_o    (ready),
    .compute_cycles_o   (compute),
    .fill_drain_cycles_o(fill_drain),
    .stall_cycles_o     (stall)
  );

  reg [7:0]            load_left_q, steps_q, fed_q, out_q, moves_q;
  reg [15:0]           rows_q, cols_q;
  reg [CountWidth-1:0] cycles_q, stalls_q, computes_q;
  reg                  waiting_q;                // a result was offered and not taken
  wire                 working = out_q != steps_q;
  wire                 loading = working && load_left_q != 8'd0;
  wire                 feeding = working && !loading && fed_q != steps_q;
  wire                 blocked = result_valid && !result_ready_i;
  wire                 wants   = loading || (feeding && !blocked);

  always @(posedge clk_i) begin : p_count
    waiting_q <= rst_n && blocked;
    if (!rst_n) begin
      load_left_q <= 8'd0;
      steps_q     <= 8'd0;
      fed_q       <= 8'd0;
      out_q       <= 8'd0;
      moves_q     <= 8'd0;
      rows_q      <= 16'd0;
      cols_q      <= 16'd0;
      cycles_q    <= {CountWidth{1'b0}};
      stalls_q    <= {CountWidth{1'b0}};
      computes_q  <= {CountWidth{1'b0}};
    end else if (!working) begin
      if (start) begin
        load_left_q <= rows_i[7:0];
        steps_q     <= steps_i[7:0];
        fed_q       <= 8'd0;
        out_q       <= 8'd0;
        moves_q     <= 8'd0;
        rows_q      <= rows_i;
        cols_q      <= cols_i;
        cycles_q    <= (clear_counters_i ? {CountWidth{1'b0}} : cycles_q) + 8'd1;
        if (clear_counters_i) stalls_q <= {CountWidth{1'b0}};
        if (clear_counters_i) computes_q <= {CountWidth{1'b0}};
      end
    end else begin
      cycles_q <= cycles_q + 8'd1;
      if ((wants && !operand_valid_i) || blocked) stalls_q <= stalls_q + 8'd1;
      if (loading && operand_valid_i) load_left_q <= load_left_q - 8'd1;
      if (feeding && !blocked && operand_valid_i) fed_q <= fed_q + 8'd1;
      if (feeding && !blocked && operand_valid_i) computes_q <= computes_q + 8'd1;
      if (result_valid && result_ready_i) out_q <= out_q + 8'd1;
      // Moves since the last row entered: after Latency of them its result is there.
      if (feeding && !blocked && operand_valid_i) moves_q <= 8'd1;
      else if (move && fed_q == steps_q && moves_q != 8'd255) moves_q <= moves_q + 8'd1;
    end
  end

  assign phase_fail_o     = rst_n && (busy != working || load != (loading && operand_valid_i) ||
                                      begin_tile != (!working && start) || move != (working && !loading && !blocked) ||
                                      (working && (rows != rows_q || cols != cols_q)));
  assign step_fail_o      = rst_n && ((loading && b_step != {24'd0, load_left_q} - 32'd1) ||
                                      (feeding && a_step != {24'd0, fed_q}));
  assign handshake_fail_o = rst_n && (ready != wants || enter != (feeding && !blocked && operand_valid_i) ||
                                      (waiting_q && !result_valid));
  assign result_fail_o    = rst_n && ((result_valid && (!working || out_q >= fed_q)) ||
                                      (working && fed_q == steps_q && moves_q == Latency && !result_valid));
  assign counters_fail_o  = rst_n && (compute != computes_q || stall != stalls_q ||
                                      compute + fill_drain + stall != cycles_q);

endmodule

`default_nettype wire
