// Output-stationary systolic array of Rows x Cols processing elements, their operand formats chosen at run time.
//
// Row r of A enters at the left edge and moves right, column c of B enters at the top edge and moves down; row r and column
// c are delayed by r and c cycles at the edge, so that equal k meet. Tiles are sequenced as ampa_os_control says: a tile of
// n steps takes 1 + n * a_planes * b_planes + (rows_i + cols_i) + rows_i cycles and stalls. Accumulators have 32 bits and
// wrap; overflow_o says whether one did.
//
// Parameters: Pe and Fast choose the processing element (pe/ampa_pe_table.vh), Rows and Cols are 1 .. 1024, Lanes 1 .. 32
// products per word of a serial one, CountWidth 8 .. 64, StepWidth
// 2 .. 32, the bits that steps are counted in.
//
// Everything that is clocked here lies in one block and is written consumer first, so that blocking assignments move each
// word by one stage per cycle. Elements are stored last to first (see Position), so that loops that count up shift in
// place. This is what lets Verilator turn the array into vector code.
`default_nettype none

module ampa_os_array #(
  parameter Pe         = 1,
  parameter Fast       = 0,
  parameter Rows       = 16,
  parameter Cols       = 16,
  parameter Lanes      = 32,
  parameter CountWidth = 64,
  parameter StepWidth  = 32
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  // A tile: see ampa_os_control and ampa_formats. Formats must be supported.
  input  wire                  start_i,
  input  wire                  clear_counters_i,
  input  wire [3:0]            a_bits_i,
  input  wire [3:0]            b_bits_i,
  input  wire [1:0]            a_kind_i,
  input  wire [1:0]            b_kind_i,
  input  wire [31:0]           steps_i,       // slices of products
  input  wire [5:0]            last_lanes_i,  // products of the last slice that are in use (serial)
  input  wire [15:0]           rows_i,
  input  wire [15:0]           cols_i,
  output wire                  busy_o,
  // Operands: the packed words a_step_o and b_step_o (slice * planes + plane), one per row and one per column.
  output wire                  operand_ready_o,
  output wire [31:0]           a_step_o,
  output wire [31:0]           b_step_o,
  input  wire                  operand_valid_i,
  input  wire [32*Rows-1:0]    a_words_i,
  input  wire [32*Cols-1:0]    b_words_i,
  // Results: row 0 first, one row per cycle in which it is taken.
  output wire                  result_valid_o,
  input  wire                  result_ready_i,
  output wire [32*Cols-1:0]    results_o,
  // Since the last clear_counters_i.
  output wire                  overflow_o,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  `include "ampa_pe_table.vh"
  `include "ampa_array_checks.vh"

  localparam        HasSide     = `AMPA_PE(has_side, (1'b0));
  localparam [31:0] NumRows     = Rows;
  localparam [31:0] NumCols     = Cols;
  localparam [31:0] NumElements = Rows * Cols;

  wire [3:0]   a_planes, b_planes;
  wire [127:0] tile_config;

  ampa_formats #(
    .Pe   (Pe),
    .Fast (Fast),
    .Lanes(Lanes)
  ) u_formats (
    .a_bits_i     (a_bits_i),
    .b_bits_i     (b_bits_i),
    .a_kind_i     (a_kind_i),
    .b_kind_i     (b_kind_i),
    .supported_o  (),
    .macs_o       (),
    .a_container_o(),
    .b_container_o(),
    .a_planes_o   (a_planes),
    .b_planes_o   (b_planes),
    .config_o     (tile_config)
  );

  wire        begin_tile, enter, move, shift, last_step;
  wire [2:0]  a_plane, b_plane;
  wire [15:0] rows, cols;

  ampa_os_control #(
    .CountWidth(CountWidth),
    .StepWidth (StepWidth)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .a_planes_i         (a_planes),
    .b_planes_i         (b_planes),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .operand_valid_i    (operand_valid_i),
    .result_ready_i     (result_ready_i),
    .busy_o             (busy_o),
    .begin_o            (begin_tile),
    .enter_o            (enter),
    .move_o             (move),
    .drain_o            (result_valid_o),
    .shift_o            (shift),
    .a_step_o           (a_step_o),
    .b_step_o           (b_step_o),
    .a_plane_o          (a_plane),
    .b_plane_o          (b_plane),
    .last_step_o        (last_step),
    .rows_o             (rows),
    .cols_o             (cols),
    .operand_ready_o    (operand_ready_o),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  // The format of the tile, held at the edge.
  reg [127:0] config_q;
  reg [5:0]   last_lanes_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_format
    if (!rst_ni) begin
      config_q     <= 128'd0;
      last_lanes_q <= 6'd0;
    end else if (begin_tile) begin
      config_q     <= tile_config;
      last_lanes_q <= last_lanes_i;
    end
  end

  wire [31:0] a_word [0:Rows-1];
  wire [31:0] b_word [0:Cols-1];

  genvar g;
  generate
    for (g = 0; g < Rows; g = g + 1) begin : gen_a_words
      assign a_word[g] = a_words_i[32*g +: 32];
    end
    for (g = 0; g < Cols; g = g + 1) begin : gen_b_words
      assign b_word[g] = b_words_i[32*g +: 32];
    end
  endgenerate

  // Position of element (r, c): (Rows - 1 - r) * Cols + Cols - 1 - c. Position of edge stage s of lane l of L lanes:
  // (L - 1 - s) * L + l; lane l leaves the edge after stage l, later stages of it are never read. Side words move like
  // the words beside them; processing elements without them have none.
  reg [31:0] acc_q         [0:Rows*Cols-1];
  reg [31:0] a_q           [0:Rows*Cols-1];
  reg [31:0] b_q           [0:Rows*Cols-1];
  reg [31:0] a_edge_q      [0:Rows*Rows-1];
  reg [31:0] b_edge_q      [0:Cols*Cols-1];
  reg [15:0] a_side_q      [0:Rows*Cols-1];
  reg [15:0] b_side_q      [0:Rows*Cols-1];
  reg [15:0] a_side_edge_q [0:Rows*Rows-1];
  reg [15:0] b_side_edge_q [0:Cols*Cols-1];
  reg        overflow_q;

  assign overflow_o = overflow_q;

// Nothing of an earlier tile is in the array.
`define AMPA_CLEAR \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) acc_q[i] = 32'd0; \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) a_q[i] = 32'd0; \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) b_q[i] = 32'd0; \
  for (i = 32'd0; i < NumRows * NumRows; i = i + 32'd1) a_edge_q[i] = 32'd0; \
  for (i = 32'd0; i < NumCols * NumCols; i = i + 32'd1) b_edge_q[i] = 32'd0; \
  if (HasSide) begin \
    for (i = 32'd0; i < NumElements; i = i + 32'd1) a_side_q[i] = 16'd0; \
    for (i = 32'd0; i < NumElements; i = i + 32'd1) b_side_q[i] = 16'd0; \
    for (i = 32'd0; i < NumRows * NumRows; i = i + 32'd1) a_side_edge_q[i] = 16'd0; \
    for (i = 32'd0; i < NumCols * NumCols; i = i + 32'd1) b_side_edge_q[i] = 16'd0; \
  end

// Every element adds its product; Kernel is a constant.
`define AMPA_ACCUMULATE(Kernel) \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) begin \
    product  = `AMPA_PE(product, (Kernel, a_q[i], b_q[i], HasSide ? a_side_q[i] : 16'd0, \
                                  HasSide ? b_side_q[i] : 16'd0, tile)); \
    sum      = acc_q[i] + product; \
    overflow = overflow | ((sum ^ acc_q[i]) & (sum ^ product)); \
    acc_q[i] = sum; \
  end

// Operands move on by one element; the first column and the first row take theirs from the edge, which moves on too.
`define AMPA_SHIFT \
  for (i = 32'd0; i < NumElements - 32'd1; i = i + 32'd1) a_q[i] = a_q[i + 32'd1]; \
  for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1) b_q[i] = b_q[i + NumCols]; \
  for (i = 32'd0; i < NumRows; i = i + 32'd1) \
    a_q[(NumRows - 32'd1 - i) * NumCols + NumCols - 32'd1] = a_edge_q[(NumRows - 32'd1 - i) * NumRows + i]; \
  for (i = 32'd0; i < NumCols; i = i + 32'd1) \
    b_q[NumElements - 32'd1 - i] = b_edge_q[(NumCols - 32'd1 - i) * NumCols + i]; \
  for (i = 32'd0; i < NumRows * NumRows - NumRows; i = i + 32'd1) a_edge_q[i] = a_edge_q[i + NumRows]; \
  for (i = 32'd0; i < NumCols * NumCols - NumCols; i = i + 32'd1) b_edge_q[i] = b_edge_q[i + NumCols];

// The edge takes new words, or zeros, which add nothing.
`define AMPA_ENTER(Kernel) \
  for (i = 32'd0; i < NumRows; i = i + 32'd1) \
    a_edge_q[NumRows * NumRows - NumRows + i] = \
        (enter && i < {16'd0, rows}) ? `AMPA_PE(a_word, (Kernel, a_word[i], lanes, tile)) : 32'd0; \
  for (i = 32'd0; i < NumCols; i = i + 32'd1) \
    b_edge_q[NumCols * NumCols - NumCols + i] = \
        (enter && i < {16'd0, cols}) ? `AMPA_PE(b_word, (Kernel, b_word[i], lanes, tile)) : 32'd0;

// A whole cycle; Kernel is a constant.
`define AMPA_MOVE(Kernel) \
  `AMPA_ACCUMULATE(Kernel) \
  `AMPA_SHIFT \
  `AMPA_ENTER(Kernel)

  always @(posedge clk_i or negedge rst_ni) begin : p_array
    reg [31:0]  i, product, sum, overflow;
    reg [127:0] tile;
    reg [5:0]   lanes;
    i        = 32'd0;
    product  = 32'd0;
    sum      = 32'd0;
    overflow = 32'd0;
    tile     = 128'd0;
    lanes    = 6'd0;
    if (!rst_ni) begin
      overflow_q = 1'b0;
      `AMPA_CLEAR
    end else if (begin_tile) begin
      overflow_q = overflow_q && !clear_counters_i;
      `AMPA_CLEAR
    end else if (shift) begin
      for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1)
        acc_q[NumElements - 32'd1 - i] = acc_q[NumElements - 32'd1 - i - NumCols];
    end else if (move) begin
      tile  = config_q;
      lanes = last_step ? last_lanes_q : NUM_LANES;
      if (Fast == 0) begin
        `AMPA_MOVE(2'd0)
      end else begin
        case (`AMPA_PE(kernel, (tile)))
          2'd0: begin
            `AMPA_MOVE(2'd0)
          end
          2'd1: begin
            `AMPA_MOVE(2'd1)
          end
          default: begin
            `AMPA_MOVE(2'd2)
          end
        endcase
      end
      overflow_q = overflow_q || overflow[31];
      if (HasSide) begin
        for (i = 32'd0; i < NumElements - 32'd1; i = i + 32'd1) a_side_q[i] = a_side_q[i + 32'd1];
        for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1) b_side_q[i] = b_side_q[i + NumCols];
        for (i = 32'd0; i < NumRows; i = i + 32'd1)
          a_side_q[(NumRows - 32'd1 - i) * NumCols + NumCols - 32'd1] =
              a_side_edge_q[(NumRows - 32'd1 - i) * NumRows + i];
        for (i = 32'd0; i < NumCols; i = i + 32'd1)
          b_side_q[NumElements - 32'd1 - i] = b_side_edge_q[(NumCols - 32'd1 - i) * NumCols + i];
        for (i = 32'd0; i < NumRows * NumRows - NumRows; i = i + 32'd1) a_side_edge_q[i] = a_side_edge_q[i + NumRows];
        for (i = 32'd0; i < NumCols * NumCols - NumCols; i = i + 32'd1) b_side_edge_q[i] = b_side_edge_q[i + NumCols];
        for (i = 32'd0; i < NumRows; i = i + 32'd1)
          a_side_edge_q[NumRows * NumRows - NumRows + i] =
              (enter && i < {16'd0, rows}) ? `AMPA_PE(a_side, (a_word[i], lanes, a_plane, b_plane, tile)) : 16'd0;
        for (i = 32'd0; i < NumCols; i = i + 32'd1)
          b_side_edge_q[NumCols * NumCols - NumCols + i] =
              (enter && i < {16'd0, cols}) ? `AMPA_PE(b_side, (b_word[i], lanes, tile)) : 16'd0;
      end
    end
  end

`undef AMPA_MOVE
`undef AMPA_ENTER
`undef AMPA_SHIFT
`undef AMPA_ACCUMULATE
`undef AMPA_CLEAR

  generate
    for (g = 0; g < Cols; g = g + 1) begin : gen_results
      assign results_o[32*g +: 32] = acc_q[Rows*Cols-1-g];
    end
  endgenerate

endmodule

`default_nettype wire
