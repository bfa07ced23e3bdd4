// Counts the cycles of tiles: compute, fill/drain and stall, since the last clear.
//
// The cycle of begin_i is a fill/drain cycle; clear_i with it starts the counts from there. Of the other cycles a busy one
// is compute, stall or, if neither is said, fill/drain. Counts are registered: they show a cycle after its end. They wrap
// at 2^CountWidth. As ampa_cycle_counters, with a synchronous reset.
`default_nettype none

module ampa_grid_counters #(
  parameter CountWidth = 64
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  begin_i,
  input  wire                  clear_i,
  input  wire                  busy_i,
  input  wire                  compute_i,
  input  wire                  stall_i,
  output wire [CountWidth-1:0] compute_cycles_o,
  output wire [CountWidth-1:0] fill_drain_cycles_o,
  output wire [CountWidth-1:0] stall_cycles_o
);

  generate
    if (CountWidth < 8 || CountWidth > 64) begin : gen_check_count_width
      ampa_error_count_width_must_be_8_to_64 u_error ();
    end
  endgenerate

  localparam [CountWidth-1:0] ONE = 1;

  reg [CountWidth-1:0] compute_q, fill_drain_q, stall_q;

  assign compute_cycles_o    = compute_q;
  assign fill_drain_cycles_o = fill_drain_q;
  assign stall_cycles_o      = stall_q;

  always @(posedge clk_i) begin : p_counters
    if (!rst_ni) begin
      compute_q    <= {CountWidth{1'b0}};
      fill_drain_q <= {CountWidth{1'b0}};
      stall_q      <= {CountWidth{1'b0}};
    end else if (begin_i) begin
      fill_drain_q <= (clear_i ? {CountWidth{1'b0}} : fill_drain_q) + ONE;
      if (clear_i) begin
        compute_q <= {CountWidth{1'b0}};
        stall_q   <= {CountWidth{1'b0}};
      end
    end else if (busy_i) begin
      if (compute_i) compute_q <= compute_q + ONE;
      else if (stall_i) stall_q <= stall_q + ONE;
      else fill_drain_q <= fill_drain_q + ONE;
    end
  end

endmodule

`default_nettype wire
