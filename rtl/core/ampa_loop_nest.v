// The order of a job's steps. A step is one slab against one block of B:
//
//   slabs along M (forward, activation gradient):  for slab: for n block           every step gives a block of results
//   slabs along K (weight gradient):               for m block: for n block: for slab   the last slab gives the block
//
// Which slab of operands a step needs that the step before it did not have: load_a_o and load_b_o; whether it is the last
// one to need what it has: free_a_o and free_b_o. No parameters. Timing: counters; a step lasts until next_i.
`default_nettype none

module ampa_loop_nest (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        clear_i,      // the next cycle is in the first step
  input  wire        next_i,
  input  wire        along_k_i,
  input  wire [31:0] slabs_i,      // each >= 1
  input  wire [31:0] m_blocks_i,   // 1 with slabs along M
  input  wire [31:0] n_blocks_i,
  output wire        done_o,       // all steps are done
  output wire        load_a_o,
  output wire        load_b_o,
  output wire        free_a_o,
  output wire        free_b_o,
  output wire        first_slab_o,
  output wire        last_slab_o,
  output wire        last_m_o,
  output wire        first_n_o,
  output wire        last_n_o
);

  reg [31:0] slab_q, m_q, n_q;
  reg        done_q;

  wire last_slab = slab_q == slabs_i - 32'd1;
  wire last_m    = m_q == m_blocks_i - 32'd1;
  wire last_n    = n_q == n_blocks_i - 32'd1;
  wire last      = last_slab && last_m && last_n;
  wire first     = slab_q == 32'd0 && m_q == 32'd0 && n_q == 32'd0;
  wire one_slab  = slabs_i == 32'd1;
  wire one_n     = n_blocks_i == 32'd1;

  assign done_o       = done_q;
  assign first_slab_o = slab_q == 32'd0;
  assign last_slab_o  = last_slab;
  assign last_m_o     = last_m;
  assign first_n_o    = n_q == 32'd0;
  assign last_n_o     = last_n;
  assign load_a_o     = along_k_i ? (!one_slab || first) : n_q == 32'd0;
  assign free_a_o     = along_k_i ? (!one_slab || last) : last_n;
  assign load_b_o     = along_k_i ? (!one_slab || first) : (!one_n || first);
  assign free_b_o     = along_k_i ? (!one_slab || last) : (!one_n || last);

  always @(posedge clk_i or negedge rst_ni) begin : p_counters
    if (!rst_ni) begin
      slab_q <= 32'd0;
      m_q    <= 32'd0;
      n_q    <= 32'd0;
      done_q <= 1'b1;
    end else if (clear_i) begin
      slab_q <= 32'd0;
      m_q    <= 32'd0;
      n_q    <= 32'd0;
      done_q <= 1'b0;
    end else if (next_i) begin
      done_q <= last;
      if (along_k_i) begin
        slab_q <= last_slab ? 32'd0 : slab_q + 32'd1;
        if (last_slab) n_q <= last_n ? 32'd0 : n_q + 32'd1;
        if (last_slab && last_n) m_q <= m_q + 32'd1;
      end else begin
        n_q <= last_n ? 32'd0 : n_q + 32'd1;
        if (last_n) slab_q <= slab_q + 32'd1;
      end
    end
  end

endmodule

`default_nettype wire
