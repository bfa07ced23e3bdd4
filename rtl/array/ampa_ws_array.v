// Weight-stationary systolic array of Rows x Cols processing elements, their operand formats chosen at run time.
//
// B words are loaded from the top and stay: row r of the array holds slice r of the products, column c output c. A streams
// in from the left, one row of A (a word per row of the array) per cycle, row r delayed by r cycles. Partial sums enter at
// the top with the row of A that they belong to, move down, and leave at the bottom, all columns of a row in the same cycle.
// Tiles are sequenced as ampa_ws_control says: a tile of n rows of A takes 1 + rows_i + n + Rows + Cols + 2 cycles and stalls;
// throughput is one row per cycle, latency from operands to results Rows + Cols + 2 cycles. Sums have 32 bits and wrap;
// overflow_o says whether one did.
//
// A tile is one block of Rows slices by Cols outputs and, for a processing element of planes, one pair of planes. Sums over
// blocks and planes are formed by giving the results of one tile to the next as psums_i. Partial sums stay within the
// bounds of the products if planes go from 0 up, those of B in the inner loop.
//
// Parameters: Pe and Fast choose the processing element (pe/ampa_pe_table.vh), Rows and Cols are 1 .. 1024, Lanes 1 .. 32
// products per word of a serial one, CountWidth 8 .. 64, StepWidth
// 2 .. 32, the bits that steps are counted in.
//
// Everything that is clocked here lies in one block, consumer first, with elements stored last to first; see
// ampa_os_array.
`default_nettype none

module ampa_ws_array #(
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
  // A tile: see ampa_ws_control and ampa_formats. Formats must be supported.
  input  wire                  start_i,
  input  wire                  clear_counters_i,
  input  wire [3:0]            a_bits_i,
  input  wire [3:0]            b_bits_i,
  input  wire [1:0]            a_kind_i,
  input  wire [1:0]            b_kind_i,
  input  wire [2:0]            a_plane_i,     // the planes of this tile, 0 for processing elements without planes
  input  wire [2:0]            b_plane_i,
  input  wire [31:0]           steps_i,       // rows of A
  input  wire [5:0]            last_lanes_i,  // products of the last row of the array that are in use (serial)
  input  wire [15:0]           rows_i,        // slices of products
  input  wire [15:0]           cols_i,
  output wire                  busy_o,
  // Operands: while loading the words of row b_step_o of the array, one per column; then the words of row a_step_o of A, one
  // per row of the array, with its partial sums.
  output wire                  operand_ready_o,
  output wire [31:0]           a_step_o,
  output wire [31:0]           b_step_o,
  input  wire                  operand_valid_i,
  input  wire [32*Rows-1:0]    a_words_i,
  input  wire [32*Cols-1:0]    b_words_i,
  input  wire [32*Cols-1:0]    psums_i,
  // Results: row 0 of A first, one row per cycle in which it is taken.
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
    .a_planes_o   (),
    .b_planes_o   (),
    .config_o     (tile_config)
  );

  wire        begin_tile, load, enter, move;
  wire [15:0] rows, cols;

  ampa_ws_control #(
    .CountWidth(CountWidth),
    .StepWidth (StepWidth),
    .Latency   (Rows + Cols + 2)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .operand_valid_i    (operand_valid_i),
    .result_ready_i     (result_ready_i),
    .busy_o             (busy_o),
    .begin_o            (begin_tile),
    .load_o             (load),
    .enter_o            (enter),
    .move_o             (move),
    .result_valid_o     (result_valid_o),
    .a_step_o           (a_step_o),
    .b_step_o           (b_step_o),
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
  reg [2:0]   a_plane_q, b_plane_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_format
    if (!rst_ni) begin
      config_q     <= 128'd0;
      last_lanes_q <= 6'd0;
      a_plane_q    <= 3'd0;
      b_plane_q    <= 3'd0;
    end else if (begin_tile) begin
      config_q     <= tile_config;
      last_lanes_q <= last_lanes_i;
      a_plane_q    <= a_plane_i;
      b_plane_q    <= b_plane_i;
    end
  end

  wire [31:0] a_word [0:Rows-1];
  wire [31:0] b_word [0:Cols-1];
  wire [31:0] psum   [0:Cols-1];

  genvar g;
  generate
    for (g = 0; g < Rows; g = g + 1) begin : gen_a_words
      assign a_word[g] = a_words_i[32*g +: 32];
    end
    for (g = 0; g < Cols; g = g + 1) begin : gen_b_words
      assign b_word[g] = b_words_i[32*g +: 32];
      assign psum[g]   = psums_i[32*g +: 32];
    end
  endgenerate

  // Position of element (r, c): (Rows - 1 - r) * Cols + Cols - 1 - c. Position of edge stage s of lane l of A:
  // (Rows - 1 - s) * Rows + l; lane l leaves the edge after stage l. Partial sums wait one stage more, those of column c
  // leave after stage c + 1; results of column c enter stage c and leave after stage Cols - 1. Other stages are never read.
  // Side words move or stay like the words beside them; processing elements without them have none.
  reg [31:0] psum_q        [0:Rows*Cols-1];
  reg [31:0] a_q           [0:Rows*Cols-1];
  reg [31:0] b_q           [0:Rows*Cols-1];
  reg [31:0] a_edge_q      [0:Rows*Rows-1];
  reg [31:0] psum_edge_q   [0:(Cols+1)*Cols-1];
  reg [31:0] result_q      [0:Cols*Cols-1];
  reg [15:0] a_side_q      [0:Rows*Cols-1];
  reg [15:0] b_side_q      [0:Rows*Cols-1];
  reg [15:0] a_side_edge_q [0:Rows*Rows-1];
  reg        overflow_q;

  assign overflow_o = overflow_q;

// Nothing of an earlier tile is in the array.
`define AMPA_CLEAR \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) psum_q[i] = 32'd0; \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) a_q[i] = 32'd0; \
  for (i = 32'd0; i < NumElements; i = i + 32'd1) b_q[i] = 32'd0; \
  for (i = 32'd0; i < NumRows * NumRows; i = i + 32'd1) a_edge_q[i] = 32'd0; \
  for (i = 32'd0; i < NumCols * NumCols + NumCols; i = i + 32'd1) psum_edge_q[i] = 32'd0; \
  for (i = 32'd0; i < NumCols * NumCols; i = i + 32'd1) result_q[i] = 32'd0; \
  if (HasSide) begin \
    for (i = 32'd0; i < NumElements; i = i + 32'd1) a_side_q[i] = 16'd0; \
    for (i = 32'd0; i < NumElements; i = i + 32'd1) b_side_q[i] = 16'd0; \
    for (i = 32'd0; i < NumRows * NumRows; i = i + 32'd1) a_side_edge_q[i] = 16'd0; \
  end

// The product of the element at position Index; Kernel is a constant.
`define AMPA_PRODUCT(Kernel, Index) \
  `AMPA_PE(product, (Kernel, a_q[Index], b_q[Index], HasSide ? a_side_q[Index] : 16'd0, \
                     HasSide ? b_side_q[Index] : 16'd0, tile))

// Every element adds its product to the sum from above, the first row to what enters.
`define AMPA_ACCUMULATE(Kernel) \
  for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1) begin \
    product   = `AMPA_PRODUCT(Kernel, i); \
    sum       = psum_q[i + NumCols] + product; \
    overflow  = overflow | ((sum ^ psum_q[i + NumCols]) & (sum ^ product)); \
    psum_q[i] = sum; \
  end \
  for (i = 32'd0; i < NumCols; i = i + 32'd1) begin \
    product  = `AMPA_PRODUCT(Kernel, NumElements - 32'd1 - i); \
    above    = psum_edge_q[(NumCols - 32'd1 - i) * NumCols + i]; \
    sum      = above + product; \
    overflow = overflow | ((sum ^ above) & (sum ^ product)); \
    psum_q[NumElements - 32'd1 - i] = sum; \
  end

// Partial sums and A move on by one stage, at the edge and in the array.
`define AMPA_SHIFT \
  for (i = 32'd0; i < NumCols * NumCols; i = i + 32'd1) psum_edge_q[i] = psum_edge_q[i + NumCols]; \
  for (i = 32'd0; i < NumCols; i = i + 32'd1) \
    psum_edge_q[NumCols * NumCols + i] = (enter && i < {16'd0, cols}) ? psum[i] : 32'd0; \
  for (i = 32'd0; i < NumElements - 32'd1; i = i + 32'd1) a_q[i] = a_q[i + 32'd1]; \
  for (i = 32'd0; i < NumRows; i = i + 32'd1) \
    a_q[(NumRows - 32'd1 - i) * NumCols + NumCols - 32'd1] = a_edge_q[(NumRows - 32'd1 - i) * NumRows + i]; \
  for (i = 32'd0; i < NumRows * NumRows - NumRows; i = i + 32'd1) a_edge_q[i] = a_edge_q[i + NumRows];

// The edge takes new words of A, or zeros. Words for rows that are not in use meet zeros of B.
`define AMPA_ENTER(Kernel) \
  for (i = 32'd0; i < NumRows; i = i + 32'd1) begin \
    lanes = (i == {16'd0, rows} - 32'd1) ? last_lanes_q : NUM_LANES; \
    a_edge_q[NumRows * NumRows - NumRows + i] = \
        enter ? `AMPA_PE(a_word, (Kernel, a_word[i], lanes, tile)) : 32'd0; \
  end

// A whole cycle; Kernel is a constant.
`define AMPA_MOVE(Kernel) \
  `AMPA_ACCUMULATE(Kernel) \
  `AMPA_SHIFT \
  `AMPA_ENTER(Kernel)

  always @(posedge clk_i or negedge rst_ni) begin : p_array
    reg [31:0]  i, product, above, sum, overflow;
    reg [127:0] tile;
    reg [5:0]   lanes;
    i        = 32'd0;
    product  = 32'd0;
    above    = 32'd0;
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
    end else if (load) begin
      tile  = config_q;
      lanes = (b_step_o == {16'd0, rows} - 32'd1) ? last_lanes_q : NUM_LANES;
      for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1) b_q[i] = b_q[i + NumCols];
      for (i = 32'd0; i < NumCols; i = i + 32'd1)
        b_q[NumElements - 32'd1 - i] = (i < {16'd0, cols}) ? `AMPA_PE(b_word, (`AMPA_PE(kernel, (tile)), b_word[i], lanes, tile)) : 32'd0;
      if (HasSide) begin
        for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1) b_side_q[i] = b_side_q[i + NumCols];
        for (i = 32'd0; i < NumCols; i = i + 32'd1)
          b_side_q[NumElements - 32'd1 - i] =
              (i < {16'd0, cols}) ? `AMPA_PE(b_side, (b_word[i], lanes, tile)) : 16'd0;
      end
    end else if (move) begin
      tile = config_q;
      // Results move on by one stage and take the sums of the last row.
      for (i = 32'd0; i < NumCols * NumCols - NumCols; i = i + 32'd1) result_q[i] = result_q[i + NumCols];
      for (i = 32'd0; i < NumCols; i = i + 32'd1)
        result_q[(NumCols - 32'd1 - i) * NumCols + i] = psum_q[NumCols - 32'd1 - i];
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
        for (i = 32'd0; i < NumRows; i = i + 32'd1)
          a_side_q[(NumRows - 32'd1 - i) * NumCols + NumCols - 32'd1] =
              a_side_edge_q[(NumRows - 32'd1 - i) * NumRows + i];
        for (i = 32'd0; i < NumRows * NumRows - NumRows; i = i + 32'd1) a_side_edge_q[i] = a_side_edge_q[i + NumRows];
        for (i = 32'd0; i < NumRows; i = i + 32'd1) begin
          lanes = (i == {16'd0, rows} - 32'd1) ? last_lanes_q : NUM_LANES;
          a_side_edge_q[NumRows * NumRows - NumRows + i] =
              (enter && i < {16'd0, rows}) ? `AMPA_PE(a_side, (a_word[i], lanes, a_plane_q, b_plane_q, tile)) : 16'd0;
        end
      end
    end
  end

`undef AMPA_MOVE
`undef AMPA_ENTER
`undef AMPA_SHIFT
`undef AMPA_ACCUMULATE
`undef AMPA_CLEAR
`undef AMPA_PRODUCT

  generate
    for (g = 0; g < Cols; g = g + 1) begin : gen_results
      assign results_o[32*g +: 32] = result_q[g];
    end
  endgenerate

endmodule

`default_nettype wire
