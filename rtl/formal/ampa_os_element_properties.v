// The element of an output-stationary array follows the rule of ampa_accumulator: an array of 1 x 1 beside the int8
// processing element as a module, which has its accumulator, and registers for what is on the way to it.
//
// proofs.json puts a product of all 32 bits into both, words as they are and a ^ b: then products are any numbers, also those
// that overflow, and what is shown does not depend on the kind of the element.
// Timing: a property that is violated in a cycle raises its output in that cycle. A reset may come at any time; inputs are
// any, formats that the element does not run and operands that are not offered included.
`default_nettype none

module ampa_os_element_properties (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        start_i,
  input  wire        clear_counters_i,
  input  wire [3:0]  a_bits_i,
  input  wire [3:0]  b_bits_i,
  input  wire [1:0]  a_kind_i,
  input  wire [1:0]  b_kind_i,
  input  wire [31:0] steps_i,
  input  wire [5:0]  last_lanes_i,
  input  wire        operand_valid_i,
  input  wire [31:0] a_words_i,
  input  wire [31:0] b_words_i,
  input  wire        result_ready_i,
  output wire        sum_fail_o,      // the sum of the array's element is that of the module
  output wire        overflow_fail_o  // the flag has risen with the module's in any tile since it was cleared
);

  localparam Pe         = 0;
  localparam Fast       = 0;
  localparam Lanes      = 32;
  localparam CountWidth = 8;
  localparam StepWidth  = 4;

  reg  started_q = 1'b0;
  wire rst_n     = rst_ni && started_q;
  always @(posedge clk_i) started_q <= 1'b1;

  wire [31:0] results;
  wire        overflow;

  ampa_os_array #(
    .Pe        (Pe),
    .Fast      (Fast),
    .Rows      (1),
    .Cols      (1),
    .Lanes     (Lanes),
    .CountWidth(CountWidth),
    .StepWidth (StepWidth)
  ) u_array (
    .clk_i              (clk_i),
    .rst_ni             (rst_n),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .a_bits_i           (a_bits_i),
    .b_bits_i           (b_bits_i),
    .a_kind_i           (a_kind_i),
    .b_kind_i           (b_kind_i),
    .steps_i            (steps_i),
    .last_lanes_i       (last_lanes_i),
    .rows_i             (16'd1),
    .cols_i             (16'd1),
    .busy_o             (),
    .operand_ready_o    (),
    .a_step_o           (),
    .b_step_o           (),
    .operand_valid_i    (operand_valid_i),
    .a_words_i          (a_words_i),
    .b_words_i          (b_words_i),
    .result_valid_o     (),
    .result_ready_i     (result_ready_i),
    .results_o          (results),
    .overflow_o         (overflow),
    .compute_cycles_o   (),
    .fill_drain_cycles_o(),
    .stall_cycles_o     ()
  );

  // The same control and formats once more, and the way of a word: edge, element.
  wire         begin_tile, enter, move, last_step;
  wire [2:0]   a_plane, b_plane;
  wire [3:0]   a_planes, b_planes;
  wire [127:0] tile_config;
  wire [31:0]  a_word, b_word;
  wire [15:0]  a_side, b_side;
  reg  [127:0] config_q;
  reg  [5:0]   last_lanes_q;
  reg  [31:0]  a_edge_q, b_edge_q, a_q, b_q;
  reg  [15:0]  a_side_edge_q, b_side_edge_q, a_side_q, b_side_q;

  ampa_formats #(
    .Pe   (Pe),
    .Fast (Fast),
    .Lanes(Lanes)
  ) u_formats (
    .a_bits_i     (a_bits_i),
    .b_bits_i     (b_bits_i),
    .a_kind_i     (a_kind_i),
    .b_kind_i     (b_kind_i),
    .supported_o  (),
    .macs_o       (),
    .a_container_o(),
    .b_container_o(),
    .a_planes_o   (a_planes),
    .b_planes_o   (b_planes),
    .config_o     (tile_config)
  );

  ampa_os_control #(
    .CountWidth(CountWidth),
    .StepWidth (StepWidth)
  ) u_control (
    .clk_i              (clk_i),
    .rst_ni             (rst_n),
    .start_i            (start_i),
    .clear_counters_i   (clear_counters_i),
    .steps_i            (steps_i),
    .a_planes_i         (a_planes),
    .b_planes_i         (b_planes),
    .rows_i             (16'd1),
    .cols_i             (16'd1),
    .operand_valid_i    (operand_valid_i),
    .result_ready_i     (result_ready_i),
    .busy_o             (),
    .begin_o            (begin_tile),
    .enter_o            (enter),
    .move_o             (move),
    .drain_o            (),
    .shift_o            (),
    .a_step_o           (),
    .b_step_o           (),
    .a_plane_o          (a_plane),
    .b_plane_o          (b_plane),
    .last_step_o        (last_step),
    .rows_o             (),
    .cols_o             (),
    .operand_ready_o    (),
    .compute_cycles_o   (),
    .fill_drain_cycles_o(),
    .stall_cycles_o     ()
  );

  ampa_pe_edge #(
    .Pe   (Pe),
    .Fast (Fast),
    .Lanes(Lanes)
  ) u_edge (
    .config_i (config_q),
    .lanes_i  (last_step ? last_lanes_q : 6'd32),
    .a_plane_i(a_plane),
    .b_plane_i(b_plane),
    .a_word_i (a_words_i),
    .b_word_i (b_words_i),
    .a_o      (a_word),
    .b_o      (b_word),
    .a_side_o (a_side),
    .b_side_o (b_side)
  );

  always @(posedge clk_i or negedge rst_n) begin : p_way
    if (!rst_n) begin
      config_q     <= 128'd0;
      last_lanes_q <= 6'd0;
      {a_edge_q, b_edge_q, a_side_edge_q, b_side_edge_q} <= 96'd0;
      {a_q, b_q, a_side_q, b_side_q} <= 96'd0;
    end else if (begin_tile) begin
      config_q     <= tile_config;
      last_lanes_q <= last_lanes_i;
      {a_edge_q, b_edge_q, a_side_edge_q, b_side_edge_q} <= 96'd0;
      {a_q, b_q, a_side_q, b_side_q} <= 96'd0;
    end else if (move) begin
      {a_edge_q, b_edge_q, a_side_edge_q, b_side_edge_q} <= enter ? {a_word, b_word, a_side, b_side} : 96'd0;
      {a_q, b_q, a_side_q, b_side_q} <= {a_edge_q, b_edge_q, a_side_edge_q, b_side_edge_q};
    end
  end

  wire [31:0] acc;
  wire        acc_overflow;

  ampa_int8_pe u_pe (
    .clk_i     (clk_i),
    .rst_ni    (rst_n),
    .clear_i   (begin_tile),
    .enable_i  (move),
    .config_i  (config_q),
    .a_i       (a_q),
    .b_i       (b_q),
    .a_side_i  (a_side_q),
    .b_side_i  (b_side_q),
    .product_o (),
    .acc_o     (acc),
    .overflow_o(acc_overflow)
  );

  // The module's flag is that of one tile; the array's stays until a tile begins that clears it.
  reg earlier_q;
  always @(posedge clk_i or negedge rst_n) begin : p_earlier
    if (!rst_n) earlier_q <= 1'b0;
    else if (begin_tile) earlier_q <= (earlier_q || acc_overflow) && !clear_counters_i;
  end

  assign sum_fail_o      = started_q && results != acc;
  assign overflow_fail_o = started_q && overflow != (earlier_q || acc_overflow);

endmodule

`default_nettype wire
