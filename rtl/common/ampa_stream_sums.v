// Sums of the values of a stream in 64 bits, several channels side by side, one result per tensor.
//
// in_last_i marks the last element of a tensor, which has one element at least. After it the sums stand at the output, and
// the next tensor may begin in the cycle in which they are taken. Sums are modulo 2^64.
//
// Parameters: Channels, >= 1; Width, the bits of an unsigned value, 1 to 64.
// Timing: latency 1 cycle from the last element, one element per cycle.
`default_nettype none

module ampa_stream_sums #(
  parameter Channels = 1,
  parameter Width    = 64
) (
  input  wire                      clk_i,
  input  wire                      rst_ni,
  input  wire                      in_valid_i,
  output wire                      in_ready_o,
  input  wire [Channels*Width-1:0] in_values_i,  // channel 0 lowest
  input  wire                      in_last_i,
  output wire                      out_valid_o,
  input  wire                      out_ready_i,
  output wire [Channels*64-1:0]    out_sums_o    // channel 0 lowest
);

  generate
    if (Channels < 1) begin : gen_check_channels
      ampa_error_channels_must_be_at_least_1 u_error ();
    end
    if (Width < 1 || Width > 64) begin : gen_check_width
      ampa_error_width_must_be_1_to_64 u_error ();
    end
  endgenerate

  reg valid_q;  // the sums are those of a whole tensor
  reg first_q;  // the next element is the first of a tensor

  assign in_ready_o  = !valid_q || out_ready_i;
  assign out_valid_o = valid_q;

  wire take = in_valid_i && in_ready_o;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      valid_q <= 1'b0;
      first_q <= 1'b1;
    end else begin
      if (in_ready_o) valid_q <= take && in_last_i;
      if (take) first_q <= in_last_i;
    end
  end

  genvar channel;
  generate
    for (channel = 0; channel < Channels; channel = channel + 1) begin : gen_channel
      reg  [63:0] sum_q, value;
      wire [63:0] so_far = first_q ? 64'd0 : sum_q;

      always @* begin
        value            = 64'd0;
        value[Width-1:0] = in_values_i[Width*channel +: Width];
      end

      always @(posedge clk_i or negedge rst_ni) begin : p_sum
        if (!rst_ni) sum_q <= 64'd0;
        else if (take) sum_q <= so_far + value;
      end

      assign out_sums_o[64*channel +: 64] = sum_q;
    end
  endgenerate

endmodule

`default_nettype wire
