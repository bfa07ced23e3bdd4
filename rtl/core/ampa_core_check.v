// Whether a descriptor describes a job that the core can run: what would let an engine wait for ever, walk astray or take
// what the descriptor does not hold. Its C++ twin is is_job() of systemc/tlm/core/job_checks.cpp.
//
//   formats      the array runs both; codes in memory have the bits of their format; a depth walker advances as the array does
//   loop nest    no count is 0; slabs along M have one block of M; blocks of slabs along K begin at whole tiles
//   table        1 .. 64 slabs an image, all of them within the descriptor, as the corrections of columns
//   images       lie apart if there are several
//   codes        slabs along M, 32-bit sums, 2, 4, 6 or 8 bits; limits in order; finite scales, that of codes not negative
//
// What a step or a slab asks for is checked where it begins (ampa_core_steps, ampa_core_load). Parameters: PortBytes,
// WeightStationary, Rows, Cols and Columns as of ampa_core. Timing: valid_o counts from the cycle after the last beat of the
// descriptor on; beats_valid_o at any time.
`default_nettype none

module ampa_core_check #(
  parameter PortBytes        = 16,
  parameter WeightStationary = 0,
  parameter Rows             = 16,
  parameter Cols             = 16,
  parameter Columns          = 2048
) (
  input  wire                   clk_i,
  // Configuration, as in ampa_operand_fetch.
  input  wire                   config_valid_i,
  input  wire [31:0]            config_index_i,
  input  wire [8*PortBytes-1:0] config_data_i,
  input  wire [1023:0]          job_i,          // of ampa_core_job
  input  wire [31:0]            beats_i,        // of the descriptor
  input  wire                   supported_i,    // the array runs the formats
  input  wire [5:0]             macs_i,         // of them
  output wire                   beats_valid_o,  // not 0, and no more than the longest descriptor has
  output wire                   valid_o
);

  `include "ampa_core_config.vh"

  localparam [31:0] BeatWords  = PortBytes / 4;
  localparam [31:0] MostWords  = SLAB_TABLE + MAX_SLAB_ENTRIES * SLAB_WORDS + Columns;
  localparam [31:0] MostBeats  = (MostWords + BeatWords - 32'd1) / BeatWords;
  localparam [31:0] NumCols    = Cols;
  localparam [31:0] RowItems   = (WeightStationary != 0) ? 1 : Rows;
  localparam [31:0] SliceWords = (WeightStationary != 0) ? Rows : 1;  // that a step along the depth takes
  localparam [31:0] MostColumns = Columns;

  // Words that no other module has for all: of A and of B.
  reg [31:0] storage_q [0:1], advance_q [0:1];

  always @(posedge clk_i) begin : p_config
    reg [31:0] i, index;
    index = 32'd0;
    if (config_valid_i) begin
      for (i = 32'd0; i < BeatWords; i = i + 32'd1) begin
        index = config_index_i + i;
        if (index == A_WORDS + OPERAND_STORAGE_BITS) storage_q[0] = config_data_i[32*i +: 32];
        if (index == B_WORDS + OPERAND_STORAGE_BITS) storage_q[1] = config_data_i[32*i +: 32];
        if (index == A_WORDS + DEPTH_WALKER + WALKER_INDEX_ADVANCE) advance_q[0] = config_data_i[32*i +: 32];
        if (index == B_WORDS + DEPTH_WALKER + WALKER_INDEX_ADVANCE) advance_q[1] = config_data_i[32*i +: 32];
      end
    end
  end

  wire [31:0] job [0:JOB_WORDS-1];

  genvar g;
  generate
    for (g = 0; g < JOB_WORDS; g = g + 1) begin : gen_job
      assign job[g] = job_i[32*g +: 32];
    end
  endgenerate

  // Formats.
  wire [31:0] formats   = job[JOB_FORMATS];
  wire [3:0]  a_storage = (formats[3:0] + 4'd1) & 4'b1110;
  wire [3:0]  b_storage = (formats[11:8] + 4'd1) & 4'b1110;
  wire [31:0] advance   = SliceWords * {26'd0, macs_i};
  wire        formats_are_right = supported_i && storage_q[0] == {28'd0, a_storage} && storage_q[1] == {28'd0, b_storage}
                                  && advance_q[0] == advance && advance_q[1] == advance;

  // Loop nest.
  wire        along_k = formats[24];
  wire        counts  = job[JOB_SLABS] != 32'd0 && job[JOB_M_BLOCKS] != 32'd0 && job[JOB_N_BLOCKS] != 32'd0;
  wire        one_m   = job[JOB_M_BLOCKS] == 32'd1;
  wire        one_n   = job[JOB_N_BLOCKS] == 32'd1;
  wire        m_tiles = one_m || (along_k && job[JOB_M_BLOCK] % RowItems == 32'd0);
  wire        n_tiles = one_n || !along_k || job[JOB_N_BLOCK] % NumCols == 32'd0;

  // Table and corrections, within the descriptor.
  wire [31:0] per_image  = job[JOB_SLABS_PER_IMAGE];
  wire        entries_are_right = per_image != 32'd0 && per_image <= MAX_SLAB_ENTRIES;
  wire [31:0] entries    = per_image == 32'd1 ? 32'd2 : per_image;
  wire [63:0] table_end  = {32'd0, SLAB_TABLE + entries * SLAB_WORDS};
  wire [63:0] words      = {32'd0, beats_i} * {32'd0, BeatWords};
  wire [63:0] columns    = {32'd0, job[JOB_N_BLOCKS] - 32'd1} * {32'd0, job[JOB_N_BLOCK]} + {32'd0, job[JOB_N_LAST]};
  wire        corrected  = formats[28];
  wire        table_is_there   = table_end <= words;
  wire        columns_are_there = columns <= {32'd0, MostColumns} && table_end + columns <= words;

  wire        images_are_apart = job[JOB_SLABS] <= per_image || {job[JOB_A_IMAGE_BITS+1], job[JOB_A_IMAGE_BITS]} != 64'd0;

  // Codes.
  wire [3:0]  code_bits = formats[19:16];
  wire signed [8:0] min_code = job[JOB_OUT_FORMAT][16:8];
  wire signed [8:0] max_code = job[JOB_OUT_FORMAT][25:17];
  wire        scales    = job[JOB_OUT_SCALE][30:23] != 8'hff && job[JOB_OUT_INV_SCALE][30:23] != 8'hff
                          && !job[JOB_OUT_INV_SCALE][31];
  wire        is_random = formats[27];
  wire        codes_are_right = !along_k && !formats[25] && !code_bits[0] && code_bits != 4'd0 && code_bits <= 4'd8
                                && min_code <= max_code && min_code >= -9'sd127 && scales
                                && (!is_random || job[JOB_OUT_FORMAT][7:0] == 8'd0) && (!corrected || columns_are_there);

  assign beats_valid_o = beats_i != 32'd0 && beats_i <= MostBeats;
  assign valid_o       = formats_are_right && counts && m_tiles && n_tiles && entries_are_right && table_is_there
                         && images_are_apart && (!formats[26] || codes_are_right);

endmodule

`default_nettype wire
