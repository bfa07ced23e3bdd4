// The scratchpad of results: two halves of Sums 64-bit sums, in which the sums of an array's tiles are collected.
//
// A row of up to Cols sums of 32 bits is written or added (two's complement, sign extended) per cycle. A beat of the memory
// port is read per cycle: PortBytes / 4 consecutive sums as 32-bit words or, wide, PortBytes / 8 as 64-bit words.
//
// Parameters: Cols 1 .. 1024, Sums >= Cols, PortBytes 8 .. 128, a power of two. Timing: sums are in the pad in the cycle
// after they are given; a beat is combinational.
`default_nettype none

module ampa_output_pad #(
  parameter Cols      = 16,
  parameter Sums      = 4096,
  parameter PortBytes = 16
) (
  input  wire                   clk_i,
  input  wire                   add_valid_i,
  input  wire                   add_half_i,
  input  wire                   accumulate_i,   // add to what is there, or else replace it
  input  wire [31:0]            add_address_i,  // of the first sum of the row, in sums
  input  wire [15:0]            add_cols_i,     // sums of the row that count
  input  wire [32*Cols-1:0]     add_sums_i,
  input  wire                   read_i,         // a beat is wanted
  input  wire                   read_half_i,
  input  wire                   read_wide_i,
  input  wire [31:0]            read_beat_i,
  input  wire [31:0]            read_sums_i,    // in the half that is read; zeros behind them
  output wire [8*PortBytes-1:0] read_data_o
);

  generate
    if (PortBytes < 8 || PortBytes > 128 || (PortBytes & (PortBytes - 1)) != 0) begin : gen_check_port
      ampa_error_port_bytes_must_be_a_power_of_two_from_8_to_128 u_error ();
    end
    if (Sums < Cols) begin : gen_check_sums
      ampa_error_sums_must_be_at_least_cols u_error ();
    end
  endgenerate

  localparam [31:0] NumCols   = Cols;
  localparam [31:0] HalfSums  = Sums;
  localparam [31:0] BeatWords = PortBytes / 4;

  reg  [63:0] pad_q [0:2*Sums-1];
  wire [31:0] sum   [0:Cols-1];
  reg  [31:0] word  [0:PortBytes/4-1];

  genvar g;
  generate
    for (g = 0; g < Cols; g = g + 1) begin : gen_sums
      assign sum[g] = add_sums_i[32*g +: 32];
    end
    for (g = 0; g < PortBytes / 4; g = g + 1) begin : gen_data
      assign read_data_o[32*g +: 32] = word[g];
    end
  endgenerate

  always @(posedge clk_i) begin : p_add
    reg [31:0] i, address;
    reg [63:0] value;
    address = 32'd0;
    value   = 64'd0;
    if (add_valid_i) begin
      for (i = 32'd0; i < NumCols; i = i + 32'd1) begin
        if (i < {16'd0, add_cols_i}) begin
          address        = (add_half_i ? HalfSums : 32'd0) + add_address_i + i;
          value          = {{32{sum[i][31]}}, sum[i]};
          pad_q[address] = accumulate_i ? pad_q[address] + value : value;
        end
      end
    end
  end

  always @* begin : p_read
    reg [31:0] i, address, first, index;
    reg [63:0] value;
    value   = 64'd0;
    address = 32'd0;
    index   = 32'd0;
    first   = read_half_i ? HalfSums : 32'd0;
    for (i = 32'd0; i < BeatWords; i = i + 32'd1) word[i] = 32'd0;
    if (read_i) begin
      for (i = 32'd0; i < BeatWords; i = i + 32'd1) begin
        index   = read_beat_i * BeatWords + i;
        address = read_wide_i ? index >> 1 : index;
        if (address < HalfSums && address < read_sums_i) begin
          value   = pad_q[first + address];
          word[i] = (read_wide_i && index[0]) ? value[63:32] : value[31:0];
        end
      end
    end
  end

endmodule

`default_nettype wire
