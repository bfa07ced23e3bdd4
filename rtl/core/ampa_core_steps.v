// The steps of a job on the array: their order, when each may begin, what it computes, and what it uses and leaves behind.
//
// A step begins as soon as its slabs are loaded and, if it begins a block of results, a half of the output scratchpad is
// free. A cycle of waiting for slabs is an operand stall, one of waiting for a half a write stall. The cycle in which a step
// begins and the one in which it ends are the core's own.
//
// A step that asks for what the core does not hold is refused in the cycle in which it would begin: no rows, columns or
// depth; more sums than a half has; more items of depth than eight for each byte of the operands' halves; slices or last
// lanes that do not make up the depth; products whose sum may leave 32 bits. A step that has not ended 1024 * watchdog_i
// cycles after the one in which it began (0: no bound) is late.
//
// Parameters: Sums of a half of the output scratchpad, PadBytes of a half of both operands'. Timing: begin_o is up in the
// first cycle in which all is there, the tiles follow from the next one on; tiles_done_i ends the step in the same cycle, and the next one may begin in the cycle after it.
`default_nettype none

module ampa_core_steps #(
  parameter Sums     = 4096,
  parameter PadBytes = 16384
) (
  input  wire          clk_i,
  input  wire          rst_ni,
  input  wire [1023:0] job_i,              // of ampa_core_job
  input  wire          start_i,            // the first step may begin in the next cycle
  input  wire          abort_i,
  input  wire [5:0]    macs_i,             // products per pair of packed words
  input  wire [31:0]   watchdog_i,
  output wire          limits_o,           // the step cannot begin: it asks for more than the core's limits
  output wire          late_o,             // the step takes too long
  output wire          done_o,             // all steps are done
  output wire          operand_stall_o,
  output wire          write_stall_o,
  output wire          overhead_o,         // a cycle of the core's own
  // Slabs: how many since the start, the halves of those that the step uses (while it waits, wants), and their sizes.
  input  wire [31:0]   a_loaded_i,
  input  wire [31:0]   b_loaded_i,
  output wire [31:0]   a_freed_o,
  output wire [31:0]   b_freed_o,
  output wire          a_half_o,
  output wire          b_half_o,
  input  wire [31:0]   positions_i,
  input  wire [31:0]   slab_slices_i,
  input  wire [31:0]   slab_last_lanes_i,
  // Blocks of results since the start: there, and out of the output scratchpad.
  output wire [31:0]   filled_o,
  input  wire [31:0]   taken_i,
  input  wire          read_half_i,
  output wire [31:0]   read_sums_o,        // in that half
  // The step's tiles.
  output wire          begin_o,
  output wire [31:0]   m_o,
  output wire [31:0]   n_o,
  output wire [31:0]   slices_o,
  output wire [5:0]    last_lanes_o,
  output wire [31:0]   depth_o,
  output wire          accumulate_o,       // the block has sums already
  input  wire          tiles_done_i,
  // The walkers of the operands' rows: home, save as of ampa_operand_fetch; next: they go on to the next block's rows.
  output wire          a_home_o,
  output wire          a_save_o,
  output wire          a_next_o,
  output wire          b_home_o,
  output wire          b_save_o,
  output wire          b_next_o
);

  `include "ampa_core_config.vh"
  `include "ampa_operand_kinds.vh"

  localparam [1:0] IDLE  = 2'd0;
  localparam [1:0] WAIT  = 2'd1;
  localparam [1:0] TILES = 2'd2;

  localparam [31:0] MostSums   = Sums;
  localparam [31:0] MostEights = PadBytes;

  wire [31:0] job [0:JOB_WORDS-1];

  genvar g;
  generate
    for (g = 0; g < JOB_WORDS; g = g + 1) begin : gen_job
      assign job[g] = job_i[32*g +: 32];
    end
  endgenerate

  wire along_k = job[JOB_FORMATS][24];
  wire step_done, loop_done, load_a, load_b, free_a, free_b, first_slab, last_slab, last_m, unused_first_n, last_n;

  ampa_loop_nest u_loop_nest (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .clear_i     (start_i),
    .next_i      (step_done),
    .along_k_i   (along_k),
    .slabs_i     (job[JOB_SLABS]),
    .m_blocks_i  (job[JOB_M_BLOCKS]),
    .n_blocks_i  (job[JOB_N_BLOCKS]),
    .done_o      (loop_done),
    .load_a_o    (load_a),
    .load_b_o    (load_b),
    .free_a_o    (free_a),
    .free_b_o    (free_b),
    .first_slab_o(first_slab),
    .last_slab_o (last_slab),
    .last_m_o    (last_m),
    .first_n_o   (unused_first_n),
    .last_n_o    (last_n)
  );

  reg [1:0]  state_q;
  reg [31:0] a_begun_q, b_begun_q;               // slabs that earlier steps have used
  reg [31:0] a_freed_q, b_freed_q, filled_q;
  reg [31:0] sums_q [0:1];
  reg        save_a_q, save_b_q;                 // the block of rows that the next step has begins here
  reg        home_a_q, home_b_q;                 // or at the first
  reg [41:0] step_cycle_q;                       // since the step began

  wire        first_of_block = !along_k || first_slab;
  wire        last_of_block  = !along_k || last_slab;
  wire [31:0] a_wanted       = a_begun_q + {31'd0, load_a};
  wire [31:0] b_wanted       = b_begun_q + {31'd0, load_b};
  wire        has_operands   = a_loaded_i >= a_wanted && b_loaded_i >= b_wanted;
  wire        has_room       = !first_of_block || filled_q - taken_i < 32'd2;
  wire        waiting        = state_q == WAIT && !loop_done;
  wire        is_there       = waiting && has_operands && has_room;
  wire [31:0] a_current      = (state_q == WAIT) ? a_wanted : a_begun_q;
  wire [31:0] b_current      = (state_q == WAIT) ? b_wanted : b_begun_q;

  // What the step asks for.
  wire [31:0] formats    = job[JOB_FORMATS];
  wire [8:0]  a_most     = most_of(formats[3:0], formats[5:4]);
  wire [8:0]  b_most     = most_of(formats[11:8], formats[13:12]);
  wire [31:0] last_lanes = along_k ? slab_last_lanes_i : job[JOB_LAST_LANES];
  wire [63:0] products   = {32'd0, depth_o} * {55'd0, a_most} * {55'd0, b_most};
  wire [63:0] sums       = {32'd0, m_o} * {32'd0, n_o};
  wire [63:0] places     = {32'd0, slices_o} * {58'd0, macs_i};  // of the slices
  wire        is_deep    = depth_o != 32'd0 && depth_o >> 3 <= MostEights && products <= 64'h7fff_ffff && last_lanes != 32'd0
                           && last_lanes <= {26'd0, macs_i}
                           && places + {32'd0, last_lanes} == {32'd0, depth_o} + {58'd0, macs_i};
  wire        is_within  = m_o != 32'd0 && n_o != 32'd0 && sums <= {32'd0, MostSums} && is_deep;

  // The largest magnitude of a code.
  function [8:0] most_of(input [3:0] bits, input [1:0] kind);
    case (kind)
      KIND_UNSIGNED: most_of = (9'd1 << bits) - 9'd1;
      KIND_SIGNED:   most_of = 9'd1 << (bits - 4'd1);
      default:       most_of = 9'd1;
    endcase
  endfunction

  assign step_done       = state_q == TILES && tiles_done_i;
  assign done_o          = state_q == WAIT && loop_done;
  assign operand_stall_o = waiting && !has_operands;
  assign write_stall_o   = waiting && has_operands && !has_room;
  assign overhead_o      = begin_o || step_done;
  assign a_freed_o       = a_freed_q;
  assign b_freed_o       = b_freed_q;
  assign a_half_o        = !a_current[0];
  assign b_half_o        = !b_current[0];
  assign filled_o        = filled_q;
  assign read_sums_o     = sums_q[read_half_i];
  assign begin_o         = is_there && is_within;
  assign limits_o        = is_there && !is_within;
  assign late_o          = state_q == TILES && !tiles_done_i && watchdog_i != 32'd0
                           && step_cycle_q == {watchdog_i, 10'd0} - 42'd1;
  assign m_o             = along_k ? (last_m ? job[JOB_M_LAST] : job[JOB_M_BLOCK]) : positions_i;
  assign n_o             = last_n ? job[JOB_N_LAST] : job[JOB_N_BLOCK];
  assign slices_o        = along_k ? slab_slices_i : job[JOB_SLICES];
  assign last_lanes_o    = last_lanes[5:0];
  assign depth_o         = along_k ? positions_i : job[JOB_DEPTH];
  assign accumulate_o    = !first_of_block;
  assign a_home_o        = home_a_q;
  assign a_save_o        = save_a_q;
  assign a_next_o        = step_done && along_k && last_slab && last_n;
  assign b_home_o        = home_b_q;
  assign b_save_o        = save_b_q;
  assign b_next_o        = step_done && along_k && last_slab && !last_n;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q   <= IDLE;
      a_begun_q <= 32'd0;
      b_begun_q <= 32'd0;
      a_freed_q <= 32'd0;
      b_freed_q <= 32'd0;
      filled_q  <= 32'd0;
      save_a_q  <= 1'b0;
      save_b_q  <= 1'b0;
      home_a_q  <= 1'b0;
      home_b_q  <= 1'b0;
      step_cycle_q <= 42'd0;
    end else if (abort_i) begin
      state_q <= IDLE;
    end else if (start_i) begin
      state_q   <= WAIT;
      a_begun_q <= 32'd0;
      b_begun_q <= 32'd0;
      a_freed_q <= 32'd0;
      b_freed_q <= 32'd0;
      filled_q  <= 32'd0;
      save_a_q  <= 1'b0;
      save_b_q  <= 1'b0;
      home_a_q  <= 1'b1;
      home_b_q  <= 1'b1;
    end else begin
      if (state_q == WAIT) begin
        save_a_q <= 1'b0;
        save_b_q <= 1'b0;
        home_a_q <= 1'b0;
        home_b_q <= 1'b0;
      end
      step_cycle_q <= begin_o ? 42'd0 : step_cycle_q + 42'd1;
      if (begin_o) begin
        state_q   <= TILES;
        a_begun_q <= a_wanted;
        b_begun_q <= b_wanted;
      end
      if (step_done) begin
        state_q <= WAIT;
        if (free_a) a_freed_q <= a_freed_q + 32'd1;
        if (free_b) b_freed_q <= b_freed_q + 32'd1;
        if (last_of_block) begin
          filled_q            <= filled_q + 32'd1;
          sums_q[filled_q[0]] <= m_o * n_o;
        end
        save_a_q <= a_next_o;
        save_b_q <= b_next_o;
        home_b_q <= a_next_o;
      end
    end
  end

endmodule

`default_nettype wire
