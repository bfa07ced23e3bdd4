// Four-state bench: one tile of random operands for each width pair and signedness, against products written out.
`default_nettype none

module ampa_fused_array_tb;

  localparam Rows  = 3;
  localparam Cols  = 2;
  localparam Steps = 4;

  reg               clk, rst_n, start;
  reg  [1:0]        a_width, b_width;
  reg               a_signed, b_signed;
  wire              busy, ready, valid;
  wire [31:0]       step;
  reg  [32*Rows-1:0] a_words;
  reg  [32*Cols-1:0] b_words;
  wire [32*Cols-1:0] results;
  wire [63:0]       compute_cycles, fill_drain_cycles, stall_cycles;

  reg  [31:0] a_memory [0:Rows*Steps-1];
  reg  [31:0] b_memory [0:Cols*Steps-1];

  ampa_fused_array #(
    .Rows(Rows),
    .Cols(Cols)
  ) u_array (
    .clk_i              (clk),
    .rst_ni             (rst_n),
    .start_i            (start),
    .clear_counters_i   (1'b1),
    .a_width_i          (a_width),
    .b_width_i          (b_width),
    .a_signed_i         (a_signed),
    .b_signed_i         (b_signed),
    .steps_i            (Steps),
    .rows_i             (16'd3),
    .cols_i             (16'd2),
    .busy_o             (busy),
    .operand_ready_o    (ready),
    .step_o             (step),
    .operand_valid_i    (1'b1),
    .a_words_i          (a_words),
    .b_words_i          (b_words),
    .result_valid_o     (valid),
    .results_o          (results),
    .compute_cycles_o   (compute_cycles),
    .fill_drain_cycles_o(fill_drain_cycles),
    .stall_cycles_o     (stall_cycles)
  );

  // Operand `index` of a packed word as an integer.
  function integer operand(input [31:0] word, input integer index, input [1:0] width, input is_signed);
    integer container, bits, value;
    begin
      container = (width == 2'd0) ? 2 : (width == 2'd1) ? 4 : 8;
      bits      = 2 * (width + 1);
      value     = (word >> (container * index)) & ((1 << bits) - 1);
      if (is_signed && value >= (1 << (bits - 1))) value = value - (1 << bits);
      operand = value;
    end
  endfunction

  function integer side(input [1:0] width);
    side = (width == 2'd0) ? 4 : (width == 2'd1) ? 2 : 1;
  endfunction

  integer mode, i, r, c, s, k, seed, expected, row, tiles, failures;

  task tick;
    begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
    end
  endtask

  task check_row;
    begin
      for (c = 0; c < Cols; c = c + 1) begin
        expected = 0;
        for (s = 0; s < Steps; s = s + 1)
          for (k = 0; k < side(a_width) * side(b_width); k = k + 1)
            expected = expected + operand(a_memory[s * Rows + row], k, a_width, a_signed) *
                                  operand(b_memory[s * Cols + c], k, b_width, b_signed);
        if (results[32*c +: 32] !== expected) begin
          failures = failures + 1;
          $display("FAIL mode %0d row %0d col %0d: expected %0d, found %h", mode, row, c, expected, results[32*c +: 32]);
        end
      end
    end
  endtask

  initial begin
    seed     = 1;
    tiles    = 0;
    failures = 0;
    clk      = 1'b0;
    rst_n    = 1'b0;
    start    = 1'b0;
    #1 rst_n = 1'b1;
    for (mode = 0; mode < 64; mode = mode + 1) begin
      a_width  = mode[1:0];
      b_width  = mode[3:2];
      a_signed = mode[4];
      b_signed = mode[5];
      for (i = 0; i < Rows * Steps; i = i + 1) a_memory[i] = $random(seed);
      for (i = 0; i < Cols * Steps; i = i + 1) b_memory[i] = $random(seed);
      start = 1'b1;
      tick;
      start = 1'b0;
      row   = 0;
      while (busy) begin
        for (i = 0; i < Rows; i = i + 1) a_words[32*i +: 32] = ready ? a_memory[step * Rows + i] : 32'hx;
        for (i = 0; i < Cols; i = i + 1) b_words[32*i +: 32] = ready ? b_memory[step * Cols + i] : 32'hx;
        if (valid) begin
          check_row;
          row = row + 1;
        end
        tick;
      end
      if (row != Rows || compute_cycles !== Steps || fill_drain_cycles !== 1 + Rows + Cols + Rows) begin
        failures = failures + 1;
        $display("FAIL mode %0d: %0d rows, %0d compute, %0d fill/drain", mode, row, compute_cycles, fill_drain_cycles);
      end
      tiles = tiles + 1;
    end
    if (failures == 0) $display("PASS %0d tiles", tiles);
    $finish;
  end

endmodule

`default_nettype wire
