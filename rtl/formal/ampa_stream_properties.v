// The handshakes of a streaming unit, whatever its inputs and both sides' stalls are.
//
// Parameters: Unit, a number of the list below; Kind, 0: units that give one word for each they take, in order; 1: units that
// give one result for each last word; 2: others, of which only the stability is asked; Capacity, the most words or results
// that may be under way; HasMark, 1: a mark travels with each word.
//    0 register
//    1 fp32_mul
//    2 quantize
//    3 dequantize
//    4 requantize
//    5 philox
//    6 absmax
//    7 minmax
//    8 sensitivity
//    9 abs_sum
//   10 bitpack
//   11 bitunpack
//   12 random_stream, for commands of 1 .. 16 elements from the first 16 on
// One word, no matter which, carries a mark: it must leave behind exactly the words that were taken before it.
// Timing: a property that is violated in a cycle raises its output in that cycle. A reset may come at any time.
`default_nettype none

module ampa_stream_properties #(
  parameter Unit     = 0,
  parameter Kind     = 0,
  parameter Capacity = 1,
  parameter HasMark  = 1
) (
  input  wire         clk_i,
  input  wire         rst_ni,
  input  wire         in_valid_i,
  input  wire         in_last_i,
  input  wire         mark_i,
  input  wire [298:0] data_i,
  input  wire         out_ready_i,
  output wire         stable_fail_o,  // a word that is offered and not taken stays as it is
  output wire         count_fail_o,   // words under way: never fewer than none, never more than Capacity
  output wire         order_fail_o,   // the marked word leaves in its place
  output wire         drain_fail_o    // with nothing coming in and all taken, the unit runs empty and is ready
);

  reg  started_q = 1'b0;
  wire rst_n     = rst_ni && started_q;
  always @(posedge clk_i) started_q <= 1'b1;

  wire         in_ready, out_valid, out_mark;
  wire [127:0] out_data;

  reg          marked_q;  // the marked word has been taken
  wire         mark = mark_i && !marked_q;

  generate
    if (Unit == 0) begin : gen_register
      ampa_stream_register #(.Width(33)) u_unit (
        .clk_i      (clk_i),
        .rst_ni     (rst_n),
        .in_valid_i (in_valid_i),
        .in_ready_o (in_ready),
        .in_data_i  ({mark, data_i[31:0]}),
        .out_valid_o(out_valid),
        .out_ready_i(out_ready_i),
        .out_data_o ({out_mark, out_data[31:0]})
      );
      assign out_data[127:32] = 96'd0;
    end else if (Unit == 1) begin : gen_fp32_mul
      ampa_fp32_mul u_unit (
        .clk_i        (clk_i),
        .rst_ni       (rst_n),
        .in_valid_i   (in_valid_i),
        .in_ready_o   (in_ready),
        .in_a_i       (data_i[31:0]),
        .in_b_i       (data_i[63:32]),
        .in_tag_i     (mark),
        .out_valid_o  (out_valid),
        .out_ready_i  (out_ready_i),
        .out_product_o(out_data[31:0]),
        .out_tag_o    (out_mark)
      );
      assign out_data[127:32] = 96'd0;
    end else if (Unit == 2) begin : gen_quantize
      ampa_quantize u_unit (
        .clk_i          (clk_i),
        .rst_ni         (rst_n),
        .in_valid_i     (in_valid_i),
        .in_ready_o     (in_ready),
        .in_data_i      (data_i[31:0]),
        .in_random_i    (data_i[47:32]),
        .in_last_i      (mark),
        .in_inv_scale_i (data_i[79:48]),
        .in_zero_point_i(data_i[87:80]),
        .in_min_code_i  (data_i[96:88]),
        .in_max_code_i  (data_i[105:97]),
        .in_stochastic_i(data_i[106]),
        .out_valid_o    (out_valid),
        .out_ready_i    (out_ready_i),
        .out_code_o     (out_data[7:0]),
        .out_level_o    (out_data[16:8]),
        .out_q16_o      (out_data[48:17]),
        .out_last_o     (out_mark)
      );
      assign out_data[127:49] = 79'd0;
    end else if (Unit == 3) begin : gen_dequantize
      ampa_dequantize u_unit (
        .clk_i      (clk_i),
        .rst_ni     (rst_n),
        .in_valid_i (in_valid_i),
        .in_ready_o (in_ready),
        .in_sum_i   (data_i[63:0]),
        .in_row_i   (data_i[127:64]),
        .in_col_i   (data_i[191:128]),
        .in_scale_i (data_i[223:192]),
        .in_tag_i   (mark),
        .out_valid_o(out_valid),
        .out_ready_i(out_ready_i),
        .out_data_o (out_data[31:0]),
        .out_tag_o  (out_mark)
      );
      assign out_data[127:32] = 96'd0;
    end else if (Unit == 4) begin : gen_requantize
      ampa_requantize u_unit (
        .clk_i          (clk_i),
        .rst_ni         (rst_n),
        .in_valid_i     (in_valid_i),
        .in_ready_o     (in_ready),
        .in_sum_i       (data_i[63:0]),
        .in_row_i       (data_i[127:64]),
        .in_col_i       (data_i[191:128]),
        .in_scale_i     (data_i[223:192]),
        .in_random_i    (data_i[239:224]),
        .in_last_i      (mark),
        .in_inv_scale_i (data_i[271:240]),
        .in_zero_point_i(data_i[279:272]),
        .in_min_code_i  (data_i[288:280]),
        .in_max_code_i  (data_i[297:289]),
        .in_stochastic_i(data_i[298]),
        .out_valid_o    (out_valid),
        .out_ready_i    (out_ready_i),
        .out_code_o     (out_data[7:0]),
        .out_level_o    (out_data[16:8]),
        .out_q16_o      (out_data[48:17]),
        .out_last_o     (out_mark)
      );
      assign out_data[127:49] = 79'd0;
    end else if (Unit == 5) begin : gen_philox
      ampa_philox #(.RoundsPerCycle(10)) u_unit (
        .clk_i       (clk_i),
        .rst_ni      (rst_n),
        .in_valid_i  (in_valid_i),
        .in_ready_o  (in_ready),
        .in_key_i    (data_i[63:0]),
        .in_counter_i(data_i[191:64]),
        .out_valid_o (out_valid),
        .out_ready_i (out_ready_i),
        .out_data_o  (out_data)
      );
      assign out_mark = 1'b0;
    end else if (Unit == 6) begin : gen_absmax
      ampa_absmax u_unit (
        .clk_i       (clk_i),
        .rst_ni      (rst_n),
        .in_valid_i  (in_valid_i),
        .in_ready_o  (in_ready),
        .in_data_i   (data_i[31:0]),
        .in_last_i   (in_last_i),
        .out_valid_o (out_valid),
        .out_ready_i (out_ready_i),
        .out_absmax_o(out_data[31:0]),
        .out_finite_o(out_data[32])
      );
      assign out_data[127:33] = 95'd0;
      assign out_mark = 1'b0;
    end else if (Unit == 7) begin : gen_minmax
      ampa_minmax u_unit (
        .clk_i       (clk_i),
        .rst_ni      (rst_n),
        .in_valid_i  (in_valid_i),
        .in_ready_o  (in_ready),
        .in_data_i   (data_i[31:0]),
        .in_last_i   (in_last_i),
        .out_valid_o (out_valid),
        .out_ready_i (out_ready_i),
        .out_min_o   (out_data[31:0]),
        .out_max_o   (out_data[63:32]),
        .out_finite_o(out_data[64])
      );
      assign out_data[127:65] = 63'd0;
      assign out_mark = 1'b0;
    end else if (Unit == 8) begin : gen_sensitivity
      ampa_sensitivity u_unit (
        .clk_i           (clk_i),
        .rst_ni          (rst_n),
        .in_valid_i      (in_valid_i),
        .in_ready_o      (in_ready),
        .in_q16_i        (data_i[31:0]),
        .in_level_i      (data_i[40:32]),
        .in_last_i       (in_last_i),
        .out_valid_o     (out_valid),
        .out_ready_i     (out_ready_i),
        .out_error_q16_o (out_data[63:0]),
        .out_abs_levels_o(out_data[127:64])
      );
      assign out_mark = 1'b0;
    end else if (Unit == 9) begin : gen_abs_sum
      ampa_abs_sum u_unit (
        .clk_i        (clk_i),
        .rst_ni       (rst_n),
        .in_valid_i   (in_valid_i),
        .in_ready_o   (in_ready),
        .in_sum_i     (data_i[63:0]),
        .in_row_i     (data_i[127:64]),
        .in_col_i     (data_i[191:128]),
        .in_last_i    (in_last_i),
        .out_valid_o  (out_valid),
        .out_ready_i  (out_ready_i),
        .out_abs_sum_o(out_data[63:0])
      );
      assign out_data[127:64] = 64'd0;
      assign out_mark = 1'b0;
    end else if (Unit == 10) begin : gen_bitpack
      ampa_bitpack u_unit (
        .clk_i      (clk_i),
        .rst_ni     (rst_n),
        .in_valid_i (in_valid_i),
        .in_ready_o (in_ready),
        .in_code_i  (data_i[7:0]),
        .in_width_i (data_i[9:8]),
        .in_last_i  (in_last_i),
        .out_valid_o(out_valid),
        .out_ready_i(out_ready_i),
        .out_word_o (out_data[31:0]),
        .out_bytes_o(out_data[35:32]),
        .out_last_o (out_data[36])
      );
      assign out_data[127:37] = 91'd0;
      assign out_mark = 1'b0;
    end else if (Unit == 11) begin : gen_bitunpack
      ampa_bitunpack u_unit (
        .clk_i      (clk_i),
        .rst_ni     (rst_n),
        .in_valid_i (in_valid_i),
        .in_ready_o (in_ready),
        .in_word_i  (data_i[31:0]),
        .in_width_i (data_i[33:32]),
        .in_signed_i(data_i[34]),
        .in_count_i (data_i[66:35]),
        .out_valid_o(out_valid),
        .out_ready_i(out_ready_i),
        .out_code_o (out_data[7:0]),
        .out_last_o (out_data[8])
      );
      assign out_data[127:9] = 119'd0;
      assign out_mark = 1'b0;
    end else if (Unit == 12) begin : gen_random_stream
      ampa_random_stream u_unit (
        .clk_i       (clk_i),
        .rst_ni      (rst_n),
        .in_valid_i  (in_valid_i),
        .in_ready_o  (in_ready),
        .in_seed_i   (data_i[63:0]),
        .in_step_i   (data_i[95:64]),
        .in_tensor_i (data_i[127:96]),
        .in_first_i  ({60'd0, data_i[131:128]}),
        .in_count_i  ({60'd0, data_i[195:192]} + 64'd1),  // 1 .. 16, over up to four blocks
        .out_valid_o (out_valid),
        .out_ready_i (out_ready_i),
        .out_random_o(out_data[15:0]),
        .out_last_o  (out_data[16])
      );
      assign out_data[127:17] = 111'd0;
      assign out_mark = 1'b0;
    end
  endgenerate

  wire takes  = in_valid_i && in_ready && (Kind == 0 || in_last_i);
  wire passes = out_valid && out_ready_i;

  reg         waiting_q;
  reg [127:0] data_q;
  reg         mark_q;
  reg [7:0]   under_way_q, ahead_q, quiet_q;
  reg         left_q;  // the marked word has left

  always @(posedge clk_i) begin : p_account
    waiting_q <= rst_n && out_valid && !out_ready_i;
    data_q    <= out_data;
    mark_q    <= out_mark;
    if (!rst_n) begin
      under_way_q <= 8'd0;
      ahead_q     <= 8'd0;
      quiet_q     <= 8'd0;
      marked_q    <= 1'b0;
      left_q      <= 1'b0;
    end else begin
      under_way_q <= under_way_q + {7'd0, takes} - {7'd0, passes};
      quiet_q     <= (in_valid_i || !out_ready_i) ? 8'd0 : (quiet_q == 8'd255) ? quiet_q : quiet_q + 8'd1;
      if (takes && mark) begin
        marked_q <= 1'b1;
        ahead_q  <= under_way_q - {7'd0, passes};
      end else if (marked_q && !left_q && passes) begin
        if (ahead_q == 8'd0) left_q <= 1'b1;
        else ahead_q <= ahead_q - 8'd1;
      end
    end
  end

  assign stable_fail_o = rst_n && waiting_q && (!out_valid || out_data != data_q || out_mark != mark_q);
  assign count_fail_o  = Kind != 2 && rst_n && ((passes && under_way_q == 8'd0) || under_way_q > Capacity);
  assign order_fail_o  = Kind == 0 && HasMark != 0 && rst_n && passes &&
                         out_mark != (marked_q && !left_q && ahead_q == 8'd0);
  assign drain_fail_o  = Kind != 2 && rst_n && quiet_q > Capacity + 1 && (under_way_q != 8'd0 || !in_ready || out_valid);

endmodule

`default_nettype wire
