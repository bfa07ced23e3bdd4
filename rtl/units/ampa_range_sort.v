// The ranges of a tensor's groups in order: the smallest first, of equal ones the one of the larger number, each with the
// number of its group and its rank, 0 for the largest; the order of rule G1 of the numerics contract, from its end.
//
// Words are dealt 31 times between the two halves of a memory, each time by one bit of the range, the lowest first: those
// with a one go in front, and within both kinds the order stays.
//
// Parameters: GroupBits, 1 to 16: up to 2^GroupBits ranges.
// Ranges: ranges are FP32 numbers >= 0.
// Timing: N ranges that come without a pause take N cycles, sorting 31 * (N + 1); the first word then leaves 1 cycle later,
// the others follow one per cycle. The next tensor begins in the cycle after the one in which the last word leaves.
`default_nettype none

module ampa_range_sort #(
  parameter GroupBits = 9
) (
  input  wire                 clk_i,
  input  wire                 rst_ni,
  input  wire                 in_valid_i,
  output wire                 in_ready_o,
  input  wire [31:0]          in_range_i,
  input  wire                 in_last_i,
  output wire                 out_valid_o,
  input  wire                 out_ready_i,
  output wire [31:0]          out_range_o,
  output wire [GroupBits-1:0] out_group_o,
  output wire [GroupBits-1:0] out_rank_o,
  output wire                 out_last_o
);

  generate
    if (GroupBits < 1 || GroupBits > 16) begin : gen_check_group_bits
      ampa_error_group_bits_must_be_1_to_16 u_error ();
    end
  endgenerate

  localparam [1:0]         LOAD    = 2'd0;
  localparam [1:0]         DEAL    = 2'd1;
  localparam [1:0]         RETURN  = 2'd2;
  localparam [4:0]         LastBit = 5'd30;
  localparam [GroupBits:0] None    = 0;
  localparam [GroupBits:0] One     = 1;

  reg [1:0]            state_q;
  reg [4:0]            bit_q;
  reg                  half_q;              // of the memory, to read from
  reg [GroupBits:0]    count_q;             // words of the tensor
  reg [GroupBits:0]    read_index_q;
  reg                  dealing_q;           // read_q is to be dealt
  reg [GroupBits:0]    one_q, zero_q;       // where the next word with a one, or a zero, goes
  reg [GroupBits:0]    ones_q;              // in the next bit, so far
  reg                  valid_q;             // read_q is offered
  reg [GroupBits-1:0]  rank_q;
  reg [GroupBits+30:0] memory [0:(2<<GroupBits)-1];
  reg [GroupBits+30:0] read_q;              // {group, range}; a range is turned by one bit each time it is dealt

  wire load  = in_valid_i && state_q == LOAD;
  wire leave = valid_q && out_ready_i;
  wire read  = (state_q == DEAL && read_index_q != count_q) ||
               (state_q == RETURN && read_index_q != None && (!valid_q || out_ready_i));
  wire is_last_dealt = dealing_q && read_index_q == count_q;

  // Ranges leave from the end of the order.
  wire [GroupBits:0]   index_before = read_index_q - One;
  wire [GroupBits-1:0] read_at = state_q == RETURN ? index_before[GroupBits-1:0] : read_index_q[GroupBits-1:0];
  wire [GroupBits:0]   dealt_to = read_q[0] ? one_q : zero_q;
  wire [GroupBits:0]   write_to = state_q == LOAD ? count_q : dealt_to;
  wire [GroupBits+30:0] loaded  = {count_q[GroupBits-1:0], in_range_i[30:0]};
  wire [GroupBits+30:0] turned  = {read_q[GroupBits+30:31], read_q[0], read_q[30:1]};
  wire [GroupBits:0]    ones    = ones_q + {{GroupBits{1'b0}}, load ? in_range_i[0] : read_q[1]};

  assign in_ready_o  = state_q == LOAD;
  assign out_valid_o = valid_q;
  assign out_range_o = {1'b0, read_q[30:0]};
  assign out_group_o = read_q[GroupBits+30:31];
  assign out_rank_o  = rank_q;
  assign out_last_o  = rank_q == None[GroupBits-1:0];

  always @(posedge clk_i) begin : p_memory
    if (load || dealing_q)
      memory[{state_q == DEAL && !half_q, write_to[GroupBits-1:0]}] <= load ? loaded : turned;
    if (read) read_q <= memory[{half_q, read_at}];
  end

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      state_q      <= LOAD;
      bit_q        <= 5'd0;
      half_q       <= 1'b0;
      count_q      <= None;
      read_index_q <= None;
      dealing_q    <= 1'b0;
      one_q        <= None;
      zero_q       <= None;
      ones_q       <= None;
      valid_q      <= 1'b0;
      rank_q       <= None[GroupBits-1:0];
    end else begin
      case (state_q)
        LOAD: begin
          if (load) begin
            count_q <= count_q + One;
            ones_q  <= in_last_i ? None : ones;
            if (in_last_i) begin
              state_q <= DEAL;
              zero_q  <= ones;
            end
          end
        end
        DEAL: begin
          dealing_q <= read;
          if (read) read_index_q <= read_index_q + One;
          if (dealing_q) begin
            ones_q <= ones;
            if (read_q[0]) one_q <= one_q + One;
            else zero_q <= zero_q + One;
          end
          if (is_last_dealt) begin
            half_q       <= !half_q;
            bit_q        <= bit_q + 5'd1;
            read_index_q <= None;
            one_q        <= None;
            zero_q       <= ones;
            ones_q       <= None;
            if (bit_q == LastBit) begin
              state_q      <= RETURN;
              read_index_q <= count_q;
            end
          end
        end
        default: begin
          if (read) begin
            valid_q      <= 1'b1;
            rank_q       <= index_before[GroupBits-1:0];
            read_index_q <= index_before;
          end else if (leave) begin  // the last one
            state_q <= LOAD;
            valid_q <= 1'b0;
            bit_q   <= 5'd0;
            half_q  <= 1'b0;
            count_q <= None;
            zero_q  <= None;
          end
        end
      endcase
    end
  end

  // Ranges have no sign; indices have one bit less than their number.
  wire unused_bits = &{in_range_i[31], index_before[GroupBits], write_to[GroupBits]};

endmodule

`default_nettype wire
