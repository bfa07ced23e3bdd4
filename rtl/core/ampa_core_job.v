// The words of a descriptor that describe the job, for all engines.
//
// Parameter PortBytes 8 .. 128, a power of two. Timing: a word stands at job_o in the cycle after its beat.
`default_nettype none

module ampa_core_job #(
  parameter PortBytes = 16
) (
  input  wire                   clk_i,
  input  wire                   config_valid_i,  // a beat of the descriptor
  input  wire [31:0]            config_index_i,  // of its first word
  input  wire [8*PortBytes-1:0] config_data_i,
  output wire [1023:0]          job_o            // word i of ampa_core_config.vh at bit 32 * i
);

  `include "ampa_core_config.vh"

  localparam [31:0] BeatWords = PortBytes / 4;

  reg [31:0] job_q [0:JOB_WORDS-1];

  genvar g;
  generate
    for (g = 0; g < JOB_WORDS; g = g + 1) begin : gen_job
      assign job_o[32*g +: 32] = job_q[g];
    end
  endgenerate

  always @(posedge clk_i) begin : p_config
    reg [31:0] i, index;
    index = 32'd0;
    if (config_valid_i) begin
      for (i = 32'd0; i < BeatWords; i = i + 32'd1) begin
        index = config_index_i + i;
        if (index < JOB_WORDS) job_q[index[4:0]] = config_data_i[32*i +: 32];
      end
    end
  end

endmodule

`default_nettype wire
