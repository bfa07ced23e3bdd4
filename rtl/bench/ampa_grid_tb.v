// Four-state simulation of runs of tiles through a grid, of data that the bench adds up itself: an unknown in a result is a register that
// should have been set. Also cycles and what is refused. Element is a number of ampa_element_table.vh or, with Packed 1, of ampa_packed_table.vh.
// With AMPA_NETLIST the array is the synthesised one, a module of that name without parameters.
`default_nettype none

module ampa_grid_tb;

  parameter Element = 2;
  parameter Packed  = 0;

  localparam IsSerial = Packed == 0 && Element == 2;
  localparam HasPairs = Packed != 0 && Element == 0;  // of columns, with operands of four bits
  localparam Rows     = 2;
  localparam Cols     = HasPairs ? 6 : 3;
  localparam AWords   = Packed != 0 ? 2 : Element == 1 ? 8 : Element == 2 ? 4 : 1;
  localparam BWords   = Packed != 0 ? 2 : Element == 1 || Element == 2 ? 8 : 1;
  localparam Lanes    = Packed != 0 ? 8 : Element == 1 || Element == 2 ? 32 : 1;  // 8-bit operands

  localparam Stages   = Packed != 0 ? 5 : Element == 1 ? 8 : Element == 2 ? 6 : 2;
  localparam Latency  = Packed != 0 ? Stages + 6 + (HasPairs ? Cols / 2 : Cols) : Stages + 4 + Cols;
  localparam MostTiles = 16;

  reg                       clk = 1'b0, rst_n = 1'b0, start = 1'b0, valid = 1'b0, ready = 1'b0;
  reg  [15:0]               rows = 16'd0, cols = 16'd0;
  reg  [31:0]               steps = 32'd0;
  reg  [1:0]                a_kind = 2'd0, b_kind = 2'd0;
  reg  [3:0]                a_bits = 4'd8, b_bits = 4'd8;
  reg  [32*AWords*Rows-1:0] a_words;
  reg  [32*BWords*Cols-1:0] b_words;
  wire                      start_ready, busy, error, operand_ready, result_valid, overflow;
  wire [31:0]               a_step, b_step;
  wire [32*Cols-1:0]        results;
  wire [63:0]               compute_cycles, fill_drain_cycles, stall_cycles;

`define AMPA_PORTS \
    .clk_i              (clk), \
    .rst_ni             (rst_n), \
    .start_i            (start), \
    .start_ready_o      (start_ready), \
    .clear_counters_i   (1'b1), \
    .a_bits_i           (a_bits), \
    .b_bits_i           (b_bits), \
    .a_kind_i           (a_kind), \
    .b_kind_i           (b_kind), \
    .steps_i            (steps), \
    .last_lanes_i       (Lanes[5:0]), \
    .rows_i             (rows), \
    .cols_i             (cols), \
    .busy_o             (busy), \
    .error_o            (error), \
    .operand_ready_o    (operand_ready), \
    .a_step_o           (a_step), \
    .b_step_o           (b_step), \
    .operand_valid_i    (valid), \
    .a_words_i          (a_words), \
    .b_words_i          (b_words), \
    .result_valid_o     (result_valid), \
    .result_ready_i     (ready), \
    .results_o          (results), \
    .overflow_o         (overflow), \
    .compute_cycles_o   (compute_cycles), \
    .fill_drain_cycles_o(fill_drain_cycles), \
    .stall_cycles_o     (stall_cycles)

`ifdef AMPA_NETLIST
  `AMPA_NETLIST u_array (
    `AMPA_PORTS
  );
`else
  generate
    if (Packed != 0) begin : gen_packed
      ampa_packed_array #(
        .Element(Element),
        .Rows   (Rows),
        .Cols   (Cols)
      ) u_array (
        `AMPA_PORTS
      );
    end else begin : gen_grid
      ampa_grid_array #(
        .Element(Element),
        .Rows   (Rows),
        .Cols   (Cols)
      ) u_array (
        `AMPA_PORTS
      );
    end
  endgenerate
`endif

  integer failures = 0, tiles = 0;

  // The tiles of a run, and its formats.
  integer tile_rows [0:MostTiles-1], tile_cols [0:MostTiles-1], tile_steps [0:MostTiles-1];
  integer num_tiles = 0;
  reg [3:0] run_bits = 4'd8;
  reg [1:0] run_signs = 2'd0;

  task add_tile(input integer num_rows, input integer num_cols, input integer num_steps);
    begin
      tile_rows[num_tiles]  = num_rows;
      tile_cols[num_tiles]  = num_cols;
      tile_steps[num_tiles] = num_steps;
      num_tiles = num_tiles + 1;
    end
  endtask

  // The operand of a tile, side 0 (A) or 1 (B), row or column, k, as its kind says.
  function integer operand(input integer tile, input integer side, input integer line, input integer k);
    integer code;
    begin
      code    = (tile * 23 + side * 89 + line * 31 + k * 57 + (k >> 3) * 13 + 7) & ((1 << run_bits) - 1);
      operand = (run_signs[side] && code >> (run_bits - 1) != 0) ? code - (1 << run_bits) : code;
    end
  endfunction

  task offer(input integer tile);
    integer line, lane, digit;
    reg [31:0] code;
    begin
      // A multiplication with an unknown bit is unknown altogether, also where only fields that are not in use depend on it.
      a_words = Packed != 0 ? {AWords * Rows{32'h5a97c381}} : {32 * AWords * Rows{1'bx}};
      b_words = Packed != 0 ? {BWords * Cols{32'h80e17b6c}} : {32 * BWords * Cols{1'bx}};
      for (line = 0; line < tile_rows[tile]; line = line + 1)
        for (lane = 0; lane < Lanes; lane = lane + 1)
          if (IsSerial) begin
            code  = operand(tile, 0, line, (a_step >> 2) * Lanes + lane);
            digit = 3 - (a_step & 3);
            code  = {code[30:0], 1'b0} >> (2 * digit);
            a_words[32*AWords*line + 4*lane +: 4] = {1'b0, code[2:0]};
          end else begin
            code = operand(tile, 0, line, a_step * Lanes + lane);
            a_words[32*AWords*line + 8*lane +: 8] = code[7:0];
          end
      for (line = 0; line < tile_cols[tile]; line = line + 1)
        for (lane = 0; lane < Lanes; lane = lane + 1) begin
          code = operand(tile, 1, line, b_step * Lanes + lane);
          b_words[32*BWords*line + 8*lane +: 8] = code[7:0];
        end
    end
  endtask

  task check_row(input integer tile, input integer row);
    integer c, k, expected;
    begin
      for (c = 0; c < tile_cols[tile]; c = c + 1) begin
        expected = 0;
        for (k = 0; k < tile_steps[tile] * Lanes; k = k + 1)
          expected = expected + operand(tile, 0, row, k) * operand(tile, 1, c, k);
        if (results[32*c +: 32] !== expected) begin
          failures = failures + 1;
          $display("FAIL tile %0d row %0d column %0d: expected %0d, found %0d", tile, row, c, expected, $signed(results[32*c +: 32]));
        end
      end
    end
  endtask

  // What the counters say of a run of which no start came late.
  task check_cycles(input integer edges);
    integer t, feed, compute, fill_drain;
    begin
      compute    = 0;
      fill_drain = Latency + tile_rows[num_tiles-1];
      for (t = 0; t < num_tiles; t = t + 1) begin
        feed    = tile_steps[t] * (IsSerial ? 4 : 1);
        compute = compute + feed;
        if (t > 0 && tile_rows[t-1] > feed) fill_drain = fill_drain + tile_rows[t-1] - feed;
      end
      if (compute_cycles !== compute || fill_drain_cycles !== fill_drain || stall_cycles !== edges - compute - fill_drain) begin
        failures = failures + 1;
        $display("FAIL %0d tiles in %0d cycles: expected %0d compute and %0d fill/drain cycles, found %0d, %0d and %0d stalls",
                 num_tiles, edges, compute, fill_drain, compute_cycles, fill_drain_cycles, stall_cycles);
      end
    end
  endtask

  // Operands are offered in one of stall + 1 cycles, results taken in one of held + 1; starts come when they can be taken or, if is_late, seldom.
  task run(input [1:0] signs, input [3:0] bits, input integer stall, input integer held, input is_late);
    integer started, fed, word, drained, row, cycle;
    reg is_wrong;
    begin
      is_wrong  = 1'b0;
      run_signs = signs;
      run_bits  = bits;
      started   = 0;
      fed       = 0;
      word      = 0;
      drained   = 0;
      row       = 0;
      cycle     = 0;
      while ((started < num_tiles || busy !== 1'b0) && cycle < 3000) begin
        start = started < num_tiles && start_ready === 1'b1 && (!is_late || cycle % 17 == 0);
        // Of a start within a run formats are not looked at.
        a_bits = busy === 1'b0 ? bits : 4'bx;
        b_bits = busy === 1'b0 ? bits : 4'bx;
        a_kind = busy === 1'b0 ? {1'b0, signs[0]} : 2'bx;
        b_kind = busy === 1'b0 ? {1'b0, signs[1]} : 2'bx;
        rows   = start ? tile_rows[started] : 16'bx;
        cols   = start ? tile_cols[started] : 16'bx;
        steps  = start ? tile_steps[started] : 32'bx;
        if (start) begin
          started  = started + 1;
          is_wrong = 1'b0;
        end else if (busy === 1'b1 && start_ready === 1'b1 && cycle % 7 == 3) begin
          // A start that is refused changes nothing for the tiles before and behind it.
          is_wrong = 1'b1;
          start    = 1'b1;
          rows     = cycle % 2 == 0 ? 16'd0 : 16'd1;
          cols     = cycle % 2 == 0 ? 16'd1 : 16'd7;
          steps    = 32'd1;
        end
        valid = cycle % (stall + 1) == stall;
        ready = cycle % (held + 1) == held;
        if (operand_ready && valid) begin
          offer(fed);
          word = word + 1;
          if (word == tile_steps[fed] * (IsSerial ? 4 : 1)) begin
            word = 0;
            fed  = fed + 1;
          end
        end
        #1;
        if (result_valid && ready) begin
          check_row(drained, row);
          row = row + 1;
          if (row == tile_rows[drained]) begin
            row     = 0;
            drained = drained + 1;
          end
        end
        clock;
        cycle = cycle + 1;
        if (error !== is_wrong) begin
          failures = failures + 1;
          $display("FAIL cycle %0d of a run: expected error %b, found %b", cycle, is_wrong, error);
        end
      end
      start  = 1'b0;
      valid  = 1'b0;
      a_bits = 4'd8;
      b_bits = 4'd8;
      a_kind = 2'd0;
      b_kind = 2'd0;
      if (drained != num_tiles || overflow !== 1'b0) begin
        failures = failures + 1;
        $display("FAIL %0d tiles of %0d, overflow %b", drained, num_tiles, overflow);
      end
      if (!is_late) check_cycles(cycle);
      tiles     = tiles + num_tiles;
      num_tiles = 0;
    end
  endtask

  task refuse(input [15:0] num_rows, input [15:0] num_cols, input [31:0] num_steps, input [3:0] bits);
    begin
      rows   = num_rows;
      cols   = num_cols;
      steps  = num_steps;
      a_bits = bits;
      start  = 1'b1;
      clock;
      start  = 1'b0;
      a_bits = 4'd8;
      if (error !== 1'b1 || busy !== 1'b0) begin
        failures = failures + 1;
        $display("FAIL %0d x %0d, %0d steps, %0d bits: expected an error, found %b, busy %b", num_rows, num_cols, num_steps, bits,
                 error, busy);
      end
    end
  endtask

  task clock;
    begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
      #1;
    end
  endtask

  integer signs, stall, held;

  initial begin
    clock;
    clock;
    rst_n = 1'b1;
    clock;
    for (signs = 0; signs < 4; signs = signs + 1)
      for (stall = 0; stall < 3; stall = stall + 1)
        for (held = 0; held < 10; held = held * 2 + 1) begin
          add_tile(2, 3, 3);
          add_tile(2, 2, 4);
          add_tile(1, 1, 1);
          add_tile(2, 1, 5);
          add_tile(2, 2, 1);
          add_tile(2, 3, 1);
          add_tile(1, 3, 1);
          add_tile(1, 2, 2);
          add_tile(2, 3, 1);
          run(signs[1:0], 4'd8, stall, held, 1'b0);
          add_tile(1, 2, 1);
          run(signs[1:0], 4'd8, stall, held, 1'b0);
          if (HasPairs) begin
            add_tile(2, 6, 4);
            add_tile(2, 3, 3);
            add_tile(2, 3, 1);
            add_tile(1, 5, 1);
            add_tile(2, 6, 2);
            run(signs[1:0], 4'd4, stall, held, 1'b0);
          end
        end
    // More rows of one step than the buffers hold, while nothing is taken.
    for (held = 0; held < MostTiles; held = held + 1) add_tile(2, 3, 1);
    run(2'd2, 4'd8, 0, 60, 1'b0);
    // Starts that come while a tile is fed, while its rows leave, and after they have left.
    for (held = 1; held < 9; held = held + 1) add_tile(1 + held % 2, 1 + held % 3, held);
    run(2'd1, 4'd8, 0, 1, 1'b1);
    refuse(16'd0, 16'd1, 32'd1, 4'd8);
    refuse(16'd3, 16'd1, 32'd1, 4'd8);
    refuse(16'd1, 16'd0, 32'd1, 4'd8);
    refuse(16'd1, 16'd4, 32'd1, 4'd8);
    refuse(16'd1, 16'd1, 32'd0, 4'd8);
    refuse(16'd1, 16'd1, 32'd1, 4'd0);
    refuse(16'd1, 16'd1, 32'd1, 4'd9);
    if (Packed != 0) refuse(16'd1, 16'd1, 32'd1024, 4'd8);
    add_tile(2, 3, 2);
    run(2'd1, 4'd8, 0, 0, 1'b0);
    if (failures == 0) $display("PASS %0d tiles", tiles);
    $finish;
  end

endmodule

`default_nettype wire
