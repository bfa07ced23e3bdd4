// The scratchpad of one operand and the address generation that forms packed words from it: im2col on chip.
//
// A half of the scratchpad holds a slab: a run of whole tensor rows (height, width, channels innermost), packed at their
// real width as they lie in memory, from the beat of the memory port on in which they begin. Neither padding nor the zeros
// of a dilated error map nor copies of overlapping windows are stored. The element at (row, depth) of the operand's matrix
// is found by adding what a row and what a depth contribute (one of the two is a position, the other a place in the
// window):
//
//   y = gy(row) + gy(depth) + gy0       x = gx(row) + gx(depth) + gx0       on the dilated grid
//   element = ((s(row) + s(depth) + s_offset) >> dilation_log2) + p(row) + p(depth)
//
// If y or x lies outside 0 .. height << dilation_log2 (width) or is no multiple of the dilation, the element is the zero
// code. Rows and depths are walkers: mixed-radix counters (a, b, c with radices mid and low) whose items carry gy, gx, s and
// p along, so that moving on is an addition and two conditional ones. After the configuration each walker takes one cycle
// per item to find where its items begin (setup_i, `Setup` cycles, at least as many as items).
//
// Words: WordsAlongDepth = 0: word w belongs to row item w and holds depth items base + 0 .. macs - 1;
// WordsAlongDepth = 1: word w belongs to row item 0 and holds depth items w * macs .. w * macs + macs - 1.
//
// An element that is wanted and lies behind the bits that were loaded raises outside_o.
//
// Parameters: RowItems, DepthItems, Words 1 .. 32768; Bytes per half, a multiple of PortBytes; PortBytes 4 .. 128, a
// power of two; ConfigBase the index of its first configuration word (see core/README.md for all of them). Timing: words
// are combinational; a beat is stored in the cycle in which it is given. A read port of the scratchpad per product is
// assumed: conflicts of banks are not modelled.
`default_nettype none

module ampa_operand_fetch #(
  parameter RowItems        = 16,
  parameter DepthItems      = 16,
  parameter Words           = 16,
  parameter WordsAlongDepth = 0,
  parameter Bytes           = 8192,
  parameter PortBytes       = 16,
  parameter ConfigBase      = 32
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  // Configuration: PortBytes / 4 words of the descriptor from config_index_i on.
  input  wire                   config_valid_i,
  input  wire [31:0]            config_index_i,
  input  wire [8*PortBytes-1:0] config_data_i,
  input  wire                   setup_i,          // held while walkers find where their items begin
  input  wire [31:0]            setup_step_i,     // 0 in the first cycle of it
  // The scratchpad.
  input  wire                   write_valid_i,
  input  wire                   write_half_i,
  input  wire [31:0]            write_beat_i,
  input  wire [8*PortBytes-1:0] write_data_i,
  // Walkers, in this order: home (rows only: the block begins at the first row), save (it begins at the current row),
  // restart (to where the block begins), advance.
  input  wire                   row_home_i,
  input  wire                   row_save_i,
  input  wire                   row_restart_i,
  input  wire                   row_advance_i,
  input  wire                   depth_restart_i,
  input  wire                   depth_advance_i,
  // What to read.
  input  wire                   read_i,           // words are wanted
  input  wire                   check_i,          // and used, so that they must be there
  input  wire [15:0]            used_i,           // words in use
  input  wire                   half_i,
  input  wire [31:0]            loaded_bits_i,    // of the half, first_bit_i included; 0 or more than a code has
  input  wire [31:0]            first_bit_i,      // of the slab in the half
  input  wire                   by_slab_i,        // gy0_i and s_offset_i count, else those of the configuration
  input  wire [31:0]            gy0_i,
  input  wire [31:0]            s_offset_i,
  input  wire [31:0]            depth_i,          // elements from here on are 0
  input  wire [31:0]            depth_base_i,     // first depth item of the words
  input  wire [5:0]             macs_i,
  input  wire [3:0]             container_i,      // bits of a code in a word; 1: they are a plane
  input  wire [2:0]             plane_i,          // which one
  input  wire                   two_level_i,
  output wire [32*Words-1:0]    words_o,
  output wire                   outside_o         // an element lies behind what was loaded
);

  `include "ampa_core_config.vh"

  generate
    if (PortBytes < 4 || PortBytes > 128 || (PortBytes & (PortBytes - 1)) != 0) begin : gen_check_port
      ampa_error_port_bytes_must_be_a_power_of_two_from_4_to_128 u_error ();
    end
    if (Bytes < PortBytes || Bytes % PortBytes != 0) begin : gen_check_bytes
      ampa_error_bytes_must_be_a_multiple_of_port_bytes u_error ();
    end
  endgenerate

  localparam [31:0] NumRows   = RowItems;
  localparam [31:0] NumDepths = DepthItems;
  localparam [31:0] NumWords  = Words;
  localparam [31:0] HalfBytes = Bytes;
  localparam [31:0] BeatBytes = PortBytes;
  localparam [31:0] First     = ConfigBase;

  reg [31:0] config_q [0:OPERAND_WORDS-1];
  reg [7:0]  pad_q    [0:2*Bytes];  // one more is read behind the last

  wire [31:0] config_word [0:PortBytes/4-1];
  wire [7:0]  write_byte  [0:PortBytes-1];

  genvar g;
  generate
    for (g = 0; g < PortBytes / 4; g = g + 1) begin : gen_config
      assign config_word[g] = config_data_i[32*g +: 32];
    end
    for (g = 0; g < PortBytes; g = g + 1) begin : gen_write
      assign write_byte[g] = write_data_i[8*g +: 8];
    end
  endgenerate

  always @(posedge clk_i) begin : p_memories
    reg [31:0] i, index;
    index = 32'd0;
    if (config_valid_i) begin
      for (i = 32'd0; i < BeatBytes / 32'd4; i = i + 32'd1) begin
        index = config_index_i + i - First;
        if (index < OPERAND_WORDS) config_q[index[5:0]] = config_word[i];
      end
    end
    if (write_valid_i) begin
      index = (write_half_i ? HalfBytes : 32'd0) + write_beat_i * BeatBytes;
      for (i = 32'd0; i < BeatBytes; i = i + 32'd1) pad_q[index + i] = write_byte[i];
    end
  end

// The state of a walker: for each item where it begins, where the block begins (rows) and where it is; and the item that
// setup walks with.
`define AMPA_WALKER(NAME, COUNT) \
  reg [31:0] NAME``_low_q [0:COUNT-1], NAME``_low_home_q [0:COUNT-1], NAME``_low_walk_q; \
  reg [31:0] NAME``_mid_q [0:COUNT-1], NAME``_mid_home_q [0:COUNT-1], NAME``_mid_walk_q; \
  reg [31:0] NAME``_gy_q [0:COUNT-1], NAME``_gy_home_q [0:COUNT-1], NAME``_gy_walk_q; \
  reg [31:0] NAME``_gx_q [0:COUNT-1], NAME``_gx_home_q [0:COUNT-1], NAME``_gx_walk_q; \
  reg [31:0] NAME``_s_q [0:COUNT-1], NAME``_s_home_q [0:COUNT-1], NAME``_s_walk_q; \
  reg [31:0] NAME``_p_q [0:COUNT-1], NAME``_p_home_q [0:COUNT-1], NAME``_p_walk_q;

  `AMPA_WALKER(row, RowItems)
  `AMPA_WALKER(depth, DepthItems)
  reg [31:0] depth_index_q [0:DepthItems-1];  // of the element, from the slab's first on
  reg [31:0] row_low_block_q [0:RowItems-1], row_mid_block_q [0:RowItems-1], row_gy_block_q [0:RowItems-1];
  reg [31:0] row_gx_block_q [0:RowItems-1], row_s_block_q [0:RowItems-1], row_p_block_q [0:RowItems-1];
`undef AMPA_WALKER

// Copies the fields of items I from the arrays NAME_*FROM to NAME_*TO.
`define AMPA_COPY(NAME, FROM, TO, I) \
  NAME``_low``TO[I] = NAME``_low``FROM; \
  NAME``_mid``TO[I] = NAME``_mid``FROM; \
  NAME``_gy``TO[I]  = NAME``_gy``FROM; \
  NAME``_gx``TO[I]  = NAME``_gx``FROM; \
  NAME``_s``TO[I]   = NAME``_s``FROM; \
  NAME``_p``TO[I]   = NAME``_p``FROM;

// Moves an item on: low and mid digits and what it carries. KIND is WALKER_UNIT (by one) or WALKER_ADVANCE.
`define AMPA_STEP(NAME, SUFFIX, AT, LOW, MID, KIND) \
  low = NAME``_low``SUFFIX + (LOW); \
  mid = NAME``_mid``SUFFIX + (MID); \
  NAME``_gy``SUFFIX = NAME``_gy``SUFFIX + config_q[AT + WALKER_GY + KIND]; \
  NAME``_gx``SUFFIX = NAME``_gx``SUFFIX + config_q[AT + WALKER_GX + KIND]; \
  NAME``_s``SUFFIX  = NAME``_s``SUFFIX + config_q[AT + WALKER_S + KIND]; \
  NAME``_p``SUFFIX  = NAME``_p``SUFFIX + config_q[AT + WALKER_P + KIND]; \
  if (low >= config_q[AT + WALKER_LOW_RADIX]) begin \
    low = low - config_q[AT + WALKER_LOW_RADIX]; \
    mid = mid + 32'd1; \
    NAME``_gy``SUFFIX = NAME``_gy``SUFFIX + config_q[AT + WALKER_GY + WALKER_LOW_CARRY]; \
    NAME``_gx``SUFFIX = NAME``_gx``SUFFIX + config_q[AT + WALKER_GX + WALKER_LOW_CARRY]; \
    NAME``_s``SUFFIX  = NAME``_s``SUFFIX + config_q[AT + WALKER_S + WALKER_LOW_CARRY]; \
    NAME``_p``SUFFIX  = NAME``_p``SUFFIX + config_q[AT + WALKER_P + WALKER_LOW_CARRY]; \
  end \
  if (mid >= config_q[AT + WALKER_MID_RADIX]) begin \
    mid = mid - config_q[AT + WALKER_MID_RADIX]; \
    NAME``_gy``SUFFIX = NAME``_gy``SUFFIX + config_q[AT + WALKER_GY + WALKER_MID_CARRY]; \
    NAME``_gx``SUFFIX = NAME``_gx``SUFFIX + config_q[AT + WALKER_GX + WALKER_MID_CARRY]; \
    NAME``_s``SUFFIX  = NAME``_s``SUFFIX + config_q[AT + WALKER_S + WALKER_MID_CARRY]; \
    NAME``_p``SUFFIX  = NAME``_p``SUFFIX + config_q[AT + WALKER_P + WALKER_MID_CARRY]; \
  end \
  NAME``_low``SUFFIX = low; \
  NAME``_mid``SUFFIX = mid;

// One cycle of setup: the item that walks is the one where item setup_step_i begins.
`define AMPA_SETUP(NAME, COUNT, AT) \
  if (setup_step_i == 32'd0) begin \
    NAME``_low_walk_q = 32'd0; \
    NAME``_mid_walk_q = 32'd0; \
    NAME``_gy_walk_q  = 32'd0; \
    NAME``_gx_walk_q  = 32'd0; \
    NAME``_s_walk_q   = 32'd0; \
    NAME``_p_walk_q   = 32'd0; \
  end \
  if (setup_step_i < COUNT) begin \
    `AMPA_COPY(NAME, _walk_q, _home_q, setup_step_i) \
    `AMPA_STEP(NAME, _walk_q, AT, 32'd1, 32'd0, WALKER_UNIT) \
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_walkers
    reg [31:0] i, low, mid;
    i   = 32'd0;
    low = 32'd0;
    mid = 32'd0;
    if (!rst_ni) begin
      for (i = 32'd0; i < NumRows; i = i + 32'd1) begin
        row_low_q[i] = 32'd0;
        row_mid_q[i] = 32'd0;
        row_gy_q[i]  = 32'd0;
        row_gx_q[i]  = 32'd0;
        row_s_q[i]   = 32'd0;
        row_p_q[i]   = 32'd0;
      end
      for (i = 32'd0; i < NumDepths; i = i + 32'd1) begin
        depth_low_q[i]   = 32'd0;
        depth_mid_q[i]   = 32'd0;
        depth_gy_q[i]    = 32'd0;
        depth_gx_q[i]    = 32'd0;
        depth_s_q[i]     = 32'd0;
        depth_p_q[i]     = 32'd0;
        depth_index_q[i] = 32'd0;
      end
    end else begin
      if (setup_i) begin
        `AMPA_SETUP(row, NumRows, ROW_WALKER)
        `AMPA_SETUP(depth, NumDepths, DEPTH_WALKER)
      end
      for (i = 32'd0; i < NumRows; i = i + 32'd1) begin
        if (row_home_i) begin
          `AMPA_COPY(row, _home_q[i], _block_q, i)
        end else if (row_save_i) begin
          `AMPA_COPY(row, _q[i], _block_q, i)
        end
        if (row_restart_i) begin
          `AMPA_COPY(row, _block_q[i], _q, i)
        end else if (row_advance_i) begin
          `AMPA_STEP(row, _q[i], ROW_WALKER, config_q[ROW_WALKER + WALKER_LOW_ADVANCE],
                     config_q[ROW_WALKER + WALKER_MID_ADVANCE], WALKER_ADVANCE)
        end
      end
      for (i = 32'd0; i < NumDepths; i = i + 32'd1) begin
        if (depth_restart_i) begin
          `AMPA_COPY(depth, _home_q[i], _q, i)
          depth_index_q[i] = i;
        end else if (depth_advance_i) begin
          `AMPA_STEP(depth, _q[i], DEPTH_WALKER, config_q[DEPTH_WALKER + WALKER_LOW_ADVANCE],
                     config_q[DEPTH_WALKER + WALKER_MID_ADVANCE], WALKER_ADVANCE)
          depth_index_q[i] = depth_index_q[i] + config_q[DEPTH_WALKER + WALKER_INDEX_ADVANCE];
        end
      end
    end
  end

`undef AMPA_SETUP
`undef AMPA_STEP
`undef AMPA_COPY

  // Of a code count one plane, or all the bits that the memory holds.
  wire        is_plane = container_i == 4'd1;
  wire [3:0]  mode     = is_plane ? 4'd1 : config_q[OPERAND_STORAGE_BITS][3:0];
  wire [2:0]  plane    = is_plane ? plane_i : 3'd0;
  wire [31:0] gy0      = by_slab_i ? gy0_i : config_q[OPERAND_GY0];
  wire [31:0] s_offset = by_slab_i ? s_offset_i : config_q[OPERAND_S_OFFSET];

  // Words. Yosys wants a loop over products with a constant bound; simulation is faster without its idle rounds.
`ifdef YOSYS
  localparam [31:0] MostMacs = (DepthItems < 32) ? DepthItems : 32;
`define AMPA_MACS_BOUND MostMacs
`else
`define AMPA_MACS_BOUND {26'd0, macs_i}
`endif
  reg [31:0] word [0:Words-1];
  reg        outside;

  assign outside_o = outside;

  always @* begin : p_words
    reg [31:0] w, j, row, depth, y, x, s, p, bit_address, last_bit, shift, place, value, mask, code_bits, low_bits;
    reg        counts;
    outside     = 1'b0;
    counts      = 1'b0;
    w           = 32'd0;
    j           = 32'd0;
    row         = 32'd0;
    depth       = 32'd0;
    y           = 32'd0;
    x           = 32'd0;
    s           = 32'd0;
    p           = 32'd0;
    bit_address = 32'd0;
    place       = 32'd0;
    value       = 32'd0;
    shift       = config_q[OPERAND_DILATION_LOG2];
    code_bits   = config_q[OPERAND_STORAGE_BITS];
    last_bit    = loaded_bits_i - code_bits;
    low_bits    = ~(32'hffff_ffff << shift[1:0]);
    mask        = ~(32'hffff_ffff << mode);
    for (w = 32'd0; w < NumWords; w = w + 32'd1) word[w] = 32'd0;
    if (read_i) begin
      for (w = 32'd0; w < NumWords; w = w + 32'd1) begin
        row   = (WordsAlongDepth != 0) ? 32'd0 : w;
        depth = (WordsAlongDepth != 0) ? w * {26'd0, macs_i} : depth_base_i;
        place = 32'd0;
        counts = check_i && w < {16'd0, used_i};
        for (j = 32'd0; j < `AMPA_MACS_BOUND; j = j + 32'd1) begin
          y     = row_gy_q[row] + depth_gy_q[depth] + gy0;
          x     = row_gx_q[row] + depth_gx_q[depth] + config_q[OPERAND_GX0];
          value = config_q[OPERAND_ZERO_CODE];
          if (y < config_q[OPERAND_HEIGHT] && x < config_q[OPERAND_WIDTH] && ((y | x) & low_bits) == 32'd0) begin
            s           = row_s_q[row] + depth_s_q[depth] + s_offset;
            p           = (s >> shift[1:0]) + row_p_q[row] + depth_p_q[depth];
            bit_address = p * code_bits + first_bit_i;
            if (counts && bit_address > last_bit && depth_index_q[depth] < depth_i && j < {26'd0, macs_i}) outside = 1'b1;
            p           = (bit_address >> 3) + (half_i ? HalfBytes : 32'd0);
            value       = {16'd0, pad_q[p + 32'd1], pad_q[p]} >> bit_address[2:0];
          end
          // Of the codes 01 and 11 of two levels bit 1 is set in 11, which is -1.
          value = two_level_i ? {31'd0, !value[1]} : value >> plane;
          if (depth_index_q[depth] >= depth_i || j >= {26'd0, macs_i}) value = 32'd0;
          word[w] = word[w] | ((value & mask) << place[4:0]);
          place   = place + {28'd0, container_i};
          depth   = depth + 32'd1;
        end
      end
    end
  end

`undef AMPA_MACS_BOUND

  generate
    for (g = 0; g < Words; g = g + 1) begin : gen_words
      assign words_o[32*g +: 32] = word[g];
    end
  endgenerate

endmodule

`default_nettype wire
