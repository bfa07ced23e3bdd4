// The int8 processing element in gates and rows of adders: a 9 x 9 Baugh-Wooley multiplier.
//
// The nine rows of partial products are added, three at a time. Those of exactly one sign bit are inverted, and 2^9 + 2^17
// makes good for it, modulo 2^18, in which every product fits. Equal to ampa_int8_pe.
//
// Combinational product, accumulated at the end of an enabled cycle. Ports are those of every processing element.
`default_nettype none

module ampa_int8_pe_structural (
  input  wire         clk_i,
  input  wire         rst_ni,
  input  wire         clear_i,
  input  wire         enable_i,
  input  wire [127:0] config_i,    // of ampa_formats
  input  wire [31:0]  a_i,         // of ampa_pe_edge
  input  wire [31:0]  b_i,
  input  wire [15:0]  a_side_i,
  input  wire [15:0]  b_side_i,
  output wire [31:0]  product_o,   // combinational
  output wire [31:0]  acc_o,
  output wire         overflow_o
);

  wire [8:0]  a   = a_i[8:0];
  wire [8:0]  b   = b_i[8:0];
  wire [80:0] row;  // nine rows of 9 bits

  genvar r;
  generate
    for (r = 0; r < 9; r = r + 1) begin : gen_rows
      assign row[9*r +: 9] = (a & {9{b[r]}}) ^ ((r == 8) ? 9'h0ff : 9'h100);
    end
  endgenerate

  wire [17:0] sum_1 = 18'h20200 + {9'd0, row[8:0]} + {8'd0, row[17:9], 1'd0} + {7'd0, row[26:18], 2'd0};
  wire [17:0] sum_2 = sum_1 + {6'd0, row[35:27], 3'd0} + {5'd0, row[44:36], 4'd0} + {4'd0, row[53:45], 5'd0};
  wire [17:0] sum_3 = sum_2 + {3'd0, row[62:54], 6'd0} + {2'd0, row[71:63], 7'd0} + {1'd0, row[80:72], 8'd0};

  assign product_o = {{14{sum_3[17]}}, sum_3};

  ampa_accumulator u_accumulator (
    .clk_i     (clk_i),
    .rst_ni    (rst_ni),
    .clear_i   (clear_i),
    .enable_i  (enable_i),
    .product_i (product_o),
    .acc_o     (acc_o),
    .overflow_o(overflow_o)
  );

endmodule

`default_nettype wire
