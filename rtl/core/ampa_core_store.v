// Writes finished blocks of results to memory, one burst each, one after the other from the job's result address on; each
// block begins with a beat of its own.
//
// Parameter PortBytes 8 .. 128, a power of two. Timing: the request is up in the first cycle in which a block is filled.
`default_nettype none

module ampa_core_store #(
  parameter PortBytes = 16
) (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        start_i,
  input  wire        abort_i,
  input  wire [63:0] address_i,          // of the results, bytes; taken at the start
  // Blocks since the start, and the beats of the one in the half that is read.
  input  wire [31:0] filled_i,
  output wire [31:0] stored_o,
  input  wire [31:0] beats_i,
  output wire        half_o,
  output wire [31:0] beat_o,
  // The memory port.
  output wire        request_valid_o,
  input  wire        request_ready_i,
  output wire [63:0] request_address_o,
  output wire [31:0] request_beats_o,
  output wire        beat_valid_o,
  input  wire        beat_ready_i
);

  reg        sending_q;
  reg [31:0] stored_q, beat_q, beats_q;
  reg [63:0] address_q;

  wire        last_beat = sending_q && beat_ready_i && beat_q == beats_q - 32'd1;

  assign stored_o          = stored_q;
  assign half_o            = stored_q[0];
  assign beat_o            = beat_q;
  assign request_valid_o   = !sending_q && filled_i != stored_q;
  assign request_address_o = address_q;
  assign request_beats_o   = beats_i;
  assign beat_valid_o      = sending_q;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      sending_q <= 1'b0;
      stored_q  <= 32'd0;
      beat_q    <= 32'd0;
      beats_q   <= 32'd0;
      address_q <= 64'd0;
    end else if (abort_i || start_i) begin
      sending_q <= 1'b0;
      stored_q  <= 32'd0;
      address_q <= address_i;
    end else begin
      if (request_valid_o && request_ready_i) begin
        sending_q <= 1'b1;
        beat_q    <= 32'd0;
        beats_q   <= request_beats_o;
      end
      if (sending_q && beat_ready_i) beat_q <= beat_q + 32'd1;
      if (last_beat) begin
        sending_q <= 1'b0;
        stored_q  <= stored_q + 32'd1;
        address_q <= address_q + {32'd0, beats_q} * PortBytes;
      end
    end
  end

endmodule

`default_nettype wire
