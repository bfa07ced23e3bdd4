// The 16 random bits of consecutive elements of a tensor: rules R2 and R3 of the numerics contract.
//
// A command names seed, step, tensor, first element and number of elements; their bits follow in order, the last one marked.
// A command is taken when the one before it has left. Elements are addressed, not drawn: any part of a tensor may be asked
// for at any time.
//
// Parameters: RoundsPerCycle of ampa_philox, 1, 2, 5 or 10.
// Ranges: count >= 1, first + count <= 2^64.
// Timing: the first bits come 3 + 10 / RoundsPerCycle cycles after their command, then one element per cycle (8 in 11 cycles
// if RoundsPerCycle is 1).
`default_nettype none

module ampa_random_stream #(
  parameter RoundsPerCycle = 2
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        in_valid_i,
  output wire        in_ready_o,
  input  wire [63:0] in_seed_i,
  input  wire [31:0] in_step_i,
  input  wire [31:0] in_tensor_i,
  input  wire [63:0] in_first_i,
  input  wire [63:0] in_count_i,
  output wire        out_valid_o,
  input  wire        out_ready_i,
  output wire [15:0] out_random_o,
  output wire        out_last_o
);

  reg         busy_q;       // elements of the command are still to leave
  reg         request_q;    // blocks of the command are still to be asked for
  reg         holding_q;    // bits_q holds bits of elements to leave
  reg [2:0]   lane_q;       // of the element that stands at the output, in its block; of the first element before it stands
  reg [60:0]  block_q, last_block_q;
  reg [63:0]  seed_q, remaining_q;
  reg [31:0]  step_q, tensor_q;
  reg [127:0] bits_q;       // the element at the output lies lowest

  wire         philox_ready, philox_valid;
  wire [127:0] philox_data;

  wire begin_command = in_valid_i && !busy_q;
  wire leave         = holding_q && out_ready_i;
  wire is_last       = remaining_q == 64'd1;
  wire load          = philox_valid && (!holding_q || (leave && lane_q == 3'd7));
  wire [63:0] last_element = in_first_i + in_count_i - 64'd1;

  assign in_ready_o   = !busy_q;
  assign out_valid_o  = holding_q;
  assign out_random_o = bits_q[15:0];
  assign out_last_o   = is_last;

  ampa_philox #(
    .RoundsPerCycle(RoundsPerCycle)
  ) u_philox (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (request_q),
    .in_ready_o  (philox_ready),
    .in_key_i    (seed_q),
    .in_counter_i({step_q, tensor_q, 3'd0, block_q}),
    .out_valid_o (philox_valid),
    .out_ready_i (load),
    .out_data_o  (philox_data)
  );

  always @(posedge clk_i or negedge rst_ni) begin : p_command
    if (!rst_ni) begin
      busy_q       <= 1'b0;
      request_q    <= 1'b0;
      block_q      <= 61'd0;
      last_block_q <= 61'd0;
      seed_q       <= 64'd0;
      step_q       <= 32'd0;
      tensor_q     <= 32'd0;
      remaining_q  <= 64'd0;
    end else if (begin_command) begin
      busy_q       <= 1'b1;
      request_q    <= 1'b1;
      block_q      <= in_first_i[63:3];
      last_block_q <= last_element[63:3];
      seed_q       <= in_seed_i;
      step_q       <= in_step_i;
      tensor_q     <= in_tensor_i;
      remaining_q  <= in_count_i;
    end else begin
      if (request_q && philox_ready) begin
        block_q   <= block_q + 61'd1;
        request_q <= block_q != last_block_q;
      end
      if (leave) begin
        remaining_q <= remaining_q - 64'd1;
        if (is_last) busy_q <= 1'b0;
      end
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_bits
    if (!rst_ni) begin
      holding_q <= 1'b0;
      lane_q    <= 3'd0;
      bits_q    <= 128'd0;
    end else begin
      if (begin_command) lane_q <= in_first_i[2:0];
      else if (leave) lane_q <= lane_q + 3'd1;
      if (load) begin
        holding_q <= 1'b1;
        bits_q    <= holding_q ? philox_data : philox_data >> {lane_q, 4'd0};
      end else if (leave) begin
        holding_q <= !is_last && lane_q != 3'd7;
        bits_q    <= bits_q >> 16;
      end
    end
  end

  wire unused_lane_of_last_element = &last_element[2:0];

endmodule

`default_nettype wire
