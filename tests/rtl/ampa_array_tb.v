// Four-state bench of either array: a tile of random operands for each width pair and kind that the processing element
// runs, with bubbles and held results, against products written out. AMPA_ARRAY is the module, AMPA_os or AMPA_ws says which.
`default_nettype none

module ampa_array_tb;

  parameter Pe = 1;

  localparam Rows  = 3;
  localparam Cols  = 2;
  localparam Steps = 2;
  localparam Words = 8 * (Steps + Rows);  // of a lane, all planes

  reg                clk, rst_n, start, operand_valid, result_ready;
  reg  [3:0]         a_bits, b_bits;
  reg  [1:0]         a_kind, b_kind;
  reg  [2:0]         a_plane, b_plane;
  reg  [5:0]         last_lanes;
  wire               busy, operand_ready, result_valid, overflow, supported;
  wire [3:0]         a_planes, b_planes, a_container, b_container;
  wire [5:0]         macs;
  wire [31:0]        a_step, b_step;
  reg  [32*Rows-1:0] a_words;
  reg  [32*Cols-1:0] b_words, psums;
  wire [32*Cols-1:0] results;
  wire [63:0]        compute_cycles, fill_drain_cycles, stall_cycles;

  reg  [31:0] a_memory [0:Rows*Words-1];
  reg  [31:0] b_memory [0:Cols*Words-1];

  ampa_formats #(
    .Pe(Pe)
  ) u_formats (
    .a_bits_i     (a_bits),
    .b_bits_i     (b_bits),
    .a_kind_i     (a_kind),
    .b_kind_i     (b_kind),
    .supported_o  (supported),
    .macs_o       (macs),
    .a_container_o(a_container),
    .b_container_o(b_container),
    .a_planes_o   (a_planes),
    .b_planes_o   (b_planes),
    .config_o     ()
  );

  `AMPA_ARRAY #(
    .Pe  (Pe),
    .Rows(Rows),
    .Cols(Cols)
  ) u_array (
`ifdef AMPA_ws
    .a_plane_i          (a_plane),
    .b_plane_i          (b_plane),
    .psums_i            (psums),
`endif
    .clk_i              (clk),
    .rst_ni             (rst_n),
    .start_i            (start),
    .clear_counters_i   (1'b1),
    .a_bits_i           (a_bits),
    .b_bits_i           (b_bits),
    .a_kind_i           (a_kind),
    .b_kind_i           (b_kind),
    .steps_i            (Steps),
    .last_lanes_i       (last_lanes),
    .rows_i             (16'd3),
    .cols_i             (16'd2),
    .busy_o             (busy),
    .operand_ready_o    (operand_ready),
    .a_step_o           (a_step),
    .b_step_o           (b_step),
    .operand_valid_i    (operand_valid),
    .a_words_i          (a_words),
    .b_words_i          (b_words),
    .result_valid_o     (result_valid),
    .result_ready_i     (result_ready),
    .results_o          (results),
    .overflow_o         (overflow),
    .compute_cycles_o   (compute_cycles),
    .fill_drain_cycles_o(fill_drain_cycles),
    .stall_cycles_o     (stall_cycles)
  );

  // What bit-plane `plane` of a word says of its operand `index`, or the whole operand if it has no planes.
  function integer operand(
    input [31:0] word, input integer index, input integer container, input integer bits, input [1:0] kind,
    input integer planes, input integer plane
  );
    integer value, width;
    begin
      width = (planes > 1 || kind == 2'd2) ? 1 : (Pe == 1) ? 2 * ((bits + 1) / 2) : bits;
      value = (word >> (container * index)) & ((1 << width) - 1);
      if (kind == 2'd2) value = 2 * value - 1;
      else if (planes > 1) value = (kind == 2'd1 && plane == bits - 1) ? -(value << plane) : value << plane;
      else if (kind == 2'd1 && value >= (1 << (width - 1))) value = value - (1 << width);
      operand = value;
    end
  endfunction

  integer mode, i, r, c, s, k, pa, pb, lanes, seed, expected, row, tiles, failures;

  // Lanes of slice s of n that are in use.
  function integer lanes_of(input integer slice, input integer n);
    lanes_of = (Pe == 2 && slice == n - 1) ? last_lanes : macs;
  endfunction

  task tick;
    begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
      #1;
    end
  endtask

`ifdef AMPA_ws
  localparam NumRows = Steps;

  task expect_sum;
    begin
      expected = 1000 * row + c;
      for (s = 0; s < Rows; s = s + 1)
        for (k = 0; k < lanes_of(s, Rows); k = k + 1)
          expected = expected +
              operand(a_memory[row * Rows + s], k, a_container, a_bits, a_kind, a_planes, a_plane) *
              operand(b_memory[s * Cols + c], k, b_container, b_bits, b_kind, b_planes, b_plane);
    end
  endtask
`else
  localparam NumRows = Rows;

  task expect_sum;
    begin
      expected = 0;
      for (s = 0; s < Steps; s = s + 1)
        for (k = 0; k < lanes_of(s, Steps); k = k + 1)
          for (pa = 0; pa < a_planes; pa = pa + 1)
            for (pb = 0; pb < b_planes; pb = pb + 1)
              expected = expected +
                  operand(a_memory[(s * a_planes + pa) * Rows + row], k, a_container, a_bits, a_kind, a_planes, pa) *
                  operand(b_memory[(s * b_planes + pb) * Cols + c], k, b_container, b_bits, b_kind, b_planes, pb);
    end
  endtask
`endif

  task run_tile;
    begin
      for (i = 0; i < Rows * Words; i = i + 1) a_memory[i] = $random(seed);
      for (i = 0; i < Cols * Words; i = i + 1) b_memory[i] = $random(seed);
      last_lanes = 1 + $unsigned($random(seed)) % 32;
      a_plane    = (a_planes > 1) ? $unsigned($random(seed)) % a_planes : 0;
      b_plane    = (b_planes > 1) ? $unsigned($random(seed)) % b_planes : 0;
      start      = 1'b1;
      tick;
      start = 1'b0;
      row   = 0;
      while (busy) begin
        operand_valid = ($random(seed) & 3) != 0;
        result_ready  = ($random(seed) & 3) != 0;
        #1;
        a_words = {Rows{32'hx}};
        b_words = {Cols{32'hx}};
        psums   = {Cols{32'hx}};
        if (operand_ready && operand_valid) begin
          for (i = 0; i < Rows; i = i + 1) a_words[32*i +: 32] = a_memory[a_step * Rows + i];
          for (i = 0; i < Cols; i = i + 1) b_words[32*i +: 32] = b_memory[b_step * Cols + i];
          for (i = 0; i < Cols; i = i + 1) psums[32*i +: 32] = 1000 * a_step + i;
        end
        #1;
        if (result_valid && result_ready) begin
          for (c = 0; c < Cols; c = c + 1) begin
            expect_sum;
            if (results[32*c +: 32] !== expected) begin
              failures = failures + 1;
              $display("FAIL a %0d/%0d b %0d/%0d row %0d col %0d: expected %0d, found %h", a_bits, a_kind, b_bits, b_kind,
                       row, c, expected, results[32*c +: 32]);
            end
          end
          row = row + 1;
        end
        tick;
      end
      if (row != NumRows || overflow !== 1'b0 || ^{compute_cycles, fill_drain_cycles, stall_cycles} === 1'bx) begin
        failures = failures + 1;
        $display("FAIL: %0d rows, overflow %b, %0d compute, %0d fill/drain", row, overflow, compute_cycles,
                 fill_drain_cycles);
      end
      tiles = tiles + 1;
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
    for (mode = 0; mode < 4096; mode = mode + 1) begin
      {b_kind, a_kind, b_bits, a_bits} = mode;
      #1;
      if (supported) run_tile;
    end
    if (failures == 0) $display("PASS %0d tiles", tiles);
    $finish;
  end

endmodule

`default_nettype wire
