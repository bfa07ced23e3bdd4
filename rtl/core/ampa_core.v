// An array with scratchpads, a memory port and a sequencer: runs a GemmJob from a descriptor in memory.
//
//   fetch    the descriptor (core/README.md) comes in one burst; its first word must be the magic number
//   setup    `Setup` cycles in which the walkers of the operands find where they begin
//   run      load, compute, quantize and store engines work side by side; each operand, the sums and the codes have two halves
//            of scratchpad
//   done     done_o stays up until the next start_i
//
// Memory port: a request (read or write, byte address, whole beats of PortBytes) is taken in a cycle with valid and ready;
// then its beats follow in order, one per cycle in which the memory gives (read) or takes (write) one. One burst is under
// way at a time; loads go before stores. A read beat carries the tag of its request; read_error_i or write_error_i with a
// beat refuses the burst.
//
// Every cycle from the one of start_i to the one before done_o is counted once: compute (operands enter the array),
// operand stall (the array waits for memory to read), write stall (it waits for memory to take results), or fill/drain (all
// others: the array fills and drains, steps begin and end, setup). The descriptor's fetch is an operand stall.
//
// error_o, with done_o: 1 the memory refused a burst, 2 a read beat of another tag, 3 no progress for watchdog_i cycles
// while a request or a burst was waiting (0: never), 4 the descriptor has no magic number. After an error the core waits
// for a reset. A job must stay within the limits of the parameters; that is not checked here.
//
// Parameters: Pe, Fast, Rows, Cols, Lanes as of ampa_os_array; WeightStationary 0 or 1; ABytes, BBytes (bytes) and Sums
// (64-bit sums) per half; PortBytes 8 .. 128, a power of two; Columns whose corrections fit (codes only).
`default_nettype none

module ampa_core #(
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
  parameter Columns          = 2048
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   start_i,               // taken while not busy
  input  wire [63:0]            descriptor_address_i,  // bytes, a multiple of PortBytes
  input  wire [31:0]            descriptor_beats_i,
  input  wire [31:0]            watchdog_i,
  output wire                   busy_o,
  output wire                   done_o,
  output wire [2:0]             error_o,
  // The memory port.
  output wire                   request_valid_o,
  input  wire                   request_ready_i,
  output wire                   request_write_o,
  output wire [3:0]             request_tag_o,
  output wire [63:0]            request_address_o,
  output wire [31:0]            request_beats_o,
  input  wire                   read_valid_i,
  input  wire [3:0]             read_tag_i,
  input  wire                   read_error_i,
  input  wire [8*PortBytes-1:0] read_data_i,
  output wire                   write_valid_o,
  input  wire                   write_ready_i,
  input  wire                   write_error_i,
  output wire [8*PortBytes-1:0] write_data_o,
  // Since the last start.
  output wire                   overflow_o,
  output wire [63:0]            compute_cycles_o,
  output wire [63:0]            fill_drain_cycles_o,
  output wire [63:0]            operand_stall_cycles_o,
  output wire [63:0]            write_stall_cycles_o,
  output wire [63:0]            read_beats_o,
  output wire [63:0]            write_beats_o
);

  `include "ampa_core_config.vh"

  localparam [2:0] IDLE  = 3'd0;
  localparam [2:0] FETCH = 3'd1;
  localparam [2:0] SETUP = 3'd2;
  localparam [2:0] RUN   = 3'd3;
  localparam [2:0] DONE  = 3'd4;
  localparam [2:0] ERROR = 3'd5;

  localparam [2:0] ERROR_MEMORY   = 3'd1;
  localparam [2:0] ERROR_TAG      = 3'd2;
  localparam [2:0] ERROR_WATCHDOG = 3'd3;
  localparam [2:0] ERROR_MAGIC    = 3'd4;

  // Depth items of a slice, or of all slices of a weight-stationary array: the most products of a word (int8 1, fused 16,
  // serial Lanes) of each.
  localparam        MaxMacs    = (Pe == 0) ? 1 : (Pe == 1) ? 16 : Lanes;
  localparam        DepthItems = (WeightStationary != 0) ? Rows * MaxMacs : MaxMacs;
  localparam        LongSide   = (Rows > Cols) ? Rows : Cols;
  localparam        Setup      = (LongSide > DepthItems) ? LongSide : DepthItems;
  localparam [31:0] SetupLast  = Setup - 1;
  localparam [31:0] BeatWords  = PortBytes / 4;

  generate
    if (WeightStationary != 0 && WeightStationary != 1) begin : gen_check_dataflow
      ampa_error_weight_stationary_must_be_0_or_1 u_error ();
    end
  endgenerate

  reg [2:0]  state_q, error_q;
  reg        fetching_q;                    // the descriptor's burst is under way
  reg        reading_q, writing_q;          // a burst of the load (store) engine is
  reg [31:0] beat_q, setup_q, waited_q;
  reg [3:0]  tag_q;                         // of the burst under way
  reg [63:0] overhead_q, operand_stall_q, write_stall_q, read_beats_q, write_beats_q;

  wire [1023:0] job;
  wire          magic     = job[32*JOB_MAGIC +: 32] == DESCRIPTOR_MAGIC;
  wire          wide      = job[32*JOB_FORMATS+25];
  wire          quantizes = job[32*JOB_FORMATS+26];

  wire        load_request, store_request, load_ready, store_ready;
  wire [63:0] load_address, store_address;
  wire [31:0] load_beats, store_beats;
  wire        store_valid;
  wire        compute_done, operand_stall, write_stall, overhead;
  wire [31:0] filled, stored;

  // The port: one burst at a time; loads first.
  wire burst         = fetching_q || reading_q || writing_q;
  wire fetch_request = state_q == FETCH && !fetching_q;
  wire load_wins     = load_request && !burst;
  wire store_wins    = store_request && !load_request && !burst;

  assign request_valid_o   = fetch_request || load_wins || store_wins;
  assign request_write_o   = store_wins;
  assign request_tag_o     = tag_q + 4'd1;
  assign request_address_o = fetch_request ? descriptor_address_i : load_wins ? load_address : store_address;
  assign request_beats_o   = fetch_request ? descriptor_beats_i : load_wins ? load_beats : store_beats;
  assign load_ready        = load_wins && request_ready_i;
  assign store_ready       = store_wins && request_ready_i;
  assign write_valid_o     = store_valid;

  wire read_beat       = (fetching_q || reading_q) && read_valid_i;
  wire write_beat      = writing_q && store_valid && write_ready_i;
  wire refused         = (read_beat && read_error_i) || (write_beat && write_error_i);
  wire wrong_tag       = read_valid_i && (!(fetching_q || reading_q) || read_tag_i != tag_q);
  wire progress        = (request_valid_o && request_ready_i) || read_beat || write_beat;
  wire late            = watchdog_i != 32'd0 && waited_q == watchdog_i;
  wire active          = state_q == FETCH || state_q == SETUP || state_q == RUN;
  wire abort           = active && (refused || wrong_tag || late);
  wire last_fetched    = fetching_q && read_beat && beat_q == descriptor_beats_i - 32'd1;
  wire setup_ends      = state_q == SETUP && setup_q == SetupLast;
  wire start_engines   = setup_ends && magic;
  wire finished        = state_q == RUN && compute_done && filled == stored;
  wire config_valid    = fetching_q && read_beat;

  assign busy_o                 = active;
  assign done_o                 = state_q == DONE || state_q == ERROR;
  assign error_o                = error_q;
  assign operand_stall_cycles_o = operand_stall_q;
  assign write_stall_cycles_o   = write_stall_q;
  assign read_beats_o           = read_beats_q;
  assign write_beats_o          = write_beats_q;

  // Which engine's burst is under way ends with the engine.
  wire        load_receives;
  wire        load_burst_ends, store_burst_ends;
  reg  [31:0] burst_left_q;
  wire        burst_ends = burst_left_q == 32'd1 && (read_beat || write_beat);
  assign load_receives    = reading_q && read_valid_i;
  assign load_burst_ends  = reading_q && burst_ends;
  assign store_burst_ends = writing_q && burst_ends;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q         <= IDLE;
      error_q         <= 3'd0;
      fetching_q      <= 1'b0;
      reading_q       <= 1'b0;
      writing_q       <= 1'b0;
      beat_q          <= 32'd0;
      burst_left_q    <= 32'd0;
      setup_q         <= 32'd0;
      waited_q        <= 32'd0;
      tag_q           <= 4'd0;
      overhead_q      <= 64'd0;
      operand_stall_q <= 64'd0;
      write_stall_q   <= 64'd0;
      read_beats_q    <= 64'd0;
      write_beats_q   <= 64'd0;
    end else if (abort) begin
      state_q    <= ERROR;
      error_q    <= refused ? ERROR_MEMORY : wrong_tag ? ERROR_TAG : ERROR_WATCHDOG;
      fetching_q <= 1'b0;
      reading_q  <= 1'b0;
      writing_q  <= 1'b0;
    end else begin
      // Bursts.
      if (request_valid_o && request_ready_i) begin
        fetching_q   <= fetch_request;
        reading_q    <= load_wins;
        writing_q    <= store_wins;
        burst_left_q <= request_beats_o;
        beat_q       <= 32'd0;
        tag_q        <= request_tag_o;
      end
      if (read_beat || write_beat) begin
        burst_left_q <= burst_left_q - 32'd1;
        beat_q       <= beat_q + 32'd1;
      end
      if (last_fetched) fetching_q <= 1'b0;
      if (load_burst_ends) reading_q <= 1'b0;
      if (store_burst_ends) writing_q <= 1'b0;
      waited_q <= (progress || !(request_valid_o || burst)) ? 32'd0 : waited_q + 32'd1;
      if (read_beat) read_beats_q <= read_beats_q + 64'd1;
      if (write_beat) write_beats_q <= write_beats_q + 64'd1;
      // Counters.
      if (state_q == FETCH || (state_q == RUN && operand_stall)) operand_stall_q <= operand_stall_q + 64'd1;
      if (state_q == SETUP || (state_q == RUN && overhead)) overhead_q <= overhead_q + 64'd1;
      if (state_q == RUN && (write_stall || compute_done)) write_stall_q <= write_stall_q + 64'd1;
      // The sequencer.
      case (state_q)
        FETCH: begin
          if (last_fetched) state_q <= SETUP;
          setup_q <= 32'd0;
        end
        SETUP: begin
          setup_q <= setup_q + 32'd1;
          if (setup_ends) begin
            state_q <= magic ? RUN : ERROR;
            error_q <= magic ? 3'd0 : ERROR_MAGIC;
          end
        end
        RUN: begin
          if (finished) state_q <= DONE;
        end
        ERROR: begin
          state_q <= ERROR;
        end
        default: begin
          if (start_i) begin
            state_q         <= FETCH;
            waited_q        <= 32'd0;
            overhead_q      <= 64'd1;
            operand_stall_q <= 64'd0;
            write_stall_q   <= 64'd0;
            read_beats_q    <= 64'd0;
            write_beats_q   <= 64'd0;
          end
        end
      endcase
    end
  end

  wire        write_a, write_b, write_half, a_half, b_half, store_half;
  wire        quantize_read, quantize_half;
  wire [31:0] quantized, quantize_beat, code_beats;
  wire [31:0] write_beat_index, a_loaded, b_loaded, a_freed, b_freed, store_beat, sums;
  wire [31:0] positions, slices, last_lanes, a_first_bit, a_gy0, a_s_offset, b_first_bit, b_gy0, b_s_offset;
  wire [63:0] array_fill_drain;
  wire [31:0] config_index = beat_q * BeatWords;
  wire [8*PortBytes-1:0] sum_data, code_data;

  ampa_core_job #(
    .PortBytes(PortBytes)
  ) u_job (
    .clk_i         (clk_i),
    .config_valid_i(config_valid),
    .config_index_i(config_index),
    .config_data_i (read_data_i),
    .job_o         (job)
  );

  // Blocks of results leave as they are, or by way of the quantize engine.
  wire [31:0] sum_words = wide ? sums << 1 : sums;
  wire [31:0] sum_beats = (sum_words + BeatWords - 32'd1) / BeatWords;

  assign write_data_o = quantizes ? code_data : sum_data;

  assign fill_drain_cycles_o = array_fill_drain + overhead_q;

  ampa_core_load #(
    .PortBytes(PortBytes)
  ) u_load (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .config_valid_i   (config_valid),
    .config_index_i   (config_index),
    .config_data_i    (read_data_i),
    .job_i            (job),
    .start_i          (start_engines),
    .abort_i          (abort),
    .request_valid_o  (load_request),
    .request_ready_i  (load_ready),
    .request_address_o(load_address),
    .request_beats_o  (load_beats),
    .beat_valid_i     (load_receives),
    .write_a_o        (write_a),
    .write_b_o        (write_b),
    .write_half_o     (write_half),
    .write_beat_o     (write_beat_index),
    .a_loaded_o       (a_loaded),
    .b_loaded_o       (b_loaded),
    .a_freed_i        (a_freed),
    .b_freed_i        (b_freed),
    .a_half_i         (a_half),
    .b_half_i         (b_half),
    .positions_o      (positions),
    .slices_o         (slices),
    .last_lanes_o     (last_lanes),
    .a_first_bit_o    (a_first_bit),
    .a_gy0_o          (a_gy0),
    .a_s_offset_o     (a_s_offset),
    .b_first_bit_o    (b_first_bit),
    .b_gy0_o          (b_gy0),
    .b_s_offset_o     (b_s_offset)
  );

  ampa_core_compute #(
    .Pe              (Pe),
    .Fast            (Fast),
    .WeightStationary(WeightStationary),
    .Rows            (Rows),
    .Cols            (Cols),
    .Lanes           (Lanes),
    .ABytes          (ABytes),
    .BBytes          (BBytes),
    .Sums            (Sums),
    .PortBytes       (PortBytes),
    .DepthItems      (DepthItems)
  ) u_compute (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .config_valid_i     (config_valid),
    .config_index_i     (config_index),
    .config_data_i      (read_data_i),
    .job_i              (job),
    .setup_i            (state_q == SETUP),
    .setup_step_i       (setup_q),
    .start_i            (start_engines),
    .abort_i            (abort),
    .done_o             (compute_done),
    .operand_stall_o    (operand_stall),
    .write_stall_o      (write_stall),
    .overhead_o         (overhead),
    .write_a_i          (write_a),
    .write_b_i          (write_b),
    .write_half_i       (write_half),
    .write_beat_i       (write_beat_index),
    .write_data_i       (read_data_i),
    .a_loaded_i         (a_loaded),
    .b_loaded_i         (b_loaded),
    .a_freed_o          (a_freed),
    .b_freed_o          (b_freed),
    .a_half_o           (a_half),
    .b_half_o           (b_half),
    .positions_i        (positions),
    .slab_slices_i      (slices),
    .slab_last_lanes_i  (last_lanes),
    .a_first_bit_i      (a_first_bit),
    .a_gy0_i            (a_gy0),
    .a_s_offset_i       (a_s_offset),
    .b_first_bit_i      (b_first_bit),
    .b_gy0_i            (b_gy0),
    .b_s_offset_i       (b_s_offset),
    .filled_o           (filled),
    .taken_i            (quantizes ? quantized : stored),
    .read_i             (quantizes ? quantize_read : writing_q),
    .read_half_i        (quantizes ? quantize_half : store_half),
    .read_beat_i        (quantizes ? quantize_beat : store_beat),
    .read_sums_o        (sums),
    .read_data_o        (sum_data),
    .overflow_o         (overflow_o),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(array_fill_drain)
  );

  ampa_core_quantize #(
    .PortBytes(PortBytes),
    .Sums     (Sums),
    .Columns  (Columns)
  ) u_quantize (
    .clk_i         (clk_i),
    .rst_ni        (rst_ni),
    .config_valid_i(config_valid),
    .config_index_i(config_index),
    .config_data_i (read_data_i),
    .job_i         (job),
    .start_i       (start_engines),
    .abort_i       (abort),
    .filled_i      (filled),
    .quantized_o   (quantized),
    .sums_i        (sums),
    .read_o        (quantize_read),
    .read_half_o   (quantize_half),
    .read_beat_o   (quantize_beat),
    .read_data_i   (sum_data),
    .stored_i      (stored),
    .code_half_i   (store_half),
    .code_beat_i   (store_beat),
    .code_beats_o  (code_beats),
    .code_data_o   (code_data)
  );

  ampa_core_store #(
    .PortBytes(PortBytes)
  ) u_store (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .start_i          (start_engines),
    .abort_i          (abort),
    .address_i        (job[32*JOB_OUT_BYTE +: 64]),
    .filled_i         (quantizes ? quantized : filled),
    .stored_o         (stored),
    .beats_i          (quantizes ? code_beats : sum_beats),
    .half_o           (store_half),
    .beat_o           (store_beat),
    .request_valid_o  (store_request),
    .request_ready_i  (store_ready),
    .request_address_o(store_address),
    .request_beats_o  (store_beats),
    .beat_valid_o     (store_valid),
    .beat_ready_i     (write_ready_i && writing_q)
  );

endmodule

`default_nettype wire
