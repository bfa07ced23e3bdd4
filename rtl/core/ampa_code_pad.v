// The scratchpad of codes: two halves, in which the codes of a block are packed on their way out of the core.
//
// PortBytes / 4 codes a cycle, each of 2, 4, 6 or 8 bits, are put one behind the other without gaps (rules B1 and B2 of the
// numerics contract); flush_i writes what does not fill a beat, with zeros behind it, and begins the next block.
//
// Parameters: Codes per half, >= 1; PortBytes 8 .. 128, a power of two. Timing: full beats are in the pad in the cycle after
// the codes are given, the rest in the cycle after flush_i; a beat read is combinational.
`default_nettype none

module ampa_code_pad #(
  parameter Codes     = 4096,
  parameter PortBytes = 16
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   add_valid_i,
  input  wire                   add_half_i,
  input  wire [3:0]             add_bits_i,   // of a code
  input  wire [2*PortBytes-1:0] add_codes_i,  // one a byte; 0 behind the last code of the block
  input  wire                   flush_i,      // not with add_valid_i
  input  wire                   read_half_i,
  input  wire [31:0]            read_beat_i,
  output wire [8*PortBytes-1:0] read_data_o
);

  generate
    if (Codes < 1) begin : gen_check_codes
      ampa_error_codes_must_be_at_least_1 u_error ();
    end
  endgenerate

  localparam        BeatBits = 8 * PortBytes;
  localparam [31:0] BeatFull = BeatBits;
  localparam [31:0] Lanes    = PortBytes / 4;
  localparam [31:0] Beats    = (Codes + PortBytes - 1) / PortBytes;

  reg [BeatBits-1:0]    pad_q [0:2*Beats-1];
  reg [BeatBits-1:0]    rest_q;  // codes that no beat has taken yet
  reg [31:0]            fill_q;  // its bits, < BeatBits
  reg [31:0]            beat_q;
  reg [2*PortBytes-1:0] group;

  always @* begin : p_group
    reg [31:0] i;
    reg [7:0]  code;
    code  = 8'd0;
    group = {2*PortBytes{1'b0}};
    for (i = 32'd0; i < Lanes; i = i + 32'd1) begin
      code  = add_codes_i[8*i +: 8] & ~(8'hFF << add_bits_i);
      group = group | ({{2*PortBytes-8{1'b0}}, code} << (i * {28'd0, add_bits_i}));
    end
  end

  wire [BeatBits+2*PortBytes-1:0] joined = {{2*PortBytes{1'b0}}, rest_q} | ({{BeatBits{1'b0}}, group} << fill_q);
  wire [31:0] fill       = fill_q + Lanes * {28'd0, add_bits_i};
  wire        full       = add_valid_i && fill >= BeatFull;
  wire        write      = full || (flush_i && fill_q != 32'd0);
  wire [31:0] write_at   = (add_half_i ? Beats : 32'd0) + beat_q;
  wire [31:0] read_at    = (read_half_i ? Beats : 32'd0) + read_beat_i;

  assign read_data_o = read_beat_i < Beats ? pad_q[read_at] : {BeatBits{1'b0}};

  always @(posedge clk_i) begin : p_pad
    if (write && beat_q < Beats) pad_q[write_at] <= joined[BeatBits-1:0];
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_rest
    if (!rst_ni) begin
      rest_q <= {BeatBits{1'b0}};
      fill_q <= 32'd0;
      beat_q <= 32'd0;
    end else if (flush_i) begin
      rest_q <= {BeatBits{1'b0}};
      fill_q <= 32'd0;
      beat_q <= 32'd0;
    end else if (add_valid_i) begin
      rest_q <= full ? {{BeatBits-2*PortBytes{1'b0}}, joined[BeatBits+2*PortBytes-1:BeatBits]} : joined[BeatBits-1:0];
      fill_q <= full ? fill - BeatFull : fill;
      beat_q <= full ? beat_q + 32'd1 : beat_q;
    end
  end

endmodule

`default_nettype wire
