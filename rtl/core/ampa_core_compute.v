// The compute engine: runs a job's steps (ampa_core_steps) tile by tile (ampa_tile_sequencer) on the array, which takes its
// words from the scratchpads of both operands and adds its sums up in that of the results.
//
// Parameters: as of the array (Pe, Fast, WeightStationary, Rows, Cols, Lanes), scratchpad sizes per half (ABytes, BBytes,
// Sums), PortBytes, DepthItems of the operands' fetches. Timing: a step takes two cycles more than its tiles.
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
  input  wire [31:0]            watchdog_i,
  output wire                   supported_o,      // the array runs the job's formats
  output wire [5:0]             macs_o,           // products per pair of packed words
  output wire                   limits_o,         // a step asks for more than there is
  output wire                   late_o,           // a step takes too long
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
  input  wire [31:0]            a_bits_i,
  input  wire [31:0]            a_gy0_i,
  input  wire [31:0]            a_s_offset_i,
  input  wire [31:0]            b_first_bit_i,
  input  wire [31:0]            b_bits_i,
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

  wire [31:0] formats = job_i[32*JOB_FORMATS +: 32];
  wire [3:0]  a_bits  = formats[3:0];
  wire [1:0]  a_kind  = formats[5:4];
  wire [3:0]  b_bits  = formats[11:8];
  wire [1:0]  b_kind  = formats[13:12];
  wire        along_k = formats[24];
  wire        wide    = formats[25];

  wire [5:0]   macs;
  wire [3:0]   a_container, b_container, a_planes, b_planes;
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
    .supported_o  (supported_o),
    .macs_o       (macs),
    .a_container_o(a_container),
    .b_container_o(b_container),
    .a_planes_o   (a_planes),
    .b_planes_o   (b_planes),
    .config_o     (unused_tile_config)
  );

  wire a_outside, b_outside, step_limits;

  assign macs_o   = macs;
  assign limits_o = step_limits || a_outside || b_outside;

  // Steps, and the tiles of one.
  wire        step_begins, tiles_done, block_has_sums;
  wire [31:0] m, n, slices, depth;
  wire [5:0]  last_lanes;
  wire        a_home, a_save, a_next, b_home, b_save, b_next;

  ampa_core_steps #(
    .Sums    (Sums),
    .PadBytes(ABytes + BBytes)
  ) u_steps (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .job_i            (job_i),
    .start_i          (start_i),
    .abort_i          (abort_i),
    .macs_i           (macs),
    .watchdog_i       (watchdog_i),
    .limits_o         (step_limits),
    .late_o           (late_o),
    .done_o           (done_o),
    .operand_stall_o  (operand_stall_o),
    .write_stall_o    (write_stall_o),
    .overhead_o       (overhead_o),
    .a_loaded_i       (a_loaded_i),
    .b_loaded_i       (b_loaded_i),
    .a_freed_o        (a_freed_o),
    .b_freed_o        (b_freed_o),
    .a_half_o         (a_half_o),
    .b_half_o         (b_half_o),
    .positions_i      (positions_i),
    .slab_slices_i    (slab_slices_i),
    .slab_last_lanes_i(slab_last_lanes_i),
    .filled_o         (filled_o),
    .taken_i          (taken_i),
    .read_half_i      (read_half_i),
    .read_sums_o      (read_sums_o),
    .begin_o          (step_begins),
    .m_o              (m),
    .n_o              (n),
    .slices_o         (slices),
    .last_lanes_o     (last_lanes),
    .depth_o          (depth),
    .accumulate_o     (block_has_sums),
    .tiles_done_i     (tiles_done),
    .a_home_o         (a_home),
    .a_save_o         (a_save),
    .a_next_o         (a_next),
    .b_home_o         (b_home),
    .b_save_o         (b_save),
    .b_next_o         (b_next)
  );

  wire        tile_start, busy, operand_ready, result_valid, accumulate;
  wire [31:0] steps, address, b_step;
  wire [15:0] rows, cols, result_cols;
  wire [15:0] tile_rows;
  wire        loading;
  wire [5:0]  tile_last_lanes;
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
    .begin_i        (step_begins),
    .m_i            (m),
    .n_i            (n),
    .slices_i       (slices),
    .last_lanes_i   (last_lanes),
    .a_planes_i     (a_planes),
    .b_planes_i     (b_planes),
    .accumulate_i   (block_has_sums),
    .done_o         (tiles_done),
    .busy_i         (busy),
    .operand_ready_i(operand_ready),
    .result_valid_i (result_valid),
    .start_o        (tile_start),
    .steps_o        (steps),
    .rows_o         (rows),
    .cols_o         (cols),
    .last_lanes_o   (tile_last_lanes),
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
    .accumulate_o   (accumulate),
    .tile_rows_o    (tile_rows),
    .loading_o      (loading)
  );

  // Words, products, sums. The walkers of a weight-stationary A are at the next block's rows by themselves.
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
    .row_home_i     (a_home),
    .row_save_i     (a_save),
    .row_restart_i  (a_restart),
    .row_advance_i  (a_advance || (a_next && WeightStationary == 0)),
    .depth_restart_i(depth_restart),
    .depth_advance_i(depth_advance),
    .read_i         (operand_ready),
    .check_i        (!loading),
    .used_i         (tile_rows),
    .half_i         (a_half_o),
    .loaded_bits_i  (a_bits_i),
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
    .words_o        (a_words),
    .outside_o      (a_outside)
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
    .row_home_i     (b_home),
    .row_save_i     (b_save),
    .row_restart_i  (b_restart),
    .row_advance_i  (b_advance || b_next),
    .depth_restart_i(depth_restart),
    .depth_advance_i(depth_advance),
    .read_i         (operand_ready),
    .check_i        (loading || WeightStationary == 0),
    .used_i         (result_cols),
    .half_i         (b_half_o),
    .loaded_bits_i  (b_bits_i),
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
    .words_o        (b_words),
    .outside_o      (b_outside)
  );

  ampa_core_array #(
    .Pe              (Pe),
    .Fast            (Fast),
    .WeightStationary(WeightStationary),
    .Rows            (Rows),
    .Cols            (Cols),
    .Lanes           (Lanes)
  ) u_array (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .new_job_i          (start_i),
    .start_i            (tile_start),
    .a_bits_i           (a_bits),
    .b_bits_i           (b_bits),
    .a_kind_i           (a_kind),
    .b_kind_i           (b_kind),
    .a_plane_i          (a_plane),
    .b_plane_i          (b_plane),
    .steps_i            (steps),
    .last_lanes_i       (tile_last_lanes),
    .rows_i             (rows),
    .cols_i             (cols),
    .busy_o             (busy),
    .operand_ready_o    (operand_ready),
    .b_step_o           (b_step),
    .a_words_i          (a_words),
    .b_words_i          (b_words),
    .result_valid_o     (result_valid),
    .results_o          (results),
    .overflow_o         (overflow_o),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o)
  );

  ampa_output_pad #(
    .Cols     (Cols),
    .Sums     (Sums),
    .PortBytes(PortBytes)
  ) u_output_pad (
    .clk_i        (clk_i),
    .add_valid_i  (result_valid),
    .add_half_i   (filled_o[0]),
    .accumulate_i (accumulate),
    .add_address_i(address),
    .add_cols_i   (result_cols),
    .add_sums_i   (results),
    .read_i       (read_i),
    .read_half_i  (read_half_i),
    .read_wide_i  (wide),
    .read_beat_i  (read_beat_i),
    .read_sums_i  (read_sums_o),
    .read_data_o  (read_data_o)
  );

endmodule

`default_nettype wire
