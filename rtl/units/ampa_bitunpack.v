// Memory words to codes of 2, 4, 6 or 8 bits, one a byte: the inverse of ampa_bitpack; rules F2 and B1 of the numerics
// contract.
//
// The number of codes, their width and sign are taken with the first word of a tensor; whatever its last word holds beyond
// them is dropped, and the next word begins the next tensor.
//
// Parameters: WordBytes, 1 to 8.
// Ranges: count >= 1; a width code w stands for 2 * (w + 1) bits.
// Timing: latency 1 cycle, one code per cycle.
`default_nettype none

module ampa_bitunpack #(
  parameter WordBytes = 4
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   in_valid_i,
  output wire                   in_ready_o,
  input  wire [8*WordBytes-1:0] in_word_i,
  input  wire [1:0]             in_width_i,   // read with the first word of a tensor, and so are the next two
  input  wire                   in_signed_i,
  input  wire [31:0]            in_count_i,
  output wire                   out_valid_o,
  input  wire                   out_ready_i,
  output wire [7:0]             out_code_o,   // sign-extended if signed
  output wire                   out_last_o
);

  generate
    if (WordBytes < 1 || WordBytes > 8) begin : gen_check_word_bytes
      ampa_error_word_bytes_must_be_1_to_8 u_error ();
    end
  endgenerate

  localparam        WordBits = 8 * WordBytes;
  localparam [31:0] Full = WordBits;

  reg [WordBits-1:0] rest_q;       // bits that no code has taken yet
  reg [6:0]          fill_q;       // how many they are
  reg [31:0]         remaining_q;  // codes of the tensor, 0 between tensors
  reg [1:0]          width_q;
  reg                signed_q;

  wire is_first          = remaining_q == 32'd0;
  wire [1:0]  width      = is_first ? in_width_i : width_q;
  wire        is_signed  = is_first ? in_signed_i : signed_q;
  wire [31:0] remaining  = is_first ? in_count_i : remaining_q;
  wire [3:0]  bits       = {1'b0, width, 1'b0} + 4'd2;
  wire        is_last    = remaining == 32'd1;

  // A word is wanted if the rest, then less than 8 bits, holds no whole code; its bits come above those of the rest.
  wire                  code_ready;
  wire                  wants_word = is_first || fill_q < {3'd0, bits};
  wire                  code_valid = !wants_word || in_valid_i;
  wire [WordBits+7:0]   joined     = {8'd0, rest_q} | (wants_word ? {8'd0, in_word_i} << fill_q : {WordBits+8{1'b0}});
  wire [6:0]            fill       = fill_q - {3'd0, bits} + (wants_word ? Full[6:0] : 7'd0);
  wire [7:0]            low        = joined[7:0];
  wire [7:0]            mask       = 8'hFF << bits;
  wire                  sign       = is_signed && low[{width, 1'b1}];
  wire [WordBits-1:0]   above;
  wire [7:0]            unused_above;

  assign {unused_above, above} = joined >> bits;

  assign in_ready_o = code_ready && wants_word;

  always @(posedge clk_i or negedge rst_ni) begin : p_rest
    if (!rst_ni) begin
      rest_q      <= {WordBits{1'b0}};
      fill_q      <= 7'd0;
      remaining_q <= 32'd0;
      width_q     <= 2'd0;
      signed_q    <= 1'b0;
    end else if (code_valid && code_ready) begin
      rest_q      <= is_last ? {WordBits{1'b0}} : above[WordBits-1:0];
      fill_q      <= is_last ? 7'd0 : fill;
      remaining_q <= remaining - 32'd1;
      width_q     <= width;
      signed_q    <= is_signed;
    end
  end

  ampa_stream_register #(
    .Width(9)
  ) u_code (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (code_valid),
    .in_ready_o (code_ready),
    .in_data_i  ({is_last, sign ? low | mask : low & ~mask}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_last_o, out_code_o})
  );

endmodule

`default_nettype wire
