// Turns blocks of sums into blocks of packed codes, for jobs whose results leave as codes: rules Z3, B1 and B2 of the
// numerics contract, by PortBytes / 4 units ampa_requantize side by side.
//
// Sum i of a block, row by row, has the correction of its column taken off, if the job has corrections, and the scale, zero
// point and limits of the job. If the job rounds at random, it takes the bits of element `first + i` of the job's tensor
// (rules R2 and R3), where `first` is 0 for the first block and goes on with the next multiple of 8 behind a block.
//
// Parameters: PortBytes 8 .. 128, a power of two; Sums per half; Columns, whose corrections fit. Timing: a block begins in
// the first cycle in which it is filled and a half for its codes is free, and takes 13 cycles more than its groups of
// PortBytes / 4 sums; with random rounding 2 more for every max(8, PortBytes / 4) sums begun, in which Philox works.
`default_nettype none

module ampa_core_quantize #(
  parameter PortBytes = 16,
  parameter Sums      = 4096,
  parameter Columns   = 2048
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   config_valid_i,
  input  wire [31:0]            config_index_i,
  input  wire [8*PortBytes-1:0] config_data_i,
  input  wire [1023:0]          job_i,          // of ampa_core_job
  input  wire                   start_i,
  input  wire                   abort_i,
  // Blocks of sums; all counts are blocks since the start.
  input  wire [31:0]            filled_i,
  output wire [31:0]            quantized_o,
  input  wire [31:0]            sums_i,         // in the half that is read
  output wire                   read_o,
  output wire                   read_half_o,
  output wire [31:0]            read_beat_o,
  input  wire [8*PortBytes-1:0] read_data_i,    // 32-bit sums
  // Blocks of codes.
  input  wire [31:0]            stored_i,
  input  wire                   code_half_i,
  input  wire [31:0]            code_beat_i,
  output wire [31:0]            code_beats_o,   // of the block in the half that is read
  output wire [8*PortBytes-1:0] code_data_o
);

  `include "ampa_core_config.vh"

  generate
    if (Columns < 1) begin : gen_check_columns
      ampa_error_columns_must_be_at_least_1 u_error ();
    end
  endgenerate

  localparam [1:0]  IDLE        = 2'd0;
  localparam [1:0]  FEED        = 2'd1;
  localparam [1:0]  DRAIN       = 2'd2;
  localparam        Lanes       = PortBytes / 4;
  localparam [31:0] NumLanes    = Lanes;
  localparam [31:0] BeatBits    = 8 * PortBytes;
  localparam        Philoxes    = Lanes > 8 ? Lanes / 8 : 1;
  localparam [31:0] RoundBlocks = Philoxes;                   // of random bits
  localparam        RandomBits  = 128 * Philoxes;
  localparam [31:0] RoundGroups = Lanes > 8 ? 1 : 8 / Lanes;  // that the bits of a round serve
  localparam [3:0]  DrainLast   = 4'd11;                      // the units' latency and the last beat of codes

  // What the job asks for.
  wire [31:0] job [0:JOB_WORDS-1];
  reg  [31:0] column_q [0:Columns-1];

  genvar g;
  generate
    for (g = 0; g < JOB_WORDS; g = g + 1) begin : gen_job
      assign job[g] = job_i[32*g +: 32];
    end
  endgenerate

  wire [31:0] slab_entries = job[JOB_SLABS_PER_IMAGE] == 32'd1 ? 32'd2 : job[JOB_SLABS_PER_IMAGE];
  wire [31:0] column_table = SLAB_TABLE + slab_entries * SLAB_WORDS;

  always @(posedge clk_i) begin : p_config
    reg [31:0] i, index, column;
    index  = 32'd0;
    column = 32'd0;
    if (config_valid_i) begin
      for (i = 32'd0; i < NumLanes; i = i + 32'd1) begin
        index  = config_index_i + i;
        column = index - column_table;
        if (index >= SLAB_TABLE && index >= column_table && column < Columns) column_q[column] = config_data_i[32*i +: 32];
      end
    end
  end

  wire        stochastic   = job[JOB_FORMATS][27];
  wire        corrected    = job[JOB_FORMATS][28];
  wire [3:0]  bits         = job[JOB_FORMATS][19:16];
  wire [31:0] n_blocks     = job[JOB_N_BLOCKS];
  wire        active       = job[JOB_FORMATS][26];  // results leave as codes

  // Blocks.
  reg [1:0]  state_q;
  reg [3:0]  drain_q;
  reg [31:0] quantized_q, group_q;
  reg [31:0] n_q, first_column_q, column_in_block_q;
  reg [60:0] first_random_q, random_q;       // of the block, of the next round: in blocks of 8 elements
  reg [31:0] round_group_q;                  // groups that the round has served
  reg [31:0] beats_q [0:1];

  wire [RandomBits-1:0] random;
  wire        random_valid, random_taken;
  wire        begin_block = state_q == IDLE && active && filled_i != quantized_q && quantized_q - stored_i < 32'd2;
  wire        issue       = state_q == FEED && (!stochastic || random_valid);
  wire [31:0] left        = sums_i - group_q * NumLanes;  // sums that no group has taken
  wire        last_group  = left <= NumLanes;
  wire        round_ends  = last_group || round_group_q == RoundGroups - 32'd1;
  wire        block_ends  = state_q == DRAIN && drain_q == DrainLast;
  wire        last_n      = n_q == n_blocks - 32'd1;
  wire [31:0] cols        = last_n ? job[JOB_N_LAST] : job[JOB_N_BLOCK];
  reg  [31:0] column_of [0:Lanes];           // of each lane's sum in the block; the last is the next group's first

  assign quantized_o  = quantized_q;
  assign read_o       = state_q == FEED;
  assign read_half_o  = quantized_q[0];
  assign read_beat_o  = group_q;
  assign code_beats_o = beats_q[code_half_i];

  always @* begin : p_columns
    reg [31:0] i;
    column_of[0] = column_in_block_q;
    for (i = 32'd0; i < NumLanes; i = i + 32'd1)
      column_of[i+32'd1] = column_of[i] == cols - 32'd1 ? 32'd0 : column_of[i] + 32'd1;
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q           <= IDLE;
      drain_q           <= 4'd0;
      quantized_q       <= 32'd0;
      group_q           <= 32'd0;
      n_q               <= 32'd0;
      first_column_q    <= 32'd0;
      column_in_block_q <= 32'd0;
      first_random_q    <= 61'd0;
      random_q          <= 61'd0;
      round_group_q     <= 32'd0;
    end else if (abort_i) begin
      state_q <= IDLE;
    end else if (start_i) begin
      state_q        <= IDLE;
      quantized_q    <= 32'd0;
      n_q            <= 32'd0;
      first_column_q <= 32'd0;
      first_random_q <= 61'd0;
      random_q       <= 61'd0;
    end else begin
      if (random_taken) random_q <= random_q + {29'd0, RoundBlocks};
      case (state_q)
        FEED: begin
          if (issue) begin
            group_q           <= group_q + 32'd1;
            column_in_block_q <= column_of[Lanes];
            round_group_q     <= round_ends ? 32'd0 : round_group_q + 32'd1;
            if (last_group) begin
              state_q              <= DRAIN;
              first_random_q       <= first_random_q + {32'd0, sums_i[31:3]} + {60'd0, sums_i[2:0] != 3'd0};
              beats_q[read_half_o] <= (sums_i * {28'd0, bits} + BeatBits - 32'd1) / BeatBits;
            end
          end
        end
        DRAIN: begin
          drain_q <= drain_q + 4'd1;
          if (block_ends) begin
            state_q        <= IDLE;
            quantized_q    <= quantized_q + 32'd1;
            random_q       <= first_random_q;
            n_q            <= last_n ? 32'd0 : n_q + 32'd1;
            first_column_q <= last_n ? 32'd0 : first_column_q + job[JOB_N_BLOCK];
          end
        end
        default: begin
          group_q           <= 32'd0;
          column_in_block_q <= 32'd0;
          round_group_q     <= 32'd0;
          drain_q           <= 4'd0;
          if (begin_block) state_q <= FEED;
        end
      endcase
    end
  end

  // Random bits: a round is asked for when the block begins, and when the last group of the round before it leaves.
  wire         ask           = stochastic && (begin_block || (issue && round_ends && !last_group));
  wire [127:0] philox_data [0:Philoxes-1];
  wire [Philoxes-1:0] philox_ready, philox_valid;

  assign random_taken = ask && philox_ready[0];
  assign random_valid = philox_valid[0];

  generate
    for (g = 0; g < Philoxes; g = g + 1) begin : gen_philox
      wire [31:0] unit  = g;
      wire [60:0] block = random_q + {29'd0, unit};

      ampa_philox #(
        .RoundsPerCycle(5)
      ) u_philox (
        .clk_i       (clk_i),
        .rst_ni      (rst_ni),
        .in_valid_i  (ask),
        .in_ready_o  (philox_ready[g]),
        .in_key_i    ({job[JOB_OUT_SEED+1], job[JOB_OUT_SEED]}),
        .in_counter_i({job[JOB_OUT_STEP], job[JOB_OUT_TENSOR], 3'd0, block}),
        .out_valid_o (philox_valid[g]),
        .out_ready_i (issue && round_ends),
        .out_data_o  (philox_data[g])
      );
      assign random[128*g +: 128] = philox_data[g] >> (round_group_q * NumLanes * 32'd16);
    end
  endgenerate

  // Lanes.
  wire [Lanes-1:0]   code_valid;
  wire [8*Lanes-1:0] codes;

  generate
    for (g = 0; g < Lanes; g = g + 1) begin : gen_lanes
      wire [31:0] lane       = g;
      wire [31:0] column     = first_column_q + column_of[g];
      wire [31:0] correction = corrected && column < Columns ? column_q[column] : 32'd0;
      wire [7:0]  code;
      wire        unused_ready, unused_last;
      wire [8:0]  unused_level;
      wire [31:0] unused_q16;

      ampa_requantize u_requantize (
        .clk_i          (clk_i),
        .rst_ni         (rst_ni),
        .in_valid_i     (issue && left > lane),
        .in_ready_o     (unused_ready),
        .in_sum_i       ({{32{read_data_i[32*g+31]}}, read_data_i[32*g +: 32]}),
        .in_row_i       (64'd0),
        .in_col_i       ({{32{correction[31]}}, correction}),
        .in_scale_i     (job[JOB_OUT_SCALE]),
        .in_random_i    (random[16*g +: 16]),
        .in_last_i      (1'b0),
        .in_inv_scale_i (job[JOB_OUT_INV_SCALE]),
        .in_zero_point_i(job[JOB_OUT_FORMAT][7:0]),
        .in_min_code_i  (job[JOB_OUT_FORMAT][16:8]),
        .in_max_code_i  (job[JOB_OUT_FORMAT][25:17]),
        .in_stochastic_i(stochastic),
        .out_valid_o    (code_valid[g]),
        .out_ready_i    (1'b1),
        .out_code_o     (code),
        .out_level_o    (unused_level),
        .out_q16_o      (unused_q16),
        .out_last_o     (unused_last)
      );
      assign codes[8*g +: 8] = code_valid[g] ? code : 8'd0;
    end
  endgenerate

  ampa_code_pad #(
    .Codes    (Sums),
    .PortBytes(PortBytes)
  ) u_code_pad (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .add_valid_i(code_valid[0]),
    .add_half_i (read_half_o),
    .add_bits_i (bits),
    .add_codes_i(codes),
    .flush_i    (block_ends),
    .read_half_i(code_half_i),
    .read_beat_i(code_beat_i),
    .read_data_o(code_data_o)
  );

endmodule

`default_nettype wire
