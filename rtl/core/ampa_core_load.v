// Brings the slabs of a job from memory into the halves of the operand scratchpads, ahead of the compute engine.
//
// A step of the loop nest loads A, then B, where it needs them: the engine waits in LOAD_A (LOAD_B) until a half is free,
// asks for the slab as one burst of whole beats, and stores a beat per cycle in which one is given. A step that needs no new
// slab of an operand passes its state in one cycle. What the compute engine must know of a slab is held per half.
//
// A slab without bits, or with more beats than a half holds, is refused in the first cycle in which it is needed.
//
// Parameters: PortBytes 8 .. 128, a power of two; ABytes, BBytes per half. Timing: the request is up in the first cycle in which a half is free.
`default_nettype none

module ampa_core_load #(
  parameter PortBytes = 16,
  parameter ABytes    = 8192,
  parameter BBytes    = 8192
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  // Configuration, as in ampa_operand_fetch.
  input  wire                   config_valid_i,
  input  wire [31:0]            config_index_i,
  input  wire [8*PortBytes-1:0] config_data_i,
  input  wire [1023:0]          job_i,              // of ampa_core_job
  input  wire                   start_i,          // the first step begins in the next cycle
  input  wire                   abort_i,
  output wire                   limits_o,           // the slab asks for more than the core's limits
  // The memory port.
  output wire                   request_valid_o,
  input  wire                   request_ready_i,
  output wire [63:0]            request_address_o,  // bytes, a multiple of PortBytes
  output wire [31:0]            request_beats_o,
  input  wire                   beat_valid_i,
  // The scratchpads.
  output wire                   write_a_o,
  output wire                   write_b_o,
  output wire                   write_half_o,
  output wire [31:0]            write_beat_o,
  // What is loaded and what is free again: slabs since the start.
  output wire [31:0]            a_loaded_o,
  output wire [31:0]            b_loaded_o,
  input  wire [31:0]            a_freed_i,
  input  wire [31:0]            b_freed_i,
  // Of the slabs in the halves.
  input  wire                   a_half_i,
  input  wire                   b_half_i,
  output wire [31:0]            positions_o,      // of the slab of A
  output wire [31:0]            slices_o,
  output wire [31:0]            last_lanes_o,
  output wire [31:0]            a_first_bit_o,
  output wire [31:0]            a_bits_o,         // loaded, whole beats
  output wire [31:0]            a_gy0_o,
  output wire [31:0]            a_s_offset_o,
  output wire [31:0]            b_first_bit_o,
  output wire [31:0]            b_bits_o,
  output wire [31:0]            b_gy0_o,
  output wire [31:0]            b_s_offset_o
);

  `include "ampa_core_config.vh"

  localparam [1:0]  IDLE       = 2'd0;
  localparam [1:0]  LOAD_A     = 2'd1;
  localparam [1:0]  LOAD_B     = 2'd2;
  localparam [31:0] BeatWords  = PortBytes / 4;
  localparam [63:0] BeatBits   = 8 * PortBytes;
  localparam [31:0] ABeats     = ABytes / PortBytes;
  localparam [31:0] BBeats     = BBytes / PortBytes;
  localparam [31:0] TableFirst = SLAB_TABLE;
  localparam [31:0] TableWords = MAX_SLAB_ENTRIES * SLAB_WORDS;

  wire [31:0] job [0:JOB_WORDS-1];
  reg  [31:0] table_q [0:MAX_SLAB_ENTRIES*SLAB_WORDS-1];

  genvar g;
  generate
    for (g = 0; g < JOB_WORDS; g = g + 1) begin : gen_job
      assign job[g] = job_i[32*g +: 32];
    end
  endgenerate

  always @(posedge clk_i) begin : p_config
    reg [31:0] i, index;
    index = 32'd0;
    if (config_valid_i) begin
      for (i = 32'd0; i < BeatWords; i = i + 32'd1) begin
        index = config_index_i + i - TableFirst;
        if (index < TableWords) table_q[index[9:0]] = config_data_i[32*i +: 32];
      end
    end
  end

  wire along_k = job[JOB_FORMATS][24];
  wire next_step, done, load_a, load_b, last_slab, last_n, unused_first_slab, unused_first_n, unused_last_m;
  wire unused_free_a, unused_free_b;

  ampa_loop_nest u_loop_nest (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .clear_i     (start_i),
    .next_i      (next_step),
    .along_k_i   (along_k),
    .slabs_i     (job[JOB_SLABS]),
    .m_blocks_i  (job[JOB_M_BLOCKS]),
    .n_blocks_i  (job[JOB_N_BLOCKS]),
    .done_o      (done),
    .load_a_o    (load_a),
    .load_b_o    (load_b),
    .free_a_o    (unused_free_a),
    .free_b_o    (unused_free_b),
    .first_slab_o(unused_first_slab),
    .last_slab_o (last_slab),
    .last_m_o    (unused_last_m),
    .first_n_o   (unused_first_n),
    .last_n_o    (last_n)
  );

  reg [1:0]  state_q;
  reg        receiving_q;
  reg [31:0] beats_q, beat_q, a_loaded_q, b_loaded_q;
  reg [31:0] entry_q;                    // of the slab table
  reg [63:0] a_image_q, b_image_q;       // bits from the tensor's first code to the image or block
  reg [31:0] positions_q [0:1], slices_q [0:1], last_lanes_q [0:1];
  reg [31:0] a_first_bit_q [0:1], a_bits_q [0:1], a_gy0_q [0:1], a_s_offset_q [0:1];
  reg [31:0] b_first_bit_q [0:1], b_bits_q [0:1], b_gy0_q [0:1], b_s_offset_q [0:1];

  // With one slab per image (or run of images) the table has an entry for all but the last and one for the last.
  wire        one_entry = job[JOB_SLABS_PER_IMAGE] == 32'd1;
  wire [31:0] at        = (one_entry ? {31'd0, last_slab} : entry_q) * SLAB_WORDS;
  wire        last_entry = one_entry || entry_q == job[JOB_SLABS_PER_IMAGE] - 32'd1;

  wire        is_a     = state_q == LOAD_A;
  wire [63:0] a_bit    = {job[JOB_A_BIT+1], job[JOB_A_BIT]} + a_image_q + {32'd0, table_q[at + SLAB_A + SLAB_BIT]};
  wire [63:0] b_bit    = {job[JOB_B_BIT+1], job[JOB_B_BIT]} + b_image_q
                         + (along_k ? {32'd0, table_q[at + SLAB_B + SLAB_BIT]} : 64'd0);
  wire [63:0] first    = is_a ? a_bit : b_bit;
  wire [31:0] b_length = along_k ? table_q[at + SLAB_B + SLAB_LENGTH]
                                 : last_n ? job[JOB_B_LAST_LENGTH] : job[JOB_B_BLOCK_LENGTH];
  wire [31:0] bits     = is_a ? table_q[at + SLAB_A + SLAB_LENGTH] : b_length;
  wire [63:0] offset   = first & (BeatBits - 64'd1);
  wire [63:0] beats    = (offset + {32'd0, bits} + BeatBits - 64'd1) / BeatBits;
  wire        needed   = is_a ? load_a : load_b;
  wire [31:0] loaded   = is_a ? a_loaded_q : b_loaded_q;
  wire [31:0] freed    = is_a ? a_freed_i : b_freed_i;
  wire        has_half = loaded - freed < 32'd2;
  wire        last_beat = receiving_q && beat_valid_i && beat_q == beats_q - 32'd1;
  wire        running  = state_q != IDLE && !done;
  wire        fits     = bits != 32'd0 && beats <= {32'd0, is_a ? ABeats : BBeats};
  wire        pass     = running && !receiving_q && !needed;
  wire        advance  = last_beat || pass;

  assign request_valid_o   = running && !receiving_q && needed && has_half && fits;
  assign limits_o          = running && !receiving_q && needed && !fits;
  assign request_address_o = (first & ~(BeatBits - 64'd1)) >> 3;
  assign request_beats_o   = beats[31:0];
  assign write_a_o         = receiving_q && beat_valid_i && is_a;
  assign write_b_o         = receiving_q && beat_valid_i && !is_a;
  assign write_half_o      = loaded[0];
  assign write_beat_o      = beat_q;
  assign next_step         = state_q == LOAD_B && advance;
  assign a_loaded_o        = a_loaded_q;
  assign b_loaded_o        = b_loaded_q;
  assign positions_o       = positions_q[a_half_i];
  assign slices_o          = slices_q[a_half_i];
  assign last_lanes_o      = last_lanes_q[a_half_i];
  assign a_first_bit_o     = a_first_bit_q[a_half_i];
  assign a_bits_o          = a_bits_q[a_half_i];
  assign b_bits_o          = b_bits_q[b_half_i];
  assign a_gy0_o           = a_gy0_q[a_half_i];
  assign a_s_offset_o      = a_s_offset_q[a_half_i];
  assign b_first_bit_o     = b_first_bit_q[b_half_i];
  assign b_gy0_o           = b_gy0_q[b_half_i];
  assign b_s_offset_o      = b_s_offset_q[b_half_i];

  wire slab_ends = along_k || last_n;  // with this step

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q     <= IDLE;
      receiving_q <= 1'b0;
      beats_q     <= 32'd0;
      beat_q      <= 32'd0;
      a_loaded_q  <= 32'd0;
      b_loaded_q  <= 32'd0;
      entry_q     <= 32'd0;
      a_image_q   <= 64'd0;
      b_image_q   <= 64'd0;
    end else if (abort_i) begin
      state_q     <= IDLE;
      receiving_q <= 1'b0;
    end else if (start_i) begin
      state_q     <= LOAD_A;
      receiving_q <= 1'b0;
      a_loaded_q  <= 32'd0;
      b_loaded_q  <= 32'd0;
      entry_q     <= 32'd0;
      a_image_q   <= 64'd0;
      b_image_q   <= 64'd0;
    end else if (running) begin
      if (request_valid_o && request_ready_i) begin
        receiving_q <= 1'b1;
        beats_q     <= request_beats_o;
        beat_q      <= 32'd0;
        if (is_a) begin
          positions_q[loaded[0]]   <= table_q[at + SLAB_POSITIONS];
          slices_q[loaded[0]]      <= table_q[at + SLAB_SLICES];
          last_lanes_q[loaded[0]]  <= table_q[at + SLAB_LAST_LANES];
          a_first_bit_q[loaded[0]] <= offset[31:0];
          a_bits_q[loaded[0]]      <= request_beats_o * BeatBits[31:0];
          a_gy0_q[loaded[0]]       <= table_q[at + SLAB_A + SLAB_GY0];
          a_s_offset_q[loaded[0]]  <= table_q[at + SLAB_A + SLAB_S_OFFSET];
        end else begin
          b_first_bit_q[loaded[0]] <= offset[31:0];
          b_bits_q[loaded[0]]      <= request_beats_o * BeatBits[31:0];
          b_gy0_q[loaded[0]]       <= table_q[at + SLAB_B + SLAB_GY0];
          b_s_offset_q[loaded[0]]  <= table_q[at + SLAB_B + SLAB_S_OFFSET];
        end
      end
      if (receiving_q && beat_valid_i) beat_q <= beat_q + 32'd1;
      if (last_beat) begin
        receiving_q <= 1'b0;
        if (is_a) a_loaded_q <= a_loaded_q + 32'd1;
        else      b_loaded_q <= b_loaded_q + 32'd1;
      end
      if (advance) state_q <= is_a ? LOAD_B : LOAD_A;
      if (next_step) begin
        if (slab_ends) begin
          entry_q <= (last_entry || last_slab) ? 32'd0 : entry_q + 32'd1;
          if (last_slab)       a_image_q <= 64'd0;
          else if (last_entry) a_image_q <= a_image_q + {job[JOB_A_IMAGE_BITS+1], job[JOB_A_IMAGE_BITS]};
        end
        if (along_k) begin
          if (last_slab)       b_image_q <= 64'd0;
          else if (last_entry) b_image_q <= b_image_q + {job[JOB_B_IMAGE_BITS+1], job[JOB_B_IMAGE_BITS]};
        end else begin
          b_image_q <= last_n ? 64'd0 : b_image_q + {job[JOB_B_IMAGE_BITS+1], job[JOB_B_IMAGE_BITS]};
        end
      end
    end
  end

endmodule

`default_nettype wire
