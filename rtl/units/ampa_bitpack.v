// Codes of 2, 4, 6 or 8 bits, one a byte, to memory words without gaps: rules B1 and B2 of the numerics contract.
//
// Code i of a tensor of b-bit codes takes the bits i * b to i * b + b - 1 of a string of bits, bit 0 of a word first. The
// last word of a tensor is filled up with zeros; in_last_i marks the last code.
//
// Parameters: WordBytes, 1 to 8.
// Ranges: a width code w stands for 2 * (w + 1) bits and is constant within a tensor.
// Timing: a word leaves 1 cycle after the code that fills it or is the last one. One code per cycle, but for one more cycle
// after the last code of a tensor if that straddles two words.
`default_nettype none

module ampa_bitpack #(
  parameter WordBytes = 4
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   in_valid_i,
  output wire                   in_ready_o,
  input  wire [7:0]             in_code_i,   // bits above the width are ignored
  input  wire [1:0]             in_width_i,
  input  wire                   in_last_i,
  output wire                   out_valid_o,
  input  wire                   out_ready_i,
  output wire [8*WordBytes-1:0] out_word_o,
  output wire [3:0]             out_bytes_o,  // that hold codes, 1 .. WordBytes
  output wire                   out_last_o
);

  generate
    if (WordBytes < 1 || WordBytes > 8) begin : gen_check_word_bytes
      ampa_error_word_bytes_must_be_1_to_8 u_error ();
    end
  endgenerate

  localparam        WordBits = 8 * WordBytes;
  localparam [31:0] Full = WordBits;

  reg [WordBits-1:0] rest_q;   // codes that no word has taken yet
  reg [6:0]          fill_q;   // its bits, < WordBits
  reg                flush_q;  // what is left is the last word of a tensor

  // Not even a code at the top of a word reaches beyond the byte above it.
  wire [3:0]          bits   = {1'b0, in_width_i, 1'b0} + 4'd2;
  wire [7:0]          code   = in_code_i & ~(8'hFF << bits);
  wire [WordBits+7:0] joined = {8'd0, rest_q} | ({{WordBits{1'b0}}, code} << fill_q);
  wire [6:0]          fill   = fill_q + {3'd0, bits};
  wire                spill  = fill > Full[6:0];
  wire [6:0]          used   = flush_q ? fill_q : spill ? Full[6:0] : fill;
  wire [6:0]          bytes  = (used + 7'd7) >> 3;

  reg [WordBits-1:0] beyond;  // what the next word begins with

  always @* begin
    beyond      = {WordBits{1'b0}};
    beyond[7:0] = joined[WordBits+7:WordBits];
  end

  wire word_ready;
  wire take      = in_valid_i && in_ready_o;
  wire word_full = take && (fill >= Full[6:0] || in_last_i);

  assign in_ready_o = word_ready && !flush_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_rest
    if (!rst_ni) begin
      rest_q  <= {WordBits{1'b0}};
      fill_q  <= 7'd0;
      flush_q <= 1'b0;
    end else if (take) begin
      rest_q  <= word_full ? beyond : joined[WordBits-1:0];
      fill_q  <= spill ? fill - Full[6:0] : word_full ? 7'd0 : fill;
      flush_q <= in_last_i && spill;
    end else if (flush_q && word_ready) begin
      rest_q  <= {WordBits{1'b0}};
      fill_q  <= 7'd0;
      flush_q <= 1'b0;
    end
  end

  ampa_stream_register #(
    .Width(WordBits + 5)
  ) u_word (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (word_full || flush_q),
    .in_ready_o (word_ready),
    .in_data_i  ({flush_q || (in_last_i && !spill), bytes[3:0], flush_q ? rest_q : joined[WordBits-1:0]}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_last_o, out_bytes_o, out_word_o})
  );

  wire unused_bytes = &bytes[6:4];

endmodule

`default_nettype wire
