// Where the rows of tiles are on their way out of a grid. Synchronous reset.
//
// The sums of a tile are complete in the order in which its last words reach them: of one column one row a cycle, of the next column
// a cycle later. In this order they are taken, column by column, and wait in buffers (ampa_result_buffer) of 2^AddressBits rows until they
// are taken as a whole row. Row r can be taken Latency + r cycles after last_i. A tile's rows are counted from last_i on as rows that are in the
// buffers, so that none of them ever has to wait before it gets there; with results taken as soon as they are there, room is never short.
//
// Parameters: Rows, of the array; Columns, of elements; Wait, cycles from last_i to row 0 in chain_o[0], 3 or more; Lead, from there to row 0 at column
// 0's sums; WriteLag, from there to the buffer.
`default_nettype none

module ampa_grid_drain #(
  parameter Rows        = 16,
  parameter Columns     = 16,
  parameter Wait        = 9,
  parameter Lead        = 0,
  parameter WriteLag    = 1,
  parameter RowBits     = Rows < 2 ? 1 : $clog2(Rows),
  parameter Latency     = Wait + Lead + Columns + WriteLag,
  parameter AddressBits = $clog2(Latency + Rows),
  parameter RoomBits    = AddressBits + 1
) (
  input  wire                              clk_i,
  input  wire                              rst_ni,
  input  wire                              last_i,          // the last words of a tile enter
  input  wire [RoomBits-1:0]               rows_i,          // of the tile that is fed, 1 .. Rows
  input  wire                              result_ready_i,
  output wire                              has_rows_o,
  output wire                              has_room_o,      // for rows_i more
  output wire [RowBits*(Lead+Columns)-1:0] chain_o,         // entry n: the row of n cycles ago
  output wire [Columns-1:0]                write_o,         // column c's buffer takes what is at its end
  output wire [AddressBits*Columns-1:0]    write_address_o,
  output wire [AddressBits-1:0]            read_address_o,
  output wire                              result_valid_o
);

  localparam Length = Lead + Columns + WriteLag;  // entries of the chain, the row that is sent out as the first

  localparam [RoomBits-1:0]    NO_ROWS     = 0;
  localparam [RoomBits-1:0]    ONE_ROW     = 1;
  localparam [RoomBits:0]      MOST_ROWS   = {2'b01, {AddressBits{1'b0}}};
  localparam [AddressBits-1:0] ONE_ADDRESS = 1;
  localparam [RowBits-1:0]     FIRST_ROW   = 0;
  localparam [RowBits-1:0]     ONE         = 1;

  reg  [RoomBits-1:0]    used_q, available_q;
  reg  [Wait-2:0]        last_q;
  reg  [RowBits-1:0]     row_q, last_row_q;
  reg  [AddressBits-1:0] write_address_q, read_address_q;
  reg                    valid_q;
  wire                   take = result_valid_o && result_ready_i;

  wire [RoomBits-1:0] late_rows;
  wire                late_last = last_q[Wait-2];
  wire [Length-1:0]   valid;

  assign has_rows_o     = used_q != NO_ROWS;
  assign has_room_o     = {1'b0, used_q} + {1'b0, rows_i} <= MOST_ROWS;
  assign result_valid_o = available_q != NO_ROWS;
  assign read_address_o = read_address_q;

  ampa_delay #(
    .Width (RoomBits),
    .Cycles(Wait - 1)
  ) u_rows (
    .clk_i (clk_i),
    .word_i(rows_i),
    .word_o(late_rows)
  );

  always @(posedge clk_i) begin : p_rows
    if (!rst_ni) begin
      last_q          <= {Wait - 1{1'b0}};
      valid_q         <= 1'b0;
      used_q          <= NO_ROWS;
      available_q     <= NO_ROWS;
      write_address_q <= {AddressBits{1'b0}};
      read_address_q  <= {AddressBits{1'b0}};
    end else begin
      last_q      <= {last_q[Wait-3:0], last_i};
      valid_q     <= late_last || (valid_q && row_q != last_row_q);
      used_q      <= used_q + (last_i ? rows_i : NO_ROWS) - (take ? ONE_ROW : NO_ROWS);
      available_q <= available_q + (valid[Length-1] ? ONE_ROW : NO_ROWS) - (take ? ONE_ROW : NO_ROWS);
      if (valid_q) write_address_q <= write_address_q + ONE_ADDRESS;
      if (take) read_address_q <= read_address_q + ONE_ADDRESS;
    end
  end

  wire [RoomBits-1:0] rows_less_one = late_rows - ONE_ROW;

  always @(posedge clk_i) begin : p_row
    if (late_last) last_row_q <= rows_less_one[RowBits-1:0];
    row_q <= late_last || !valid_q || row_q == last_row_q ? FIRST_ROW : row_q + ONE;
  end

  // The chain: whether a row is sent out, which, and where to.
  genvar n;
  generate
    for (n = 0; n < Length; n = n + 1) begin : gen_chain
      wire [RowBits-1:0]     row;
      wire [AddressBits-1:0] address;
      if (n == 0) begin : gen_first
        assign valid[0] = valid_q;
        assign row      = row_q;
        assign address  = write_address_q;
      end else begin : gen_later
        reg                   is_valid_q;
        reg [RowBits-1:0]     a_row_q;
        reg [AddressBits-1:0] an_address_q;
        always @(posedge clk_i) begin : p_valid
          if (!rst_ni) is_valid_q <= 1'b0;
          else is_valid_q <= valid[n-1];
        end
        always @(posedge clk_i) begin : p_where
          a_row_q      <= gen_chain[n-1].row;
          an_address_q <= gen_chain[n-1].address;
        end
        assign valid[n] = is_valid_q;
        assign row      = a_row_q;
        assign address  = an_address_q;
      end
      if (n < Lead + Columns) begin : gen_row
        assign chain_o[RowBits*n +: RowBits] = row;
      end
      if (n >= Lead + WriteLag) begin : gen_write
        assign write_o[n-Lead-WriteLag] = valid[n];
        assign write_address_o[AddressBits*(n-Lead-WriteLag) +: AddressBits] = address;
      end
      wire unused = &{1'b0, row, address};
    end
  endgenerate

  wire unused = &{1'b0, rows_less_one[RoomBits-1:RowBits]};

endmodule

`default_nettype wire
