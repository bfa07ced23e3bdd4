// Whether sums of a tile could leave 32 bits, by its depth and formats: those of any data fit if and only if
// depth * (largest magnitude of A) * (largest magnitude of B) < 2^31. So no element watches its sum.
//
// overflow_o is sticky from four cycles after such a tile was taken on, until begin_i with clear_i.
`default_nettype none

module ampa_depth_check (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        begin_i,       // of a run, whose formats these are
  input  wire        clear_i,
  input  wire        take_i,        // a tile, whose depth this is
  input  wire [31:0] steps_i,
  input  wire [2:0]  log_macs_i,    // products of a step: 2^log_macs_i
  input  wire [5:0]  last_lanes_i,  // products of the last step that are in use
  input  wire [3:0]  a_bits_i,
  input  wire [3:0]  b_bits_i,
  input  wire        a_signed_i,
  input  wire        b_signed_i,
  output wire        overflow_o
);

  reg [3:0]  a_bits_q, b_bits_q;
  reg        a_signed_q, b_signed_q;
  reg [2:0]  log_macs_q;
  reg [31:0] before_q;  // steps before the last one
  reg [5:0]  last_lanes_q;
  reg [37:0] depth_q;
  reg [45:0] by_a_q;
  reg [2:0]  stage_q;
  reg        overflow_q;

  // n * (largest magnitude): n << (bits - 1) if signed, (n << bits) - n if not.
  wire [45:0] by_a = a_signed_q ? {8'd0, depth_q} << (a_bits_q - 4'd1) : ({8'd0, depth_q} << a_bits_q) - {8'd0, depth_q};
  wire [53:0] by_b = b_signed_q ? {8'd0, by_a_q} << (b_bits_q - 4'd1) : ({8'd0, by_a_q} << b_bits_q) - {8'd0, by_a_q};

  always @(posedge clk_i) begin : p_depth
    if (begin_i) begin
      a_bits_q   <= a_bits_i;
      b_bits_q   <= b_bits_i;
      a_signed_q <= a_signed_i;
      b_signed_q <= b_signed_i;
      log_macs_q <= log_macs_i;
    end
    before_q     <= steps_i - 32'd1;
    last_lanes_q <= last_lanes_i;
    depth_q      <= ({6'd0, before_q} << log_macs_q) + {32'd0, last_lanes_q};
    by_a_q       <= by_a;
  end

  always @(posedge clk_i) begin : p_overflow
    if (!rst_ni) begin
      overflow_q <= 1'b0;
      stage_q    <= 3'd0;
    end else begin
      stage_q    <= {stage_q[1:0], take_i};
      overflow_q <= (overflow_q && !(begin_i && clear_i)) || (stage_q[2] && by_b[53:31] != 23'd0);
    end
  end

  assign overflow_o = overflow_q;

  wire unused = &{1'b0, by_b[30:0]};

endmodule

`default_nettype wire
