// The largest magnitude of every group of an FP32 tensor, whose elements may come group after group or group by group in
// turn: the ranges of rule G1 of the numerics contract.
//
// The elements of group 0 are followed by those of group 1 and so on, and those of the last group by group 0 again.
// in_turn_i marks the last element of a group before the next one has its turn: of images one behind the other it comes
// with the last element of an image, of channels side by side with every element. in_last_i marks the last element of the
// tensor; the ranges then leave, group 0 first. Infinities and NaNs clear finite_o (rule D3) and are left out.
//
// Parameters: GroupBits, 1 to 16: up to 2^GroupBits groups.
// Ranges: 1 <= count <= 2^GroupBits, the same with all elements of a tensor; each group has had an element before the last
// one has passed.
// Timing: one element per cycle; the first range comes 2 cycles after the last element, then one per cycle. The next tensor
// begins in the cycle after the one in which the last range leaves.
`default_nettype none

module ampa_group_absmax #(
  parameter GroupBits = 9
) (
  input  wire                 clk_i,
  input  wire                 rst_ni,
  input  wire                 in_valid_i,
  output wire                 in_ready_o,
  input  wire [31:0]          in_data_i,
  input  wire [GroupBits:0]   in_count_i,   // groups of the tensor
  input  wire                 in_turn_i,
  input  wire                 in_last_i,
  output wire                 out_valid_o,
  input  wire                 out_ready_i,
  output wire [31:0]          out_absmax_o,  // FP32, >= 0
  output wire                 out_finite_o,  // of the whole tensor, with each of its ranges
  output wire                 out_last_o
);

  generate
    if (GroupBits < 1 || GroupBits > 16) begin : gen_check_group_bits
      ampa_error_group_bits_must_be_1_to_16 u_error ();
    end
  endgenerate

  localparam [GroupBits:0] One = 1;

  reg                 emit_q;        // all elements are there, ranges leave
  reg                 valid_q, last_q;
  reg                 finite_q;
  reg                 first_turn_q;  // no element of this group has come before its present turn
  reg                 new_turn_q;    // the next element is the first of a turn
  reg [GroupBits:0]   group_q;       // of the next element, or of the next range
  reg [GroupBits:0]   last_group_q;
  reg [30:0]          largest_q;     // of the group whose turn it is
  reg [30:0]          memory [0:(1<<GroupBits)-1];
  reg [30:0]          read_q;        // of the group whose turn begins, or the range that leaves

  wire [GroupBits:0]  last_group = in_count_i - One;
  wire                is_wrap    = group_q == last_group;
  wire [GroupBits:0]  next_group = is_wrap ? {(GroupBits+1){1'b0}} : group_q + One;
  wire                take       = in_valid_i && in_ready_o;
  wire                turn       = in_turn_i && last_group != {(GroupBits+1){1'b0}};
  wire                read       = emit_q && (!valid_q || out_ready_i) && !(valid_q && last_q);

  wire                is_finite  = in_data_i[30:23] != 8'hFF;
  wire [30:0]         magnitude  = is_finite ? in_data_i[30:0] : 31'd0;
  wire [30:0]         so_far     = first_turn_q && new_turn_q ? 31'd0 : new_turn_q ? read_q : largest_q;
  wire [30:0]         largest    = magnitude > so_far ? magnitude : so_far;  // FP32 magnitudes are in the order of their bits

  assign in_ready_o   = !emit_q;
  assign out_valid_o  = valid_q;
  assign out_absmax_o = {1'b0, read_q};
  assign out_finite_o = finite_q;
  assign out_last_o   = last_q;

  always @(posedge clk_i) begin : p_memory
    if (take) memory[group_q[GroupBits-1:0]] <= largest;
    if (take || read) read_q <= memory[take ? next_group[GroupBits-1:0] : group_q[GroupBits-1:0]];
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      emit_q       <= 1'b0;
      valid_q      <= 1'b0;
      last_q       <= 1'b0;
      finite_q     <= 1'b1;
      first_turn_q <= 1'b1;
      new_turn_q   <= 1'b1;
      group_q      <= {(GroupBits+1){1'b0}};
      last_group_q <= {(GroupBits+1){1'b0}};
      largest_q    <= 31'd0;
    end else if (take) begin
      largest_q    <= largest;
      last_group_q <= last_group;
      finite_q     <= finite_q && is_finite;
      new_turn_q   <= turn;
      if (turn) group_q <= next_group;
      if (turn && is_wrap) first_turn_q <= 1'b0;
      if (in_last_i) begin
        emit_q  <= 1'b1;
        group_q <= {(GroupBits+1){1'b0}};
      end
    end else begin
      if (read) begin
        valid_q <= 1'b1;
        last_q  <= group_q == last_group_q;
        group_q <= group_q + One;
      end else if (valid_q && out_ready_i) begin  // the last one leaves
        emit_q       <= 1'b0;
        valid_q      <= 1'b0;
        finite_q     <= 1'b1;
        first_turn_q <= 1'b1;
        new_turn_q   <= 1'b1;
        group_q      <= {(GroupBits+1){1'b0}};
      end
    end
  end

  // The sign of an element does not matter; group numbers have one bit less than their number.
  wire unused_bits = &{in_data_i[31], next_group[GroupBits]};

endmodule

`default_nettype wire
