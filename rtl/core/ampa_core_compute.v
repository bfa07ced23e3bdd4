// Runs the steps of a job on the array, each as soon as its slabs are loaded and a half for its results is free.
//
// A cycle of waiting for slabs is an operand stall, one of waiting for a half of the output scratchpad a write stall. The
// cycle in which a step begins and the one in which it ends are the core's own and count as fill/drain, as the array's do.
//
// Parameters: as of the array (Pe, Fast, WeightStationary, Rows, Cols, Lanes), scratchpad sizes per half (ABytes, BBytes,
// Sums), PortBytes. Timing: a step takes two cycles more than its tiles.
`default_nettype none

module ampa_core_compute #(
  parameter Pe               = 1,
  parameter Fast             = 0,
  parameter WeightStationary = 0,
  parameter Rows             = 16,
  parameter Cols             = 16,
  parameter Lanes            = 32,
  parameter ABytes           = 8192,
  parameter BBytes           = 8192,
  parameter Sums             = 4096,
  parameter PortBytes        = 16,
  parameter DepthItems       = 16
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   config_valid_i,
  input  wire [31:0]            config_index_i,
  input  wire [8*PortBytes-1:0] config_data_i,
  input  wire [1023:0]          job_i,            // of ampa_core_job
  input  wire                   setup_i,
  input  wire [31:0]            setup_step_i,
  input  wire                   start_i,          // the first step may begin in the next cycle
  input  wire                   abort_i,
  output wire                   done_o,           // all steps are done
  output wire                   operand_stall_o,
  output wire                   write_stall_o,
  output wire                   overhead_o,       // a cycle of the core's own
  // Slabs that come.
  input  wire                   write_a_i,
  input  wire                   write_b_i,
  input  wire                   write_half_i,
  input  wire [31:0]            write_beat_i,
  input  wire [8*PortBytes-1:0] write_data_i,
  input  wire [31:0]            a_loaded_i,
  input  wire [31:0]            b_loaded_i,
  output wire [31:0]            a_freed_o,
  output wire [31:0]            b_freed_o,
  output wire                   a_half_o,
  output wire                   b_half_o,
  input  wire [31:0]            positions_i,
  input  wire [31:0]            slab_slices_i,
  input  wire [31:0]            slab_last_lanes_i,
  input  wire [31:0]            a_first_bit_i,
  input  wire [31:0]            a_gy0_i,
  input  wire [31:0]            a_s_offset_i,
  input  wire [31:0]            b_first_bit_i,
  input  wire [31:0]            b_gy0_i,
  input  wire [31:0]            b_s_offset_i,
  // Results that go.
  output wire [31:0]            filled_o,         // blocks since the start
  input  wire [31:0]            taken_i,          // blocks that have left the output scratchpad
  input  wire                   read_i,
  input  wire                   read_half_i,
  input  wire [31:0]            read_beat_i,
  output wire [31:0]            read_sums_o,      // in the half that is read
  output wire [8*PortBytes-1:0] read_data_o,
  // Of the array, since the start.
  output wire                   overflow_o,
  output wire [63:0]            compute_cycles_o,
  output wire [63:0]            fill_drain_cycles_o
);

  `include "ampa_core_config.vh"
  `include "ampa_operand_kinds.vh"

  localparam [1:0]  IDLE      = 2'd0;
  localparam [1:0]  WAIT      = 2'd1;
  localparam [1:0]  TILES     = 2'd2;

  wire [31:0] job [0:JOB_WORDS-1];

  genvar g;
  generate
    for (g = 0; g < JOB_WORDS; g = g + 1) begin : gen_job
      assign job[g] = job_i[32*g +: 32];
    end
  endgenerate

  wire [3:0] a_bits  = job[JOB_FORMATS][3:0];
  wire [1:0] a_kind  = job[JOB_FORMATS][5:4];
  wire [3:0] b_bits  = job[JOB_FORMATS][11:8];
  wire [1:0] b_kind  = job[JOB_FORMATS][13:12];
  wire       along_k = job[JOB_FORMATS][24];

  wire [5:0]   macs;
  wire [3:0]   a_container, b_container, a_planes, b_planes;
  wire         unused_supported;
  wire [127:0] unused_tile_config;

  ampa_formats #(
    .Pe   (Pe),
    .Fast (Fast),
    .Lanes(Lanes)
  ) u_formats (
    .a_bits_i     (a_bits),
    .b_bits_i     (b_bits),
    .a_kind_i     (a_kind),
    .b_kind_i     (b_kind),
    .supported_o  (unused_supported),
    .macs_o       (macs),
    .a_container_o(a_container),
    .b_container_o(b_container),
    .a_planes_o   (a_planes),
    .b_planes_o   (b_planes),
    .config_o     (unused_tile_config)
  );

  // Steps.
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
  reg        job_begins_q;                       // no tile of the job has started
  reg [31:0] a_begun_q, b_begun_q;               // slabs that earlier steps have used
  reg [31:0] a_freed_q, b_freed_q, filled_q;
  reg [31:0] sums_q [0:1];
  reg        save_a_q, save_b_q, home_b_q;       // the block of rows that the next step has begins here, or at the first
  reg        home_a_q;

  wire        first_of_block = !along_k || first_slab;
  wire        last_of_block  = !along_k || last_slab;
  wire [31:0] a_wanted       = a_begun_q + {31'd0, load_a};
  wire [31:0] b_wanted       = b_begun_q + {31'd0, load_b};
  wire        has_operands   = a_loaded_i >= a_wanted && b_loaded_i >= b_wanted;
  wire        has_room       = !first_of_block || filled_q - taken_i < 32'd2;
  wire        waiting        = state_q == WAIT && !loop_done;
  wire        begin_step     = waiting && has_operands && has_room;
  wire        tiles_done;
  wire [31:0] m              = along_k ? (last_m ? job[JOB_M_LAST] : job[JOB_M_BLOCK]) : positions_i;
  wire [31:0] n              = last_n ? job[JOB_N_LAST] : job[JOB_N_BLOCK];

  assign step_done       = state_q == TILES && tiles_done;
  assign done_o          = state_q == WAIT && loop_done;
  assign operand_stall_o = waiting && !has_operands;
  assign write_stall_o   = waiting && has_operands && !has_room;
  assign overhead_o      = begin_step || step_done;
  assign a_freed_o       = a_freed_q;
  assign b_freed_o       = b_freed_q;
  assign filled_o        = filled_q;
  assign read_sums_o     = sums_q[read_half_i];

  // The halves of the slabs that the step uses: while it waits they are those that it wants.
  wire [31:0] a_current = (state_q == WAIT) ? a_wanted : a_begun_q;
  wire [31:0] b_current = (state_q == WAIT) ? b_wanted : b_begun_q;
  assign a_half_o = !a_current[0];
  assign b_half_o = !b_current[0];

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q      <= IDLE;
      job_begins_q <= 1'b0;
      a_begun_q    <= 32'd0;
      b_begun_q    <= 32'd0;
      a_freed_q    <= 32'd0;
      b_freed_q    <= 32'd0;
      filled_q     <= 32'd0;
      save_a_q     <= 1'b0;
      save_b_q     <= 1'b0;
      home_a_q     <= 1'b0;
      home_b_q     <= 1'b0;
    end else if (abort_i) begin
      state_q <= IDLE;
    end else if (start_i) begin
      state_q      <= WAIT;
      job_begins_q <= 1'b1;
      a_begun_q    <= 32'd0;
      b_begun_q    <= 32'd0;
      a_freed_q    <= 32'd0;
      b_freed_q    <= 32'd0;
      filled_q     <= 32'd0;
      save_a_q     <= 1'b0;
      save_b_q     <= 1'b0;
      home_a_q     <= 1'b1;
      home_b_q     <= 1'b1;
    end else begin
      if (state_q == WAIT) begin
        save_a_q <= 1'b0;
        save_b_q <= 1'b0;
        home_a_q <= 1'b0;
        home_b_q <= 1'b0;
      end
      if (begin_step) begin
        state_q   <= TILES;
        a_begun_q <= a_wanted;
        b_begun_q <= b_wanted;
      end
      if (tile_start) job_begins_q <= 1'b0;
      if (step_done) begin
        state_q <= WAIT;
        if (free_a) a_freed_q <= a_freed_q + 32'd1;
        if (free_b) b_freed_q <= b_freed_q + 32'd1;
        if (last_of_block) begin
          filled_q            <= filled_q + 32'd1;
          sums_q[filled_q[0]] <= m * n;
        end
        save_a_q <= along_k && last_slab && last_n;
        save_b_q <= along_k && last_slab && !last_n;
        home_b_q <= along_k && last_slab && last_n;
      end
    end
  end

  // Tiles.
  wire        tile_start, busy, operand_ready, result_valid, accumulate;
  wire [31:0] steps, address, unused_a_step, b_step;
  wire [15:0] rows, cols, result_cols;
  wire [5:0]  last_lanes;
  wire [2:0]  a_plane, b_plane;
  wire        a_restart, a_advance, b_restart, b_advance, depth_restart, depth_advance;

  ampa_tile_sequencer #(
    .WeightStationary(WeightStationary),
    .Rows            (Rows),
    .Cols            (Cols),
    .Lanes           (Lanes)
  ) u_tile_sequencer (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .begin_i        (begin_step),
    .m_i            (m),
    .n_i            (n),
    .slices_i       (along_k ? slab_slices_i : job[JOB_SLICES]),
    .last_lanes_i   (along_k ? slab_last_lanes_i[5:0] : job[JOB_LAST_LANES][5:0]),
    .a_planes_i     (a_planes),
    .b_planes_i     (b_planes),
    .accumulate_i   (!first_of_block),
    .done_o         (tiles_done),
    .busy_i         (busy),
    .operand_ready_i(operand_ready),
    .result_valid_i (result_valid),
    .start_o        (tile_start),
    .steps_o        (steps),
    .rows_o         (rows),
    .cols_o         (cols),
    .last_lanes_o   (last_lanes),
    .a_plane_o      (a_plane),
    .b_plane_o      (b_plane),
    .a_restart_o    (a_restart),
    .a_advance_o    (a_advance),
    .b_restart_o    (b_restart),
    .b_advance_o    (b_advance),
    .depth_restart_o(depth_restart),
    .depth_advance_o(depth_advance),
    .address_o      (address),
    .result_cols_o  (result_cols),
    .accumulate_o   (accumulate)
  );

  // At the end of a block the walkers of its rows move on to the next one (a weight-stationary A has done so by itself).
  wire a_to_next = WeightStationary == 0 && step_done && along_k && last_slab && last_n;
  wire b_to_next = step_done && along_k && last_slab && !last_n;

  wire [31:0]        depth = along_k ? positions_i : job[JOB_DEPTH];
  wire [32*Rows-1:0] a_words;
  wire [32*Cols-1:0] b_words, results;

  ampa_operand_fetch #(
    .RowItems       (WeightStationary != 0 ? 1 : Rows),
    .DepthItems     (DepthItems),
    .Words          (Rows),
    .WordsAlongDepth(WeightStationary),
    .Bytes          (ABytes),
    .PortBytes      (PortBytes),
    .ConfigBase     (A_WORDS)
  ) u_a_fetch (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .config_valid_i (config_valid_i),
    .config_index_i (config_index_i),
    .config_data_i  (config_data_i),
    .setup_i        (setup_i),
    .setup_step_i   (setup_step_i),
    .write_valid_i  (write_a_i),
    .write_half_i   (write_half_i),
    .write_beat_i   (write_beat_i),
    .write_data_i   (write_data_i),
    .row_home_i     (home_a_q),
    .row_save_i     (save_a_q),
    .row_restart_i  (a_restart),
    .row_advance_i  (a_advance || a_to_next),
    .depth_restart_i(depth_restart),
    .depth_advance_i(depth_advance),
    .read_i         (operand_ready),
    .half_i         (a_half_o),
    .first_bit_i    (a_first_bit_i),
    .by_slab_i      (1'b1),
    .gy0_i          (a_gy0_i),
    .s_offset_i     (a_s_offset_i),
    .depth_i        (depth),
    .depth_base_i   (32'd0),
    .macs_i         (macs),
    .container_i    (a_container),
    .plane_i        (a_plane),
    .two_level_i    (a_kind == KIND_TWO_LEVEL),
    .words_o        (a_words)
  );

  ampa_operand_fetch #(
    .RowItems       (Cols),
    .DepthItems     (DepthItems),
    .Words          (Cols),
    .WordsAlongDepth(0),
    .Bytes          (BBytes),
    .PortBytes      (PortBytes),
    .ConfigBase     (B_WORDS)
  ) u_b_fetch (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .config_valid_i (config_valid_i),
    .config_index_i (config_index_i),
    .config_data_i  (config_data_i),
    .setup_i        (setup_i),
    .setup_step_i   (setup_step_i),
    .write_valid_i  (write_b_i),
    .write_half_i   (write_half_i),
    .write_beat_i   (write_beat_i),
    .write_data_i   (write_data_i),
    .row_home_i     (home_b_q),
    .row_save_i     (save_b_q),
    .row_restart_i  (b_restart),
    .row_advance_i  (b_advance || b_to_next),
    .depth_restart_i(depth_restart),
    .depth_advance_i(depth_advance),
    .read_i         (operand_ready),
    .half_i         (b_half_o),
    .first_bit_i    (b_first_bit_i),
    .by_slab_i      (along_k),
    .gy0_i          (b_gy0_i),
    .s_offset_i     (b_s_offset_i),
    .depth_i        (depth),
    .depth_base_i   (WeightStationary != 0 ? b_step * {26'd0, macs} : 32'd0),
    .macs_i         (macs),
    .container_i    (b_container),
    .plane_i        (b_plane),
    .two_level_i    (b_kind == KIND_TWO_LEVEL),
    .words_o        (b_words)
  );

  wire [63:0] unused_stall_cycles;

  generate
    if (WeightStationary != 0) begin : gen_ws
      ampa_ws_array #(
        .Pe   (Pe),
        .Fast (Fast),
        .Rows (Rows),
        .Cols (Cols),
        .Lanes(Lanes)
      ) u_array (
        .clk_i              (clk_i),
        .rst_ni             (rst_ni),
        .start_i            (tile_start),
        .clear_counters_i   (job_begins_q),
        .a_bits_i           (a_bits),
        .b_bits_i           (b_bits),
        .a_kind_i           (a_kind),
        .b_kind_i           (b_kind),
        .a_plane_i          (a_plane),
        .b_plane_i          (b_plane),
        .steps_i            (steps),
        .last_lanes_i       (last_lanes),
        .rows_i             (rows),
        .cols_i             (cols),
        .busy_o             (busy),
        .operand_ready_o    (operand_ready),
        .a_step_o           (unused_a_step),
        .b_step_o           (b_step),
        .operand_valid_i    (1'b1),
        .a_words_i          (a_words),
        .b_words_i          (b_words),
        .psums_i            ({32*Cols{1'b0}}),
        .result_valid_o     (result_valid),
        .result_ready_i     (1'b1),
        .results_o          (results),
        .overflow_o         (overflow_o),
        .compute_cycles_o   (compute_cycles_o),
        .fill_drain_cycles_o(fill_drain_cycles_o),
        .stall_cycles_o     (unused_stall_cycles)
      );
    end else begin : gen_os
      ampa_os_array #(
        .Pe   (Pe),
        .Fast (Fast),
        .Rows (Rows),
        .Cols (Cols),
        .Lanes(Lanes)
      ) u_array (
        .clk_i              (clk_i),
        .rst_ni             (rst_ni),
        .start_i            (tile_start),
        .clear_counters_i   (job_begins_q),
        .a_bits_i           (a_bits),
        .b_bits_i           (b_bits),
        .a_kind_i           (a_kind),
        .b_kind_i           (b_kind),
        .steps_i            (steps),
        .last_lanes_i       (last_lanes),
        .rows_i             (rows),
        .cols_i             (cols),
        .busy_o             (busy),
        .operand_ready_o    (operand_ready),
        .a_step_o           (unused_a_step),
        .b_step_o           (b_step),
        .operand_valid_i    (1'b1),
        .a_words_i          (a_words),
        .b_words_i          (b_words),
        .result_valid_o     (result_valid),
        .result_ready_i     (1'b1),
        .results_o          (results),
        .overflow_o         (overflow_o),
        .compute_cycles_o   (compute_cycles_o),
        .fill_drain_cycles_o(fill_drain_cycles_o),
        .stall_cycles_o     (unused_stall_cycles)
      );
    end
  endgenerate

  ampa_output_pad #(
    .Cols     (Cols),
    .Sums     (Sums),
    .PortBytes(PortBytes)
  ) u_output_pad (
    .clk_i        (clk_i),
    .add_valid_i  (result_valid),
    .add_half_i   (filled_q[0]),
    .accumulate_i (accumulate),
    .add_address_i(address),
    .add_cols_i   (result_cols),
    .add_sums_i   (results),
    .read_i       (read_i),
    .read_half_i  (read_half_i),
    .read_wide_i  (job[JOB_FORMATS][25]),
    .read_beat_i  (read_beat_i),
    .read_data_o  (read_data_o)
  );

endmodule

`default_nettype wire
