// Sequences the tiles of a run through a grid (output stationary), one behind the other. Synchronous reset.
//
//   start   1 cycle of the idle array     begins a run: formats and clear_counters_i are taken with its first tile
//   feed    steps_i * passes_i            one word per row and column enters per cycle (+ stalls), all steps in every pass
//   leave   Latency + rows_i - 1          behind the last words of the run's last tile: its last row has left (+ stalls)
//
// A start is taken while start_ready_o is high, in the idle array or behind a tile that is fed, whose words the next tile's follow without a
// gap. Its sums leave meanwhile (ampa_grid_drain), one row a cycle: the last words of a tile enter rows cycles, stalls apart,
// behind those of the tile before, and not before there is room for its rows where results wait to be taken.
//
// A tile that the array cannot run is not started, and error_o says so until the next start: rows_i or cols_i 0 or beyond the array,
// steps_i 0 or beyond StepWidth, formats that are not supported. Tiles that were started before go on.
//
// Parameters: Rows, Cols 1 .. 1024; Latency, RoomBits, of ampa_grid_drain; CountWidth 8 .. 64; StepWidth 3 .. 32.
`default_nettype none

module ampa_grid_control #(
  parameter Rows       = 16,
  parameter Cols       = 16,
  parameter Latency    = 26,
  parameter RoomBits   = 6,
  parameter CountWidth = 64,
  parameter StepWidth  = 32   // steps_i * passes_i is below 2^StepWidth
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  start_i,
  input  wire                  clear_counters_i,  // with the start of a run
  input  wire                  supported_i,       // the tile's columns, of a run that starts also its formats
  input  wire [31:0]           steps_i,
  input  wire [2:0]            passes_i,          // 1 .. 4, with the start of a run
  input  wire [15:0]           rows_i,
  input  wire [15:0]           cols_i,
  input  wire                  operand_valid_i,
  input  wire                  has_rows_i,        // rows have not left (ampa_grid_drain)
  input  wire                  has_room_i,        // for the rows of the tile that is fed
  output wire                  start_ready_o,
  output wire                  busy_o,
  output wire                  begin_o,           // the start cycle of a run
  output wire                  take_o,            // a tile is started: begin_o, or a further one of the run
  output wire                  error_o,
  output wire                  enter_o,           // the operand words at the edge are taken
  output wire                  first_o,           // they are the first of the tile
  output wire                  next_pass_o,       // they are the first of a later pass
  output wire [1:0]            pass_o,            // theirs
  output wire                  last_o,            // the last of the tile are taken
  output wire [RoomBits-1:0]   rows_o,            // of the tile that is fed
  output wire [31:0]           a_step_o,          // the packed words that are wanted: step * passes + pass
  output wire [31:0]           b_step_o,          // step
  output wire                  operand_ready_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  localparam [StepWidth-1:0] NO_STEPS   = 0;
  localparam [StepWidth-1:0] ONE_STEP   = 1;
  localparam [31:0]          MOST_STEPS = 32'hffff_ffff >> (32 - StepWidth);
  localparam [31:0]          MOST_ROWS  = Rows;
  localparam [31:0]          MOST_COLS  = Cols;
  localparam [RoomBits-1:0]  NO_CYCLES  = 0;
  localparam [RoomBits-1:0]  ONE_CYCLE  = 1;
  localparam [31:0]          TO_LEAVE   = Latency - 1;

  reg                 feeding_q, waiting_q, error_q;
  reg [StepWidth-1:0] a_step_q, b_step_q, last_step_q, next_last_step_q;
  reg [1:0]           pass_q, last_pass_q;
  reg [RoomBits-1:0]  rows_q, next_rows_q;
  reg [RoomBits-1:0]  gap_q;    // cycles that the last words of a tile still have to wait
  reg [RoomBits-1:0]  leave_q;  // that the rows of the last tile take if nothing holds them

  wire is_runnable = supported_i && rows_i != 16'd0 && {16'd0, rows_i} <= MOST_ROWS && cols_i != 16'd0 && {16'd0, cols_i} <= MOST_COLS &&
                     steps_i != 32'd0 && (steps_i & ~MOST_STEPS) == 32'd0;
  wire last_step   = b_step_q == last_step_q;
  wire is_last     = last_step && pass_q == last_pass_q;
  wire has_gap     = gap_q != NO_CYCLES;
  wire is_starved  = operand_ready_o && !operand_valid_i;
  wire is_free     = !feeding_q || last_o;  // for the words of the next tile
  wire load        = is_free && (waiting_q || take_o);

  assign start_ready_o   = !waiting_q;
  assign busy_o          = feeding_q || has_rows_i;
  assign take_o          = start_i && !waiting_q && is_runnable;
  assign begin_o         = take_o && !busy_o;
  assign error_o         = error_q;
  assign operand_ready_o = feeding_q && !(is_last && (has_gap || !has_room_i));
  assign enter_o         = operand_ready_o && operand_valid_i;
  assign first_o         = b_step_q == NO_STEPS && pass_q == 2'd0;
  assign next_pass_o     = b_step_q == NO_STEPS && pass_q != 2'd0;
  assign pass_o          = pass_q;
  assign last_o          = enter_o && is_last;
  assign rows_o          = rows_q;

  assign a_step_o[StepWidth-1:0] = a_step_q;
  assign b_step_o[StepWidth-1:0] = b_step_q;

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
      feeding_q <= 1'b0;
      waiting_q <= 1'b0;
      error_q   <= 1'b0;
      gap_q     <= NO_CYCLES;
      leave_q   <= NO_CYCLES;
    end else begin
      feeding_q <= load || (feeding_q && !last_o);
      waiting_q <= !is_free && (waiting_q || take_o);
      if (start_i && !waiting_q) error_q <= !is_runnable;
      if (last_o) gap_q <= rows_q - ONE_CYCLE;
      else if (has_gap && !is_starved) gap_q <= gap_q - ONE_CYCLE;
      if (last_o) leave_q <= TO_LEAVE[RoomBits-1:0] + rows_q;
      else if (leave_q != NO_CYCLES) leave_q <= leave_q - ONE_CYCLE;
    end
  end

  always @(posedge clk_i) begin : p_counts
    if (take_o) begin
      next_last_step_q <= steps_i[StepWidth-1:0] - ONE_STEP;
      next_rows_q      <= rows_i[RoomBits-1:0];
    end
    if (!busy_o) last_pass_q <= passes_i[1:0] - 2'd1;
    if (load) begin
      last_step_q <= waiting_q ? next_last_step_q : steps_i[StepWidth-1:0] - ONE_STEP;
      rows_q      <= waiting_q ? next_rows_q : rows_i[RoomBits-1:0];
      a_step_q    <= NO_STEPS;
      b_step_q    <= NO_STEPS;
      pass_q      <= 2'd0;
    end else if (enter_o) begin
      b_step_q <= last_step ? NO_STEPS : b_step_q + ONE_STEP;
      a_step_q <= last_step ? pass : a_step_q + passes;
      if (last_step) pass_q <= pass_q + 2'd1;
    end
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
    .stall_i            (is_starved || (feeding_q ? is_last && !has_gap : leave_q == NO_CYCLES)),
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
