// Which groups of a gradient are kept in one-bit training (AQ): the FP32 elements of a tensor go in, and for each group
// whether it is kept and with which probability come out. ampa_group_absmax, ampa_range_sort and ampa_keep_groups; rules G1,
// G2 and G4 of the numerics contract.
//
// Elements are marked as ampa_group_absmax has it, the choice is as ampa_keep_groups has it. One tensor at a time: elements
// of the next one are taken when the last group of the one before has left. If an element is an infinity or a NaN,
// finite_o is low for all groups (rule D3), and the others decide.
//
// What is left to whoever reads the result: the scale of a kept group, of its range and q by rule G3.
//
// Parameters: GroupBits, 1 to 16: up to 2^GroupBits groups; RoundsPerCycle of ampa_philox, 1, 2, 5 or 10.
// Ranges: 1 <= count <= 2^GroupBits, the same with all elements of a tensor; each group has had an element before the last
// one has passed.
// Timing: N groups of E elements that come without a pause take E + 74 N + 34 cycles from the first element in to the last
// group out, with the rule "top" E + 35 N + 34.
`default_nettype none

module ampa_group_pruning #(
  parameter GroupBits      = 9,
  parameter RoundsPerCycle = 1
) (
  input  wire               clk_i,
  input  wire               rst_ni,
  input  wire               in_valid_i,
  output wire               in_ready_o,
  input  wire [31:0]        in_data_i,
  input  wire [GroupBits:0] in_count_i,   // groups of the tensor
  input  wire               in_turn_i,    // the last element of a group before the next one has its turn
  input  wire               in_last_i,
  input  wire               in_top_i,     // read with the last element of a tensor, and so are the next four
  input  wire [1:0]         in_shift_i,   // one group in 2^shift is kept
  input  wire [63:0]        in_seed_i,
  input  wire [31:0]        in_step_i,
  input  wire [31:0]        in_tensor_i,
  output wire               out_valid_o,
  input  wire               out_ready_i,
  output wire               out_keep_o,
  output wire [32:0]        out_probability_q32_o,
  output wire               out_finite_o,
  output wire               out_last_o
);

  // The configuration of the tensor whose groups are chosen.
  reg        busy_q;  // its elements are all there, its groups have not all left
  reg        top_q, finite_q;
  reg [1:0]  shift_q;
  reg [63:0] seed_q;
  reg [31:0] step_q, tensor_q;

  wire                 absmax_ready, absmax_valid, absmax_finite, absmax_last, sort_ready;
  wire [31:0]          absmax;
  wire                 sorted_valid, sorted_last, keep_ready;
  wire [31:0]          sorted_range;
  wire [GroupBits-1:0] sorted_group, sorted_rank;

  assign in_ready_o   = absmax_ready && !busy_q;
  assign out_finite_o = finite_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_config
    if (!rst_ni) begin
      busy_q   <= 1'b0;
      top_q    <= 1'b0;
      finite_q <= 1'b1;
      shift_q  <= 2'd0;
      seed_q   <= 64'd0;
      step_q   <= 32'd0;
      tensor_q <= 32'd0;
    end else begin
      if (in_valid_i && in_ready_o && in_last_i) begin
        busy_q   <= 1'b1;
        top_q    <= in_top_i;
        shift_q  <= in_shift_i;
        seed_q   <= in_seed_i;
        step_q   <= in_step_i;
        tensor_q <= in_tensor_i;
      end else if (out_valid_o && out_ready_i && out_last_o) begin
        busy_q <= 1'b0;
      end
      if (absmax_valid) finite_q <= absmax_finite;
    end
  end

  ampa_group_absmax #(
    .GroupBits(GroupBits)
  ) u_absmax (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (in_valid_i && !busy_q),
    .in_ready_o  (absmax_ready),
    .in_data_i   (in_data_i),
    .in_count_i  (in_count_i),
    .in_turn_i   (in_turn_i),
    .in_last_i   (in_last_i),
    .out_valid_o (absmax_valid),
    .out_ready_i (sort_ready),
    .out_absmax_o(absmax),
    .out_finite_o(absmax_finite),
    .out_last_o  (absmax_last)
  );

  ampa_range_sort #(
    .GroupBits(GroupBits)
  ) u_sort (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (absmax_valid),
    .in_ready_o (sort_ready),
    .in_range_i (absmax),
    .in_last_i  (absmax_last),
    .out_valid_o(sorted_valid),
    .out_ready_i(keep_ready),
    .out_range_o(sorted_range),
    .out_group_o(sorted_group),
    .out_rank_o (sorted_rank),
    .out_last_o (sorted_last)
  );

  ampa_keep_groups #(
    .GroupBits     (GroupBits),
    .RoundsPerCycle(RoundsPerCycle)
  ) u_keep (
    .clk_i                (clk_i),
    .rst_ni               (rst_ni),
    .in_valid_i           (sorted_valid),
    .in_ready_o           (keep_ready),
    .in_range_i           (sorted_range),
    .in_group_i           (sorted_group),
    .in_rank_i            (sorted_rank),
    .in_last_i            (sorted_last),
    .in_top_i             (top_q),
    .in_shift_i           (shift_q),
    .in_seed_i            (seed_q),
    .in_step_i            (step_q),
    .in_tensor_i          (tensor_q),
    .out_valid_o          (out_valid_o),
    .out_ready_i          (out_ready_i),
    .out_keep_o           (out_keep_o),
    .out_probability_q32_o(out_probability_q32_o),
    .out_last_o           (out_last_o)
  );

endmodule

`default_nettype wire
