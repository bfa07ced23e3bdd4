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
// while a request or a burst was waiting, or a step of 1024 times as many (0: never), 4 the descriptor has no magic number,
// 6 it asks for more than the limits of the parameters, or for what makes no sense: checked before the engines start
// (ampa_core_check), as slabs are asked for (ampa_core_load), as steps begin (ampa_core_steps) and as elements are read
// (ampa_operand_fetch). After an error the core asks the memory for nothing more and waits for a reset.
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

  localparam [2:0] ERROR_NONE  = 3'd0;
  localparam [2:0] ERROR_WATCHDOG = 3'd3;
  localparam [2:0] ERROR_MAGIC    = 3'd4;  // 1, 2 and 3 are the port's
  localparam [2:0] ERROR_LIMITS   = 3'd6;  // 5 is a sum beyond 32 bits to those who read overflow_o

  // Depth items of a slice, or of all slices of a weight-stationary array: the most products of a word (int8 1, fused 16,
  // serial Lanes) of each.
  localparam        MaxMacs    = (Pe == 0) ? 1 : (Pe == 1) ? 16 : Lanes;
  localparam        DepthItems = (WeightStationary != 0) ? Rows * MaxMacs : MaxMacs;
  localparam        LongSide   = (Rows > Cols) ? Rows : Cols;
  localparam        Setup      = (LongSide > DepthItems) ? LongSide : DepthItems;
  localparam [31:0] SetupLast  = Setup - 1;
  localparam [31:0] BeatWords  = PortBytes / 4;

  reg [2:0]  state_q, error_q;
  reg [31:0] setup_q;
  reg [63:0] overhead_q, operand_stall_q, write_stall_q;

  wire [1023:0] job;
  wire          magic     = job[32*JOB_MAGIC +: 32] == DESCRIPTOR_MAGIC;
  wire          wide      = job[32*JOB_FORMATS+25];
  wire          quantizes = job[32*JOB_FORMATS+26];

  wire [2:0]  port_error;
  wire        fetch_valid, fetch_last;
  wire [31:0] fetch_beat;
  wire        beats_valid, valid, supported, load_limits, compute_limits, late;
  wire [5:0]  macs;
  wire        compute_done, operand_stall, write_stall, overhead;
  wire [31:0] filled, stored;

  wire active        = state_q == FETCH || state_q == SETUP || state_q == RUN;
  wire starts        = start_i && (state_q == IDLE || state_q == DONE);
  wire bad_beats     = state_q == FETCH && !beats_valid;
  wire limits        = bad_beats || (state_q == RUN && (load_limits || compute_limits));
  wire abort         = port_error != ERROR_NONE || limits || (state_q == RUN && late);
  wire setup_ends    = state_q == SETUP && setup_q == SetupLast;
  wire start_engines = setup_ends && magic && valid;
  wire finished      = state_q == RUN && compute_done && filled == stored;

  assign busy_o                 = active;
  assign done_o                 = state_q == DONE || state_q == ERROR;
  assign error_o                = error_q;
  assign operand_stall_cycles_o = operand_stall_q;
  assign write_stall_cycles_o   = write_stall_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q         <= IDLE;
      error_q         <= ERROR_NONE;
      setup_q         <= 32'd0;
      overhead_q      <= 64'd0;
      operand_stall_q <= 64'd0;
      write_stall_q   <= 64'd0;
    end else if (abort) begin
      state_q <= ERROR;
      error_q <= port_error != ERROR_NONE ? port_error : limits ? ERROR_LIMITS : ERROR_WATCHDOG;
    end else begin
      // Counters.
      if (state_q == FETCH || (state_q == RUN && operand_stall)) operand_stall_q <= operand_stall_q + 64'd1;
      if (state_q == SETUP || (state_q == RUN && overhead)) overhead_q <= overhead_q + 64'd1;
      if (state_q == RUN && (write_stall || compute_done)) write_stall_q <= write_stall_q + 64'd1;
      // The sequencer.
      case (state_q)
        FETCH: begin
          if (fetch_last) state_q <= SETUP;
          setup_q <= 32'd0;
        end
        SETUP: begin
          setup_q <= setup_q + 32'd1;
          if (setup_ends) begin
            state_q <= start_engines ? RUN : ERROR;
            error_q <= start_engines ? ERROR_NONE : magic ? ERROR_LIMITS : ERROR_MAGIC;
          end
        end
        RUN: begin
          if (finished) state_q <= DONE;
        end
        default: begin
          if (starts) begin
            state_q         <= FETCH;
            overhead_q      <= 64'd1;
            operand_stall_q <= 64'd0;
            write_stall_q   <= 64'd0;
          end
        end
      endcase
    end
  end

  wire        load_request, load_ready, load_valid;
  wire        store_request, store_ready, store_valid, store_beat_ready;
  wire [63:0] load_address, store_address;
  wire [31:0] load_beats, store_beats;

  ampa_core_port u_port (
    .clk_i             (clk_i),
    .rst_ni            (rst_ni),
    .start_i           (starts),
    .active_i          (active),
    .abort_i           (abort),
    .watchdog_i        (watchdog_i),
    .error_o           (port_error),
    .fetch_request_i   (state_q == FETCH && beats_valid),
    .fetch_address_i   (descriptor_address_i),
    .fetch_beats_i     (descriptor_beats_i),
    .fetch_valid_o     (fetch_valid),
    .fetch_beat_o      (fetch_beat),
    .fetch_last_o      (fetch_last),
    .load_request_i    (load_request),
    .load_ready_o      (load_ready),
    .load_address_i    (load_address),
    .load_beats_i      (load_beats),
    .load_beat_valid_o (load_valid),
    .store_request_i   (store_request),
    .store_ready_o     (store_ready),
    .store_address_i   (store_address),
    .store_beats_i     (store_beats),
    .store_beat_valid_i(store_valid),
    .store_beat_ready_o(store_beat_ready),
    .request_valid_o   (request_valid_o),
    .request_ready_i   (request_ready_i),
    .request_write_o   (request_write_o),
    .request_tag_o     (request_tag_o),
    .request_address_o (request_address_o),
    .request_beats_o   (request_beats_o),
    .read_valid_i      (read_valid_i),
    .read_tag_i        (read_tag_i),
    .read_error_i      (read_error_i),
    .write_valid_o     (write_valid_o),
    .write_ready_i     (write_ready_i),
    .write_error_i     (write_error_i),
    .read_beats_o      (read_beats_o),
    .write_beats_o     (write_beats_o)
  );

  wire        write_a, write_b, write_half, a_half, b_half, store_half;
  wire        quantize_read, quantize_half;
  wire [31:0] quantized, quantize_beat, code_beats;
  wire [31:0] write_beat_index, a_loaded, b_loaded, a_freed, b_freed, store_beat, sums;
  wire [31:0] positions, slices, last_lanes, a_first_bit, a_bits, a_gy0, a_s_offset;
  wire [31:0] b_first_bit, b_bits, b_gy0, b_s_offset;
  wire [63:0] array_fill_drain;
  wire [31:0] config_index = fetch_beat * BeatWords;
  wire [8*PortBytes-1:0] sum_data, code_data;

  ampa_core_job #(
    .PortBytes(PortBytes)
  ) u_job (
    .clk_i         (clk_i),
    .config_valid_i(fetch_valid),
    .config_index_i(config_index),
    .config_data_i (read_data_i),
    .job_o         (job)
  );

  ampa_core_check #(
    .PortBytes       (PortBytes),
    .WeightStationary(WeightStationary),
    .Rows            (Rows),
    .Cols            (Cols),
    .Columns         (Columns)
  ) u_check (
    .clk_i         (clk_i),
    .config_valid_i(fetch_valid),
    .config_index_i(config_index),
    .config_data_i (read_data_i),
    .job_i         (job),
    .beats_i       (descriptor_beats_i),
    .supported_i   (supported),
    .macs_i        (macs),
    .beats_valid_o (beats_valid),
    .valid_o       (valid)
  );

  // Blocks of results leave as they are, or by way of the quantize engine.
  wire [31:0] sum_words = wide ? sums << 1 : sums;
  wire [31:0] sum_beats = (sum_words + BeatWords - 32'd1) / BeatWords;

  assign write_data_o = quantizes ? code_data : sum_data;

  assign fill_drain_cycles_o = array_fill_drain + overhead_q;

  ampa_core_load #(
    .PortBytes(PortBytes),
    .ABytes   (ABytes),
    .BBytes   (BBytes)
  ) u_load (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .config_valid_i   (fetch_valid),
    .config_index_i   (config_index),
    .config_data_i    (read_data_i),
    .job_i            (job),
    .start_i          (start_engines),
    .abort_i          (abort),
    .limits_o         (load_limits),
    .request_valid_o  (load_request),
    .request_ready_i  (load_ready),
    .request_address_o(load_address),
    .request_beats_o  (load_beats),
    .beat_valid_i     (load_valid),
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
    .a_bits_o         (a_bits),
    .a_gy0_o          (a_gy0),
    .a_s_offset_o     (a_s_offset),
    .b_first_bit_o    (b_first_bit),
    .b_bits_o         (b_bits),
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
    .config_valid_i     (fetch_valid),
    .config_index_i     (config_index),
    .config_data_i      (read_data_i),
    .job_i              (job),
    .setup_i            (state_q == SETUP),
    .setup_step_i       (setup_q),
    .start_i            (start_engines),
    .abort_i            (abort),
    .watchdog_i         (watchdog_i),
    .supported_o        (supported),
    .macs_o             (macs),
    .limits_o           (compute_limits),
    .late_o             (late),
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
    .a_bits_i           (a_bits),
    .a_gy0_i            (a_gy0),
    .a_s_offset_i       (a_s_offset),
    .b_first_bit_i      (b_first_bit),
    .b_bits_i           (b_bits),
    .b_gy0_i            (b_gy0),
    .b_s_offset_i       (b_s_offset),
    .filled_o           (filled),
    .taken_i            (quantizes ? quantized : stored),
    .read_i             (quantizes ? quantize_read : store_valid),
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
    .config_valid_i(fetch_valid),
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
    .beat_ready_i     (store_beat_ready)
  );

endmodule

`default_nettype wire
