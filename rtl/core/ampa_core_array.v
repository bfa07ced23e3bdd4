// The array that a core is built around, output or weight stationary, behind one set of ports.
//
// A core's operands are there when the array asks for them, its sums are taken at once and a tile starts from nothing, so
// the handshakes of the array and its partial sums end here. Counts and the overflow flag begin anew with a job's first tile.
//
// Parameters: WeightStationary 0 or 1; Pe, Fast, Rows, Cols and Lanes as of the arrays. Timing: as of the arrays.
`default_nettype none

module ampa_core_array #(
  parameter Pe               = 1,
  parameter Fast             = 0,
  parameter WeightStationary = 0,
  parameter Rows             = 16,
  parameter Cols             = 16,
  parameter Lanes            = 32
) (
  input  wire               clk_i,
  input  wire               rst_ni,
  input  wire               new_job_i,
  input  wire               start_i,          // a tile starts; what follows is taken
  input  wire [3:0]         a_bits_i,
  input  wire [3:0]         b_bits_i,
  input  wire [1:0]         a_kind_i,
  input  wire [1:0]         b_kind_i,
  input  wire [2:0]         a_plane_i,        // weight stationary only
  input  wire [2:0]         b_plane_i,
  input  wire [31:0]        steps_i,
  input  wire [5:0]         last_lanes_i,
  input  wire [15:0]        rows_i,
  input  wire [15:0]        cols_i,
  output wire               busy_o,
  // Words are taken in each cycle with operand_ready_o; while a weight-stationary array loads, b_step_o is the slice of B.
  output wire               operand_ready_o,
  output wire [31:0]        b_step_o,
  input  wire [32*Rows-1:0] a_words_i,
  input  wire [32*Cols-1:0] b_words_i,
  output wire               result_valid_o,   // a row of sums
  output wire [32*Cols-1:0] results_o,
  // Since the job's first tile.
  output wire               overflow_o,
  output wire [63:0]        compute_cycles_o,
  output wire [63:0]        fill_drain_cycles_o
);

  reg         new_job_q;  // no tile of the job has started
  wire [31:0] unused_a_step;
  wire [63:0] unused_stall_cycles;

  always @(posedge clk_i or negedge rst_ni) begin : p_new_job
    if (!rst_ni)        new_job_q <= 1'b0;
    else if (new_job_i) new_job_q <= 1'b1;
    else if (start_i)   new_job_q <= 1'b0;
  end

  generate
    if (WeightStationary != 0 && WeightStationary != 1) begin : gen_check_dataflow
      ampa_error_weight_stationary_must_be_0_or_1 u_error ();
    end
    if (WeightStationary != 0) begin : gen_ws
      ampa_ws_array #(
        .Pe   (Pe),
        .Fast (Fast),
        .Rows (Rows),
        .Cols (Cols),
        .Lanes(Lanes)
      ) u_array (
        .clk_i              (clk_i),
        .rst_ni             (rst_ni),
        .start_i            (start_i),
        .clear_counters_i   (new_job_q),
        .a_bits_i           (a_bits_i),
        .b_bits_i           (b_bits_i),
        .a_kind_i           (a_kind_i),
        .b_kind_i           (b_kind_i),
        .a_plane_i          (a_plane_i),
        .b_plane_i          (b_plane_i),
        .steps_i            (steps_i),
        .last_lanes_i       (last_lanes_i),
        .rows_i             (rows_i),
        .cols_i             (cols_i),
        .busy_o             (busy_o),
        .operand_ready_o    (operand_ready_o),
        .a_step_o           (unused_a_step),
        .b_step_o           (b_step_o),
        .operand_valid_i    (1'b1),
        .a_words_i          (a_words_i),
        .b_words_i          (b_words_i),
        .psums_i            ({32*Cols{1'b0}}),
        .result_valid_o     (result_valid_o),
        .result_ready_i     (1'b1),
        .results_o          (results_o),
        .overflow_o         (overflow_o),
        .compute_cycles_o   (compute_cycles_o),
        .fill_drain_cycles_o(fill_drain_cycles_o),
        .stall_cycles_o     (unused_stall_cycles)
      );
    end else begin : gen_os
      wire [5:0] unused_planes = {a_plane_i, b_plane_i};

      ampa_os_array #(
        .Pe   (Pe),
        .Fast (Fast),
        .Rows (Rows),
        .Cols (Cols),
        .Lanes(Lanes)
      ) u_array (
        .clk_i              (clk_i),
        .rst_ni             (rst_ni),
        .start_i            (start_i),
        .clear_counters_i   (new_job_q),
        .a_bits_i           (a_bits_i),
        .b_bits_i           (b_bits_i),
        .a_kind_i           (a_kind_i),
        .b_kind_i           (b_kind_i),
        .steps_i            (steps_i),
        .last_lanes_i       (last_lanes_i),
        .rows_i             (rows_i),
        .cols_i             (cols_i),
        .busy_o             (busy_o),
        .operand_ready_o    (operand_ready_o),
        .a_step_o           (unused_a_step),
        .b_step_o           (b_step_o),
        .operand_valid_i    (1'b1),
        .a_words_i          (a_words_i),
        .b_words_i          (b_words_i),
        .result_valid_o     (result_valid_o),
        .result_ready_i     (1'b1),
        .results_o          (results_o),
        .overflow_o         (overflow_o),
        .compute_cycles_o   (compute_cycles_o),
        .fill_drain_cycles_o(fill_drain_cycles_o),
        .stall_cycles_o     (unused_stall_cycles)
      );
    end
  endgenerate

endmodule

`default_nettype wire
