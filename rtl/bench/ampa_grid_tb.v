// Four-state simulation of whole tiles of a grid, of data that the bench adds up itself: an unknown in a result is a register that
// should have been set. Also what is refused. Element is a number of ampa_element_table.vh or, with Packed 1, of ampa_packed_table.vh.
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

  reg                       clk = 1'b0, rst_n = 1'b0, start = 1'b0, valid = 1'b0, ready = 1'b0;
  reg  [15:0]               rows = 16'd0, cols = 16'd0;
  reg  [31:0]               steps = 32'd0;
  reg  [1:0]                a_kind = 2'd0, b_kind = 2'd0;
  reg  [3:0]                a_bits = 4'd8, b_bits = 4'd8;
  reg  [32*AWords*Rows-1:0] a_words;
  reg  [32*BWords*Cols-1:0] b_words;
  wire                      busy, error, operand_ready, result_valid, overflow;
  wire [31:0]               a_step, b_step;
  wire [32*Cols-1:0]        results;

`define AMPA_PORTS \
    .clk_i              (clk), \
    .rst_ni             (rst_n), \
    .start_i            (start), \
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
    .compute_cycles_o   (), \
    .fill_drain_cycles_o(), \
    .stall_cycles_o     ()

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

  // The operand of side 0 (A) or 1 (B), row or column, k, as its kind says.
  function integer operand(input integer side, input integer line, input integer k, input is_signed);
    integer code;
    begin
      code    = (side * 89 + line * 31 + k * 57 + (k >> 3) * 13 + 7) & ((1 << a_bits) - 1);
      operand = (is_signed && code >> (a_bits - 1) != 0) ? code - (1 << a_bits) : code;
    end
  endfunction

  task offer;
    integer line, lane, digit;
    reg [31:0] code;
    begin
      // A multiplication with an unknown bit is unknown altogether, also where only fields that are not in use depend on it.
      a_words = Packed != 0 ? {AWords * Rows{32'h5a97c381}} : {32 * AWords * Rows{1'bx}};
      b_words = Packed != 0 ? {BWords * Cols{32'h80e17b6c}} : {32 * BWords * Cols{1'bx}};
      for (line = 0; line < rows; line = line + 1)
        for (lane = 0; lane < Lanes; lane = lane + 1)
          if (IsSerial) begin
            code  = operand(0, line, (a_step >> 2) * Lanes + lane, a_kind[0]);
            digit = 3 - (a_step & 3);
            code  = {code[30:0], 1'b0} >> (2 * digit);
            a_words[32*AWords*line + 4*lane +: 4] = {1'b0, code[2:0]};
          end else begin
            code = operand(0, line, a_step * Lanes + lane, a_kind[0]);
            a_words[32*AWords*line + 8*lane +: 8] = code[7:0];
          end
      for (line = 0; line < cols; line = line + 1)
        for (lane = 0; lane < Lanes; lane = lane + 1) begin
          code = operand(1, line, b_step * Lanes + lane, b_kind[0]);
          b_words[32*BWords*line + 8*lane +: 8] = code[7:0];
        end
    end
  endtask

  task check_row(input integer row);
    integer c, k, expected;
    begin
      for (c = 0; c < cols; c = c + 1) begin
        expected = 0;
        for (k = 0; k < steps * Lanes; k = k + 1)
          expected = expected + operand(0, row, k, a_kind[0]) * operand(1, c, k, b_kind[0]);
        if (results[32*c +: 32] !== expected) begin
          failures = failures + 1;
          $display("FAIL row %0d column %0d: expected %0d, found %0d", row, c, expected, $signed(results[32*c +: 32]));
        end
      end
    end
  endtask

  // Operands of four bits, twice the columns.
  task run_narrow(input [15:0] num_cols, input [31:0] num_steps, input [1:0] signs, input integer stall);
    begin
      a_bits = 4'd4;
      b_bits = 4'd4;
      run_tile(16'd2, num_cols, num_steps, signs, stall);
      a_bits = 4'd8;
      b_bits = 4'd8;
    end
  endtask

  task run_tile(input [15:0] num_rows, input [15:0] num_cols, input [31:0] num_steps, input [1:0] signs, input integer stall);
    integer row, cycle;
    begin
      rows   = num_rows;
      cols   = num_cols;
      steps  = num_steps;
      a_kind = {1'b0, signs[0]};
      b_kind = {1'b0, signs[1]};
      start  = 1'b1;
      clock;
      start = 1'b0;
      row   = 0;
      cycle = 0;
      while (busy !== 1'b0 && cycle < 2000) begin
        valid = cycle % (stall + 1) == stall;
        ready = cycle % (stall + 2) == 1;
        if (operand_ready && valid) offer;
        #1;
        if (result_valid && ready) begin
          check_row(row);
          row = row + 1;
        end
        clock;
        cycle = cycle + 1;
      end
      valid = 1'b0;
      if (row !== {16'd0, num_rows} || overflow !== 1'b0 || error !== 1'b0) begin
        failures = failures + 1;
        $display("FAIL %0d rows of %0d, overflow %b, error %b", row, num_rows, overflow, error);
      end
      tiles = tiles + 1;
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

  integer signs, stall;

  initial begin
    clock;
    clock;
    rst_n = 1'b1;
    clock;
    for (signs = 0; signs < 4; signs = signs + 1)
      for (stall = 0; stall < 3; stall = stall + 1) begin
        run_tile(16'd2, 16'd3, 32'd3, signs[1:0], stall);
        run_tile(16'd1, 16'd1, 32'd1, signs[1:0], stall);
        run_tile(16'd2, 16'd1, 32'd5, signs[1:0], stall);
        if (HasPairs) begin
          run_narrow(16'd6, 32'd4, signs[1:0], stall);
          run_narrow(16'd3, 32'd1, signs[1:0], stall);
        end
      end
    refuse(16'd0, 16'd1, 32'd1, 4'd8);
    refuse(16'd3, 16'd1, 32'd1, 4'd8);
    refuse(16'd1, 16'd0, 32'd1, 4'd8);
    refuse(16'd1, 16'd4, 32'd1, 4'd8);
    refuse(16'd1, 16'd1, 32'd0, 4'd8);
    refuse(16'd1, 16'd1, 32'd1, 4'd0);
    refuse(16'd1, 16'd1, 32'd1, 4'd9);
    if (Packed != 0) refuse(16'd1, 16'd1, 32'd1024, 4'd8);
    run_tile(16'd2, 16'd3, 32'd2, 2'd1, 0);
    if (failures == 0) $display("PASS %0d tiles", tiles);
    $finish;
  end

endmodule

`default_nettype wire
