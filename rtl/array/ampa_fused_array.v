// Output-stationary systolic array of Rows x Cols fused processing elements, its operand formats chosen at run time.
//
// Row r of A enters at the left edge and moves right, column c of B enters at the top edge and moves down; row r and column
// c are delayed by r and c cycles at the edge, so that equal k meet. A tile is started, fed and drained as
// ampa_tile_control says. Accumulators have 32 bits and wrap; the sums of a tile must fit.
//
// Everything that is clocked here lies in one block and is written consumer first, so that blocking assignments move each
// word by one stage per cycle. Elements are stored last to first (see Position), so that loops that count up shift in
// place. This is what lets Verilator turn the array into vector code.
`default_nettype none

module ampa_fused_array #(
  parameter Rows       = 16,
  parameter Cols       = 16,
  parameter CountWidth = 64
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  // A tile: see ampa_tile_control and ampa_formats.
  input  wire                  start_i,
  input  wire                  clear_counters_i,
  input  wire [1:0]            a_width_i,
  input  wire [1:0]            b_width_i,
  input  wire                  a_signed_i,
  input  wire                  b_signed_i,
  input  wire [31:0]           steps_i,
  input  wire [15:0]           rows_i,
  input  wire [15:0]           cols_i,
  output wire                  busy_o,
  // Operands: the packed words of step_o, one per row and one per column; see ampa_operand_spread.vh.
  output wire                  operand_ready_o,
  output wire [31:0]           step_o,
  input  wire                  operand_valid_i,
  input  wire [32*Rows-1:0]    a_words_i,
  input  wire [32*Cols-1:0]    b_words_i,
  // Results: row 0 first, one row per cycle.
  output wire                  result_valid_o,
  output wire [32*Cols-1:0]    results_o,
  // Since the last clear_counters_i.
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  generate
    if (Rows < 1 || Rows > 1024) begin : gen_check_rows
      ampa_error_rows_must_be_1_to_1024 u_error ();
    end
    if (Cols < 1 || Cols > 1024) begin : gen_check_cols
      ampa_error_cols_must_be_1_to_1024 u_error ();
    end
  endgenerate

  `include "ampa_fused_dot.vh"
  `include "ampa_operand_spread.vh"

  localparam [31:0] NumRows     = Rows;
  localparam [31:0] NumCols     = Cols;
  localparam [31:0] NumElements = Rows * Cols;

  wire begin_tile, enter, move, drain;

  ampa_tile_control #(
    .CountWidth(CountWidth)
  ) u_tile_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .rows_i             (rows_i),
    .cols_i             (cols_i),
    .operand_valid_i    (operand_valid_i),
    .busy_o             (busy_o),
    .begin_o            (begin_tile),
    .enter_o            (enter),
    .move_o             (move),
    .drain_o            (drain),
    .step_o             (step_o),
    .operand_ready_o    (operand_ready_o),
    .compute_cycles_o   (compute_cycles_o),
    .fill_drain_cycles_o(fill_drain_cycles_o),
    .stall_cycles_o     (stall_cycles_o)
  );

  // The format of the tile, held at the edge.
  wire        a_join_2, a_join_4, b_join_2, b_join_4;
  wire [31:0] a_negative, b_negative;
  reg  [1:0]  a_width_q, b_width_q;
  reg         a_join_2_q, a_join_4_q, b_join_2_q, b_join_4_q;
  reg  [31:0] a_negative_q, b_negative_q;
  reg  [31:0] offset_q;  // what fused_dot makes of zero words

  ampa_formats u_formats (
    .a_width_i   (a_width_i),
    .b_width_i   (b_width_i),
    .a_signed_i  (a_signed_i),
    .b_signed_i  (b_signed_i),
    .macs_o      (),
    .a_join_2_o  (a_join_2),
    .a_join_4_o  (a_join_4),
    .b_join_2_o  (b_join_2),
    .b_join_4_o  (b_join_4),
    .a_negative_o(a_negative),
    .b_negative_o(b_negative)
  );

  always @(posedge clk_i or negedge rst_ni) begin : p_format
    if (!rst_ni) begin
      a_width_q    <= 2'd0;
      b_width_q    <= 2'd0;
      a_join_2_q   <= 1'b0;
      a_join_4_q   <= 1'b0;
      b_join_2_q   <= 1'b0;
      b_join_4_q   <= 1'b0;
      a_negative_q <= 32'd0;
      b_negative_q <= 32'd0;
      offset_q     <= 32'd0;
    end else if (begin_tile) begin
      a_width_q    <= a_width_i;
      b_width_q    <= b_width_i;
      a_join_2_q   <= a_join_2;
      a_join_4_q   <= a_join_4;
      b_join_2_q   <= b_join_2;
      b_join_4_q   <= b_join_4;
      a_negative_q <= a_negative;
      b_negative_q <= b_negative;
      offset_q     <= fused_dot(32'd0, 32'd0, a_negative, b_negative, a_join_2, a_join_4, b_join_2, b_join_4);
    end
  end

  // Position of element (r, c): (Rows - 1 - r) * Cols + Cols - 1 - c. Position of edge stage s of lane l of L lanes:
  // (L - 1 - s) * L + l; lane l leaves the edge after stage l, later stages of it are never read.
  reg [31:0] acc_q    [0:Rows*Cols-1];
  reg [31:0] a_q      [0:Rows*Cols-1];
  reg [31:0] b_q      [0:Rows*Cols-1];
  reg [31:0] a_edge_q [0:Rows*Rows-1];
  reg [31:0] b_edge_q [0:Cols*Cols-1];

  always @(posedge clk_i or negedge rst_ni) begin : p_array
    reg [31:0] i;
    i = 32'd0;
    if (!rst_ni) begin
      for (i = 32'd0; i < NumElements; i = i + 32'd1) acc_q[i] = 32'd0;
      for (i = 32'd0; i < NumElements; i = i + 32'd1) a_q[i] = 32'd0;
      for (i = 32'd0; i < NumElements; i = i + 32'd1) b_q[i] = 32'd0;
      for (i = 32'd0; i < NumRows * NumRows; i = i + 32'd1) a_edge_q[i] = 32'd0;
      for (i = 32'd0; i < NumCols * NumCols; i = i + 32'd1) b_edge_q[i] = 32'd0;
    end else if (begin_tile) begin
      for (i = 32'd0; i < NumElements; i = i + 32'd1) acc_q[i] = 32'd0;
    end else if (drain) begin
      for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1)
        acc_q[NumElements - 32'd1 - i] = acc_q[NumElements - 32'd1 - i - NumCols];
    end else if (move) begin
      for (i = 32'd0; i < NumElements; i = i + 32'd1)
        acc_q[i] = acc_q[i] + fused_dot(a_q[i], b_q[i], a_negative_q, b_negative_q, a_join_2_q, a_join_4_q, b_join_2_q,
                                        b_join_4_q) - offset_q;
      // Operands move on by one element; the first column and the first row take theirs from the edge.
      for (i = 32'd0; i < NumElements - 32'd1; i = i + 32'd1) a_q[i] = a_q[i + 32'd1];
      for (i = 32'd0; i < NumElements - NumCols; i = i + 32'd1) b_q[i] = b_q[i + NumCols];
      for (i = 32'd0; i < NumRows; i = i + 32'd1)
        a_q[(NumRows - 32'd1 - i) * NumCols + NumCols - 32'd1] = a_edge_q[(NumRows - 32'd1 - i) * NumRows + i];
      for (i = 32'd0; i < NumCols; i = i + 32'd1)
        b_q[NumElements - 32'd1 - i] = b_edge_q[(NumCols - 32'd1 - i) * NumCols + i];
      // The edge moves on by one stage and takes new words, or zeros, which add nothing.
      for (i = 32'd0; i < NumRows * NumRows - NumRows; i = i + 32'd1) a_edge_q[i] = a_edge_q[i + NumRows];
      for (i = 32'd0; i < NumCols * NumCols - NumCols; i = i + 32'd1) b_edge_q[i] = b_edge_q[i + NumCols];
      for (i = 32'd0; i < NumRows; i = i + 32'd1)
        a_edge_q[NumRows * NumRows - NumRows + i] =
            enter ? spread_a(a_words_i[32'd32 * i +: 32], b_width_q) : 32'd0;
      for (i = 32'd0; i < NumCols; i = i + 32'd1)
        b_edge_q[NumCols * NumCols - NumCols + i] =
            enter ? spread_b(b_words_i[32'd32 * i +: 32], a_width_q, b_width_q) : 32'd0;
    end
  end

  assign result_valid_o = drain;

  genvar g;
  generate
    for (g = 0; g < Cols; g = g + 1) begin : gen_results
      assign results_o[32*g +: 32] = acc_q[Rows*Cols-1-g];
    end
  endgenerate

endmodule

`default_nettype wire
