// Four-state run of all units, with random back-pressure and a reset in the middle: no output may ever be unknown, and the
// codes of the quantizer must come back from memory words as they were.
//
//   random_stream -> quantize -+-> sensitivity
//   random elements  ---^      +-> bitpack -> bitunpack -> compared with the codes
//   random elements -> absmax, minmax, group_pruning (three groups);  random sums -> abs_sum, requantize
`default_nettype none

module ampa_units_tb;

  localparam TensorSize = 37;
  localparam NumTensors = 40;

  reg         clk, rst_n;
  reg  [31:0] x;
  reg  [63:0] sum;
  reg  [7:0]  gates;       // random readiness
  reg  [31:0] element, element_d;  // of the tensor, going into the quantizer
  reg  [1:0]  width;       // of the tensor
  reg  [1:0]  width_out;   // of the tensor that comes back
  reg  [7:0]  sent [0:TensorSize*(NumTensors+2)-1];
  reg         next_tensor, next_pack, next_out;
  integer     num_sent, num_back, num_results, num_groups, failures, seed, cycle;

  wire [8:0] limit    = (9'd1 << ({1'b0, width, 1'b0} + 4'd1)) - 9'd1;
  wire       is_last  = element == TensorSize - 1;

  // Random bits are a third side of the quantizer's input: an element passes when its bits are there.
  wire        bits_valid, bits_last, quantize_ready;
  wire [15:0] random;
  wire        offer       = gates[0] && bits_valid;
  wire        bits_ready  = gates[0] && quantize_ready;

  ampa_random_stream u_random_stream (
    .clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(gates[1]), .in_ready_o(), .in_seed_i(64'h0123_4567_89AB_CDEF), .in_step_i(32'd3), .in_tensor_i(32'd4),
    .in_first_i(64'd5), .in_count_i(64'd37),
    .out_valid_o(bits_valid), .out_ready_i(bits_ready), .out_random_o(random), .out_last_o(bits_last)
  );

  wire        code_valid, code_last, pack_ready, sums_ready;
  wire [7:0]  code;
  wire [8:0]  level;
  wire [31:0] q16;

  ampa_quantize u_quantize (
    .clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(offer), .in_ready_o(quantize_ready), .in_data_i(x), .in_random_i(random), .in_last_i(is_last),
    .in_inv_scale_i(32'h4000_0000), .in_zero_point_i(8'd0), .in_min_code_i(9'd0 - limit), .in_max_code_i(limit),
    .in_stochastic_i(gates[2]),
    .out_valid_o(code_valid), .out_ready_i(pack_ready && sums_ready), .out_code_o(code), .out_level_o(level),
    .out_q16_o(q16), .out_last_o(code_last)
  );

  wire        sums_valid;
  wire [63:0] error_q16, abs_levels;

  ampa_sensitivity u_sensitivity (
    .clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(code_valid && pack_ready), .in_ready_o(sums_ready), .in_q16_i(q16), .in_level_i(level),
    .in_last_i(code_last),
    .out_valid_o(sums_valid), .out_ready_i(gates[3]), .out_error_q16_o(error_q16), .out_abs_levels_o(abs_levels)
  );

  // The width changes between tensors; the one that goes with a code is that of its tensor.
  reg  [1:0]  pack_width;
  wire        word_valid, word_last, unpack_ready;
  wire [23:0] word;
  wire [3:0]  bytes;

  ampa_bitpack #(.WordBytes(3)) u_bitpack (
    .clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(code_valid && sums_ready), .in_ready_o(pack_ready), .in_code_i(code), .in_width_i(pack_width),
    .in_last_i(code_last),
    .out_valid_o(word_valid), .out_ready_i(unpack_ready), .out_word_o(word), .out_bytes_o(bytes), .out_last_o(word_last)
  );

  wire       back_valid, back_last;
  wire [7:0] back;

  ampa_bitunpack #(.WordBytes(3)) u_bitunpack (
    .clk_i(clk), .rst_ni(rst_n),
    .in_valid_i(word_valid), .in_ready_o(unpack_ready), .in_word_i(word), .in_width_i(width_out), .in_signed_i(1'b1),
    .in_count_i(32'd37),
    .out_valid_o(back_valid), .out_ready_i(gates[4]), .out_code_o(back), .out_last_o(back_last)
  );

  wire        absmax_valid, absmax_finite, minmax_valid, minmax_finite, abs_sum_valid, requantize_valid, requantize_last;
  wire [31:0] absmax, lowest, highest, requantize_q16;
  wire [63:0] abs_sum;
  wire [7:0]  requantize_code;
  wire [8:0]  requantize_level;

  ampa_absmax u_absmax (
    .clk_i(clk), .rst_ni(rst_n), .in_valid_i(gates[5]), .in_ready_o(), .in_data_i(x), .in_last_i(gates[0]),
    .out_valid_o(absmax_valid), .out_ready_i(gates[1]), .out_absmax_o(absmax), .out_finite_o(absmax_finite)
  );

  ampa_minmax u_minmax (
    .clk_i(clk), .rst_ni(rst_n), .in_valid_i(gates[6]), .in_ready_o(), .in_data_i(x), .in_last_i(gates[1]),
    .out_valid_o(minmax_valid), .out_ready_i(gates[2]), .out_min_o(lowest), .out_max_o(highest),
    .out_finite_o(minmax_finite)
  );

  wire        pruning_valid, pruning_keep, pruning_finite, pruning_last;
  wire [32:0] pruning_q32;
  reg  [3:0]  pruning_element, element_p;  // of 9, three turns
  wire        pruning_ready;

  ampa_group_pruning #(.GroupBits(2)) u_pruning (
    .clk_i(clk), .rst_ni(rst_n), .in_valid_i(gates[7]), .in_ready_o(pruning_ready), .in_data_i(x),
    .in_count_i(3'd3), .in_turn_i(1'b1), .in_last_i(pruning_element == 4'd8), .in_top_i(gates[4]), .in_shift_i(gates[6:5]),
    .in_seed_i(sum), .in_step_i(32'd3), .in_tensor_i(32'd4),
    .out_valid_o(pruning_valid), .out_ready_i(gates[0]), .out_keep_o(pruning_keep),
    .out_probability_q32_o(pruning_q32), .out_finite_o(pruning_finite), .out_last_o(pruning_last)
  );

  ampa_abs_sum u_abs_sum (
    .clk_i(clk), .rst_ni(rst_n), .in_valid_i(gates[7]), .in_ready_o(), .in_sum_i(sum), .in_row_i(64'd17),
    .in_col_i(64'd0 - 64'd5), .in_last_i(gates[2]),
    .out_valid_o(abs_sum_valid), .out_ready_i(gates[3]), .out_abs_sum_o(abs_sum)
  );

  ampa_requantize u_requantize (
    .clk_i(clk), .rst_ni(rst_n), .in_valid_i(gates[4]), .in_ready_o(), .in_sum_i(sum), .in_row_i(64'd17),
    .in_col_i(64'd3), .in_scale_i(32'h2F80_0000), .in_random_i(x[15:0]), .in_last_i(gates[5]),
    .in_inv_scale_i(32'h3F00_0000), .in_zero_point_i(8'd0), .in_min_code_i(9'd0 - 9'd127), .in_max_code_i(9'd127),
    .in_stochastic_i(gates[6]),
    .out_valid_o(requantize_valid), .out_ready_i(gates[6]), .out_code_o(requantize_code),
    .out_level_o(requantize_level), .out_q16_o(requantize_q16), .out_last_o(requantize_last)
  );

  task check_known;
    begin
      if (^{bits_valid, code_valid, sums_valid, word_valid, back_valid, absmax_valid, minmax_valid, abs_sum_valid,
            requantize_valid, quantize_ready, pack_ready, sums_ready, unpack_ready, pruning_ready,
            pruning_valid} === 1'bx ||
          ^{random, bits_last, code, level, q16, code_last, error_q16, abs_levels, word, bytes, word_last, back,
            back_last, absmax, absmax_finite, lowest, highest, minmax_finite, abs_sum, requantize_code,
            requantize_level, requantize_q16, requantize_last, pruning_keep, pruning_q32, pruning_finite,
            pruning_last} === 1'bx) begin
        failures = failures + 1;
        $display("FAIL cycle %0d: an output is unknown", cycle);
      end
    end
  endtask

  // What passes in this cycle, read before the edge; what follows from it on the inputs changes after the edge.
  task transfer;
    begin
      next_tensor = offer && quantize_ready && is_last;
      next_pack   = code_valid && pack_ready && sums_ready && code_last;
      next_out    = word_valid && unpack_ready && word_last;
      element_d   = next_tensor ? 32'd0 : element + {31'd0, offer && quantize_ready};
      if (code_valid && pack_ready && sums_ready) begin
        sent[num_sent] = code;
        num_sent       = num_sent + 1;
      end
      if (back_valid && gates[4]) begin
        if (back !== sent[num_back] || back_last !== (num_back % TensorSize == TensorSize - 1)) begin
          failures = failures + 1;
          $display("FAIL code %0d: expected %h, found %h", num_back, sent[num_back], back);
        end
        num_back = num_back + 1;
      end
      num_results = num_results + absmax_valid + minmax_valid + abs_sum_valid + requantize_valid + sums_valid;
      num_groups  = num_groups + (pruning_valid && gates[0]);
      element_p   = gates[7] && pruning_ready ? (pruning_element == 4'd8 ? 4'd0 : pruning_element + 4'd1) : pruning_element;
    end
  endtask

  // Before the reset and after it the bench starts the same way.
  task restart;
    begin
      rst_n      = 1'b0;
      element    = 32'd0;
      width      = 2'd0;
      pack_width = 2'd0;
      width_out  = 2'd0;
      num_sent   = 0;
      num_back   = 0;
      pruning_element = 4'd0;
      #1 rst_n   = 1'b1;
    end
  endtask

  initial begin
    seed        = 1;
    failures    = 0;
    num_results = 0;
    num_groups  = 0;
    clk         = 1'b0;
    gates       = 8'd0;
    x           = 32'd0;
    sum         = 64'd0;
    restart;
    for (cycle = 0; cycle < 6000 && num_back < TensorSize * (NumTensors - 1); cycle = cycle + 1) begin
      if (cycle == 500) restart;
      gates = $random(seed) | $random(seed);
      x     = {$random(seed)} % 2 == 0 ? $random(seed) : {$random(seed)} % 32'h0080_0000 + 32'h4080_0000;
      sum   = {$random(seed), $random(seed)};
      #1 check_known;
      transfer;
      clk = 1'b1;
      #1 clk = 1'b0;
      element    = element_d;
      pruning_element = element_p;
      width      = width + {1'b0, next_tensor};
      pack_width = pack_width + {1'b0, next_pack};
      width_out  = width_out + {1'b0, next_out};
    end
    if (failures == 0 && num_back == TensorSize * (NumTensors - 1) && num_results > 1000 &&
        num_groups > 30)
      $display("PASS %0d codes in %0d cycles, %0d results", num_back, cycle, num_results);
    else
      $display("FAIL %0d failures, %0d codes in %0d cycles, %0d results", failures, num_back, cycle, num_results);
    $finish;
  end

endmodule

`default_nettype wire
