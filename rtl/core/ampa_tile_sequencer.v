// Runs the tiles of one step through the array: a block of m x n results over `slices` slices of products.
//
//   output stationary   for m tile: for n tile: all slices                                    tile of Rows x Cols results
//   weight stationary   for n tile: for block of Rows slices: for planes: all m rows of A     B in inner loop of the planes
//
// A tile starts in the first cycle in which the array is idle; with the start go the moves of the operands' walkers that the
// tile needs (ampa_operand_fetch), and each cycle in which operands enter moves them on. Rows of results go to consecutive
// rows of the block, n sums apart, and are added to what is there unless they are its first.
//
// Parameters: WeightStationary 0 or 1; Rows, Cols and Lanes as of the array. Timing: the first tile starts in the cycle after
// begin_i; done_o is up in the first cycle after the last tile.
`default_nettype none

module ampa_tile_sequencer #(
  parameter WeightStationary = 0,
  parameter Rows             = 16,
  parameter Cols             = 16,
  parameter Lanes            = 32
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        begin_i,         // the sizes below are taken
  input  wire [31:0] m_i,             // each >= 1
  input  wire [31:0] n_i,
  input  wire [31:0] slices_i,
  input  wire [5:0]  last_lanes_i,
  input  wire [3:0]  a_planes_i,
  input  wire [3:0]  b_planes_i,
  input  wire        accumulate_i,    // the block has sums already
  output wire        done_o,
  // The array.
  input  wire        busy_i,
  input  wire        operand_ready_i,
  input  wire        result_valid_i,
  output wire        start_o,
  output wire [31:0] steps_o,
  output wire [15:0] rows_o,
  output wire [15:0] cols_o,
  output wire [5:0]  last_lanes_o,
  output wire [2:0]  a_plane_o,
  output wire [2:0]  b_plane_o,
  // The operands.
  output wire        a_restart_o,
  output wire        a_advance_o,
  output wire        b_restart_o,
  output wire        b_advance_o,
  output wire        depth_restart_o,
  output wire        depth_advance_o,
  // The results.
  output wire [31:0] address_o,
  output wire [15:0] result_cols_o,   // columns in use of the tile under way
  output wire        accumulate_o,
  // Of the tile under way: its rows in use, and whether it loads (weight stationary).
  output wire [15:0] tile_rows_o,
  output wire        loading_o
);

  localparam [31:0] NumRows   = Rows;
  localparam [31:0] NumCols   = Cols;
  localparam [5:0]  AllLanes  = Lanes[5:0];
  localparam        Ws        = WeightStationary != 0;

  reg [31:0] m_q, n_q, slices_q;                 // of the block
  reg [5:0]  last_lanes_q;
  reg [3:0]  a_last_q, b_last_q;
  reg        block_accumulates_q;
  reg        pending_q;                          // a tile is to start
  reg [31:0] m_left_q, n_left_q, slices_left_q;  // from the next tile on
  reg [31:0] row_address_q, col_q;               // of its first result
  reg        fresh_q, new_outer_q, new_slices_q; // it is the first, or the first of a new m (n) tile, of new slices
  reg [3:0]  a_plane_q, b_plane_q;               // of the next tile (weight stationary) or the next operands
  reg [2:0]  a_tile_plane_q, b_tile_plane_q;
  reg [31:0] address_q;                          // of the next row of results
  reg [15:0] tile_rows_q, result_cols_q, load_left_q;
  reg        accumulate_q, sums_q;               // sums_q: the n tile has sums already

  wire [31:0] rows32     = Ws ? slices_left_q : m_left_q;
  wire        last_rows  = rows32 <= NumRows;
  wire        last_cols  = n_left_q <= NumCols;
  wire [15:0] rows       = last_rows ? rows32[15:0] : NumRows[15:0];
  wire [15:0] cols       = last_cols ? n_left_q[15:0] : NumCols[15:0];
  wire        start      = pending_q && !busy_i;
  wire        loading    = Ws && load_left_q != 16'd0;
  wire        enter      = operand_ready_i && !loading;
  wire        last_b     = b_plane_q == b_last_q;
  wire        last_pair  = last_b && a_plane_q == a_last_q;

  assign done_o          = !pending_q && !busy_i;
  assign start_o         = start;
  assign steps_o         = Ws ? m_q : slices_q;
  assign rows_o          = rows;
  assign cols_o          = cols;
  assign last_lanes_o    = (Ws && !last_rows) ? AllLanes : last_lanes_q;
  assign a_plane_o       = (Ws && !start) ? a_tile_plane_q : a_plane_q[2:0];
  assign b_plane_o       = (Ws && !start) ? b_tile_plane_q : b_plane_q[2:0];
  assign a_restart_o     = start && (Ws || fresh_q);
  assign a_advance_o     = Ws ? enter : start && new_outer_q;
  assign b_restart_o     = start && (fresh_q || (!Ws && new_outer_q));
  assign b_advance_o     = start && !fresh_q && (Ws ? new_outer_q : !new_outer_q);
  assign depth_restart_o = start && (!Ws || fresh_q || new_outer_q);
  assign depth_advance_o = Ws ? start && new_slices_q : enter && last_pair;
  assign address_o       = address_q;
  assign result_cols_o   = result_cols_q;
  assign accumulate_o    = accumulate_q;
  assign tile_rows_o     = tile_rows_q;
  assign loading_o       = loading;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      m_q                 <= 32'd0;
      n_q                 <= 32'd0;
      slices_q            <= 32'd0;
      last_lanes_q        <= 6'd0;
      a_last_q            <= 4'd0;
      b_last_q            <= 4'd0;
      block_accumulates_q <= 1'b0;
      pending_q           <= 1'b0;
      m_left_q            <= 32'd0;
      n_left_q            <= 32'd0;
      slices_left_q       <= 32'd0;
      row_address_q       <= 32'd0;
      col_q               <= 32'd0;
      fresh_q             <= 1'b0;
      new_outer_q         <= 1'b0;
      new_slices_q        <= 1'b0;
      a_plane_q           <= 4'd0;
      b_plane_q           <= 4'd0;
      a_tile_plane_q      <= 3'd0;
      b_tile_plane_q      <= 3'd0;
      address_q           <= 32'd0;
      tile_rows_q         <= 16'd0;
      result_cols_q       <= 16'd0;
      load_left_q         <= 16'd0;
      accumulate_q        <= 1'b0;
      sums_q              <= 1'b0;
    end else if (begin_i) begin
      m_q                 <= m_i;
      n_q                 <= n_i;
      slices_q            <= slices_i;
      last_lanes_q        <= last_lanes_i;
      a_last_q            <= a_planes_i - 4'd1;
      b_last_q            <= b_planes_i - 4'd1;
      block_accumulates_q <= accumulate_i;
      pending_q           <= 1'b1;
      m_left_q            <= m_i;
      n_left_q            <= n_i;
      slices_left_q       <= slices_i;
      row_address_q       <= 32'd0;
      col_q               <= 32'd0;
      fresh_q             <= 1'b1;
      new_outer_q         <= 1'b0;
      new_slices_q        <= 1'b0;
      a_plane_q           <= 4'd0;
      b_plane_q           <= 4'd0;
      sums_q              <= accumulate_i;
    end else if (start) begin
      fresh_q        <= 1'b0;
      address_q      <= row_address_q + col_q;
      tile_rows_q    <= rows;
      result_cols_q  <= cols;
      accumulate_q   <= Ws ? sums_q : block_accumulates_q;
      load_left_q    <= Ws ? rows : 16'd0;
      a_tile_plane_q <= a_plane_q[2:0];
      b_tile_plane_q <= b_plane_q[2:0];
      if (Ws) begin
        sums_q       <= 1'b1;
        new_slices_q <= last_pair && !last_rows;
        new_outer_q  <= last_pair && last_rows;
        b_plane_q    <= last_b ? 4'd0 : b_plane_q + 4'd1;
        if (last_b) a_plane_q <= last_pair ? 4'd0 : a_plane_q + 4'd1;
        if (last_pair) begin
          slices_left_q <= last_rows ? slices_q : slices_left_q - NumRows;
          if (last_rows) begin
            n_left_q  <= n_left_q - NumCols;
            col_q     <= col_q + NumCols;
            sums_q    <= block_accumulates_q;
            pending_q <= !last_cols;
          end
        end
      end else begin
        new_outer_q <= last_cols;
        n_left_q    <= last_cols ? n_q : n_left_q - NumCols;
        col_q       <= last_cols ? 32'd0 : col_q + NumCols;
        a_plane_q   <= 4'd0;
        b_plane_q   <= 4'd0;
        if (last_cols) begin
          m_left_q      <= m_left_q - NumRows;
          row_address_q <= row_address_q + n_q * NumRows;
          pending_q     <= !last_rows;
        end
      end
    end else begin
      if (operand_ready_i && loading) load_left_q <= load_left_q - 16'd1;
      if (enter && !Ws) begin
        b_plane_q <= last_b ? 4'd0 : b_plane_q + 4'd1;
        if (last_b) a_plane_q <= last_pair ? 4'd0 : a_plane_q + 4'd1;
      end
      if (result_valid_i) address_q <= address_q + n_q;
    end
  end

endmodule

`default_nettype wire
