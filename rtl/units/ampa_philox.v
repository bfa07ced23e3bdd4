// Philox4x32 with 10 rounds: the 128 random bits of one counter under one key; rule R1 of the numerics contract.
//
// Word i of key, counter and result lies at bit 32 * i. Iterative: a block is worked on until its result is taken.
//
// Parameters: RoundsPerCycle, 1, 2, 5 or 10.
// Timing: latency 1 + 10 / RoundsPerCycle cycles, one block per 1 + 10 / RoundsPerCycle cycles: the next block is taken in
// the cycle in which a result leaves. With 2 rounds per cycle the eight elements of a block take 6 cycles.
`default_nettype none

module ampa_philox #(
  parameter RoundsPerCycle = 2
) (
  input  wire         clk_i,
  input  wire         rst_ni,
  input  wire         in_valid_i,
  output wire         in_ready_o,
  input  wire [63:0]  in_key_i,
  input  wire [127:0] in_counter_i,
  output wire         out_valid_o,
  input  wire         out_ready_i,
  output wire [127:0] out_data_o
);

  generate
    if (RoundsPerCycle != 1 && RoundsPerCycle != 2 && RoundsPerCycle != 5 && RoundsPerCycle != 10) begin : gen_check
      ampa_error_rounds_per_cycle_must_be_1_2_5_or_10 u_error ();
    end
  endgenerate

  localparam [31:0] Multiplier0 = 32'hD251_1F53;
  localparam [31:0] Multiplier1 = 32'hCD9E_8D57;
  localparam [31:0] Weyl0       = 32'h9E37_79B9;
  localparam [31:0] Weyl1       = 32'hBB67_AE85;
  localparam [1:0]  IDLE        = 2'd0;
  localparam [1:0]  WORK        = 2'd1;
  localparam [1:0]  DONE        = 2'd2;
  localparam [31:0] LastCycle   = 10 / RoundsPerCycle - 1;

  reg [1:0]   state_q;
  reg [3:0]   cycle_q;
  reg [127:0] counter_q, counter_d;
  reg [63:0]  key_q, key_d;

  assign in_ready_o  = state_q == IDLE || (state_q == DONE && out_ready_i);
  assign out_valid_o = state_q == DONE;
  assign out_data_o  = counter_q;

  always @* begin : p_rounds
    reg [31:0] i;
    reg [63:0] product_0, product_1;
    counter_d = counter_q;
    key_d     = key_q;
    for (i = 32'd0; i < RoundsPerCycle; i = i + 32'd1) begin
      product_0 = {32'd0, counter_d[31:0]} * {32'd0, Multiplier0};
      product_1 = {32'd0, counter_d[95:64]} * {32'd0, Multiplier1};
      counter_d = {product_0[31:0], product_0[63:32] ^ counter_d[127:96] ^ key_d[63:32],
                   product_1[31:0], product_1[63:32] ^ counter_d[63:32] ^ key_d[31:0]};
      key_d     = {key_d[63:32] + Weyl1, key_d[31:0] + Weyl0};
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q   <= IDLE;
      cycle_q   <= 4'd0;
      counter_q <= 128'd0;
      key_q     <= 64'd0;
    end else if (state_q == WORK) begin
      counter_q <= counter_d;
      key_q     <= key_d;
      cycle_q   <= cycle_q + 4'd1;
      if (cycle_q == LastCycle[3:0]) state_q <= DONE;
    end else if (in_ready_o) begin
      state_q <= in_valid_i ? WORK : IDLE;
      cycle_q <= 4'd0;
      if (in_valid_i) begin
        counter_q <= in_counter_i;
        key_q     <= in_key_i;
      end
    end
  end

endmodule

`default_nettype wire
