// Which groups of a tensor are kept, of their ranges in order: rules G1, G2 and G4 of the numerics contract.
//
// In come the ranges as ampa_range_sort returns them, the smallest first; out go the groups in ascending order, each with
// q, its probability in units of 2^-32, and whether it is kept. Of one in k = 2^in_shift_i groups, "sampled" shares the
// budget N / k in proportion to the ranges, those that would have more than 1 having 1, and draws; "top" (in_top_i) keeps
// the N / k largest, at least one, with q = 2^32, and draws nothing. Ranges below 2^-100 have q = 0.
//
// While words come in from the smallest up, their sum is that of the ranges from a rank on, and budget * R >= sum says
// whether this rank could be certain. The smallest rank that could not is the first that shares: all before it are certain,
// and it sets sum and budget for those that share.
//
// Parameters: GroupBits, 1 to 16: up to 2^GroupBits groups; RoundsPerCycle of ampa_philox, 1, 2, 5 or 10.
// Ranges: ranges are finite FP32 numbers >= 0; groups and ranks of a tensor are each a permutation of 0 .. N - 1, ranks
// falling.
// Timing: sampled, ranges go in every 5 cycles and groups come out every 37; top, they go in in every cycle and come out
// every 2. N groups without a pause take 42 N + 1 cycles from the first range in to the last group out, with top 3 N + 1.
`default_nettype none

module ampa_keep_groups #(
  parameter GroupBits      = 9,
  parameter RoundsPerCycle = 1
) (
  input  wire                 clk_i,
  input  wire                 rst_ni,
  input  wire                 in_valid_i,
  output wire                 in_ready_o,
  input  wire [31:0]          in_range_i,
  input  wire [GroupBits-1:0] in_group_i,
  input  wire [GroupBits-1:0] in_rank_i,
  input  wire                 in_last_i,
  input  wire                 in_top_i,    // read with the first word of a tensor, and so are the next four
  input  wire [1:0]           in_shift_i,
  input  wire [63:0]          in_seed_i,
  input  wire [31:0]          in_step_i,
  input  wire [31:0]          in_tensor_i,
  output wire                 out_valid_o,
  input  wire                 out_ready_i,
  output wire                 out_keep_o,
  output wire [32:0]          out_probability_q32_o,
  output wire                 out_last_o
);

  localparam [2:0] TAKE    = 3'd0;
  localparam [2:0] ADD     = 3'd1;  // the range to the sum
  localparam [2:0] PRODUCT = 3'd2;  // of budget and range
  localparam [2:0] ALIGN   = 3'd3;  // product and sum
  localparam [2:0] COMPARE = 3'd4;
  localparam [2:0] READ    = 3'd5;  // range and rank of a group
  localparam [2:0] START   = 3'd6;  // its division
  localparam [2:0] OFFER   = 3'd7;  // once it and the draw are done

  localparam [32:0]        Certain = 33'h1_0000_0000;
  localparam [7:0]         MinRangeExponent = 8'd27;  // 2^-100
  localparam [GroupBits:0] None    = 0;
  localparam [GroupBits:0] One     = 1;

  reg [2:0]             state_q;
  reg                   begin_q;       // the next word is the first of a tensor
  reg                   last_q;        // the word at work is the last of the tensor
  reg                   top_q;
  reg [1:0]             shift_q;
  reg [GroupBits:0]     count_q;       // groups of the tensor
  reg [GroupBits-1:0]   rank_q;        // of the word at work
  reg [30:0]            range_q;
  reg [GroupBits:0]     first_q;       // the first rank that shares, so far
  reg [GroupBits:0]     share_q;       // the budget of those that share, in units of 1 / k
  reg [8:0]             share_exponent_q;     // the sum of their ranges
  reg [52:0]            share_significand_q;
  reg [GroupBits:0]     group_q;       // to leave next
  reg [15:0]            low_draw_q;    // the lower half of its random bits
  reg                   has_low_draw_q;
  reg [GroupBits+30:0]  memory [0:(1<<GroupBits)-1];
  reg [GroupBits+30:0]  read_q;        // {rank, range} of group_q

  // In: the range, 0 if it is below 2^-100.
  wire               take     = in_valid_i && state_q == TAKE;
  wire               is_top   = begin_q ? in_top_i : top_q;
  wire [30:0]        range    = in_range_i[30:23] < MinRangeExponent ? 31'd0 : in_range_i[30:0];
  wire [GroupBits:0] count    = begin_q ? {1'b0, in_rank_i} + One : count_q;

  // The budget N / k - rank in units of 1 / k. Where it is below 1, budget * R is below R and so below the sum; where it is
  // negative, and the product means nothing, a smaller rank whose budget is between 0 and 1 follows.
  wire [GroupBits+3:0] taken  = {4'd0, rank_q} << shift_q;
  wire [GroupBits+3:0] budget = {3'd0, count_q} - taken;

  wire        is_sharing = state_q == START;
  wire [30:0] factor_of  = is_sharing ? read_q[30:0] : range_q;
  wire        is_normal  = factor_of[30:23] != 8'd0;
  wire [8:0]  sum_exponent;
  wire [52:0] sum_significand;
  wire        at_least_one, is_divided;
  wire [31:0] quotient;
  wire        is_adding  = state_q == TAKE || state_q == ADD || state_q == PRODUCT || state_q == ALIGN ||
                           state_q == COMPARE;

  ampa_fp64_sum u_sum (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .clear_i      (take && begin_q),
    .add_i        (state_q == ADD),
    .exponent_i   (range_q[30:23]),
    .significand_i({range_q[30:23] != 8'd0, range_q[22:0]}),
    .exponent_o   (sum_exponent),
    .significand_o(sum_significand)
  );

  ampa_ratio_q32 #(
    .FactorWidth(GroupBits + 1)
  ) u_ratio (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .start_i          (state_q == PRODUCT || state_q == START),
    .factor_i         (is_sharing ? share_q : budget[GroupBits:0]),
    .shift_i          (shift_q),
    .exponent_i       (factor_of[30:23]),
    .significand_i    ({is_normal, factor_of[22:0]}),
    .sum_exponent_i   (is_adding ? sum_exponent : share_exponent_q),
    .sum_significand_i(is_adding ? sum_significand : share_significand_q),
    .at_least_one_o   (at_least_one),
    .done_o           (is_divided),
    .quotient_o       (quotient)
  );

  // The 32 bits of group i are those of elements 2 i and 2 i + 1 of a stream of 16-bit numbers (rules R3 and R4).
  wire        random_ready, random_valid, random_last;
  wire [15:0] random;
  wire        is_offered, out_ready;
  wire        draw_low  = !has_low_draw_q && random_valid;
  wire        draw_high = is_offered && out_ready && !top_q;

  ampa_random_stream #(
    .RoundsPerCycle(RoundsPerCycle)
  ) u_random (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (take && begin_q && !in_top_i),
    .in_ready_o  (random_ready),
    .in_seed_i   (in_seed_i),
    .in_step_i   (in_step_i),
    .in_tensor_i (in_tensor_i),
    .in_first_i  (64'd0),
    .in_count_i  ({{(62-GroupBits){1'b0}}, count, 1'b0}),
    .out_valid_o (random_valid),
    .out_ready_i (draw_low || draw_high),
    .out_random_o(random),
    .out_last_o  (random_last)
  );

  // Out: certain ones, those whose range is 0, and those that share.
  wire [GroupBits-1:0] rank       = read_q[GroupBits+30:31];
  wire [GroupBits:0]   whole      = count_q >> shift_q;
  wire [GroupBits:0]   num_kept   = whole == None ? One : whole;
  wire                 is_nothing = read_q[30:0] == 31'd0;
  wire                 is_certain = {1'b0, rank} < (top_q ? num_kept : first_q);
  wire [32:0]          shared     = top_q ? 33'd0 : {1'b0, quotient};
  wire [32:0]          probability = is_nothing ? 33'd0 : is_certain ? Certain : shared;
  wire                 is_drawn   = {1'b0, random, low_draw_q} < probability;
  wire                 keep       = top_q ? probability != 33'd0 : is_drawn;
  wire                 is_last    = group_q == count_q - One;

  assign in_ready_o = state_q == TAKE;
  assign is_offered = state_q == OFFER && (top_q || (is_divided && has_low_draw_q && random_valid));

  ampa_stream_register #(
    .Width(35)
  ) u_group (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .in_valid_i (is_offered),
    .in_ready_o (out_ready),
    .in_data_i  ({is_last, keep, probability}),
    .out_valid_o(out_valid_o),
    .out_ready_i(out_ready_i),
    .out_data_o ({out_last_o, out_keep_o, out_probability_q32_o})
  );

  always @(posedge clk_i) begin : p_memory
    if (take) memory[in_group_i] <= {in_rank_i, range};
    if (state_q == READ) read_q <= memory[group_q[GroupBits-1:0]];
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q <= TAKE;
      begin_q <= 1'b1;
      last_q  <= 1'b0;
      group_q <= None;
    end else begin
      case (state_q)
        TAKE: begin
          if (take) begin
            begin_q <= in_last_i;
            last_q  <= in_last_i;
            if (!is_top) state_q <= ADD;
            else if (in_last_i) state_q <= READ;
          end
        end
        COMPARE: state_q <= last_q ? READ : TAKE;
        READ:    state_q <= top_q ? OFFER : START;
        OFFER: begin
          if (is_offered && out_ready) begin
            state_q <= is_last ? TAKE : READ;
            group_q <= is_last ? None : group_q + One;
          end
        end
        default: state_q <= state_q + 3'd1;  // ADD, PRODUCT, ALIGN; START
      endcase
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_shares
    if (!rst_ni) begin
      top_q               <= 1'b0;
      shift_q             <= 2'd0;
      count_q             <= None;
      rank_q              <= None[GroupBits-1:0];
      range_q             <= 31'd0;
      first_q             <= None;
      share_q             <= None;
      share_exponent_q    <= 9'd0;
      share_significand_q <= 53'd0;
    end else if (take) begin
      rank_q  <= in_rank_i;
      range_q <= range;
      if (begin_q) begin
        top_q   <= in_top_i;
        shift_q <= in_shift_i;
        count_q <= count;
        first_q <= count;
      end
    end else if (state_q == COMPARE && !at_least_one) begin
      first_q             <= {1'b0, rank_q};
      share_q             <= budget[GroupBits:0];
      share_exponent_q    <= sum_exponent;
      share_significand_q <= sum_significand;
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_draw
    if (!rst_ni) begin
      low_draw_q     <= 16'd0;
      has_low_draw_q <= 1'b0;
    end else if (draw_low) begin
      low_draw_q     <= random;
      has_low_draw_q <= 1'b1;
    end else if (draw_high) begin
      has_low_draw_q <= 1'b0;
    end
  end

  wire unused_bits = &{in_range_i[31], budget[GroupBits+3:GroupBits+1], random_ready, random_last};

endmodule

`default_nettype wire
