// The codes of a tensor in memory, brought from a wide width to a narrower one: ampa_bitunpack, ampa_double_round and
// ampa_bitpack; rules B1, B2 and U2 of the numerics contract.
//
// The number of codes and both widths are taken with the first word of a tensor.
//
// Parameters: WordBytes, 1 to 8.
// Ranges: count >= 1; 2 <= low <= high <= 8. A width takes what storage it has: 3, 5 and 7 bits that of 4, 6 and 8.
// Timing: of n codes whose words come without a pause, the last word leaves n + 2 cycles after the first one passed, one
// later if the last code straddles two words. One code per cycle from tensor to tensor, as ampa_bitpack has it.
`default_nettype none

module ampa_width_switch #(
  parameter WordBytes = 4
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   in_valid_i,
  output wire                   in_ready_o,
  input  wire [8*WordBytes-1:0] in_word_i,
  input  wire [3:0]             in_high_bits_i,  // read with the first word of a tensor, and so are the next two
  input  wire [3:0]             in_low_bits_i,
  input  wire [31:0]            in_count_i,
  output wire                   out_valid_o,
  input  wire                   out_ready_i,
  output wire [8*WordBytes-1:0] out_word_o,
  output wire [3:0]             out_bytes_o,     // that hold codes, 1 .. WordBytes
  output wire                   out_last_o
);

  wire       wide_valid, wide_ready, wide_last;
  wire [7:0] wide_code;
  wire       narrow_valid, narrow_ready, narrow_last;
  wire [7:0] narrow_code;

  // A tensor's configuration comes with its first code to the register of ampa_bitunpack: the word that is taken while
  // there is no code of a tensor to follow there is a first one.
  reg       between_q;                // the last code has left that register
  reg [3:0] high_bits_q, low_bits_q;  // of the code in that register
  reg [3:0] narrow_bits_q;            // of the code in the register of ampa_double_round

  // The width codes of ampa_bitunpack and ampa_bitpack.
  wire [3:0] high_less_one = in_high_bits_i - 4'd1;
  wire [3:0] low_less_one  = narrow_bits_q - 4'd1;

  wire take     = in_valid_i && in_ready_o;
  wire is_first = between_q || (wide_valid && wide_last);

  always @(posedge clk_i or negedge rst_ni) begin : p_between
    if (!rst_ni) begin
      between_q <= 1'b1;
    end else if (take && is_first) begin
      between_q <= 1'b0;
    end else if (wide_valid && wide_ready && wide_last) begin
      between_q <= 1'b1;
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_widths
    if (!rst_ni) begin
      high_bits_q   <= 4'd8;
      low_bits_q    <= 4'd8;
      narrow_bits_q <= 4'd8;
    end else begin
      if (take && is_first) begin
        high_bits_q <= in_high_bits_i;
        low_bits_q  <= in_low_bits_i;
      end
      if (wide_valid && wide_ready) narrow_bits_q <= low_bits_q;
    end
  end

  ampa_bitunpack #(
    .WordBytes(WordBytes)
  ) u_unpack (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (in_valid_i),
    .in_ready_o (in_ready_o),
    .in_word_i  (in_word_i),
    .in_width_i (high_less_one[2:1]),
    .in_signed_i(1'b1),
    .in_count_i (in_count_i),
    .out_valid_o(wide_valid),
    .out_ready_i(wide_ready),
    .out_code_o (wide_code),
    .out_last_o (wide_last)
  );

  ampa_double_round u_round (
    .clk_i         (clk_i),
    .rst_ni        (rst_ni),
    .in_valid_i    (wide_valid),
    .in_ready_o    (wide_ready),
    .in_code_i     (wide_code),
    .in_high_bits_i(high_bits_q),
    .in_low_bits_i (low_bits_q),
    .in_last_i     (wide_last),
    .out_valid_o   (narrow_valid),
    .out_ready_i   (narrow_ready),
    .out_code_o    (narrow_code),
    .out_last_o    (narrow_last)
  );

  ampa_bitpack #(
    .WordBytes(WordBytes)
  ) u_pack (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (narrow_valid),
    .in_ready_o (narrow_ready),
    .in_code_i  (narrow_code),
    .in_width_i (low_less_one[2:1]),
    .in_last_i  (narrow_last),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_word_o (out_word_o),
    .out_bytes_o(out_bytes_o),
    .out_last_o (out_last_o)
  );

  wire unused_bits = &{high_less_one[3], high_less_one[0], low_less_one[3], low_less_one[0]};

endmodule

`default_nettype wire
