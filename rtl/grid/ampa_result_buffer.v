// The results of a column that wait to be taken: a memory of 2^AddressBits words, written at a clock edge and read at any time.
`default_nettype none

module ampa_result_buffer #(
  parameter AddressBits = 5
) (
  input  wire                   clk_i,
  input  wire                   write_i,
  input  wire [AddressBits-1:0] write_address_i,
  input  wire [31:0]            result_i,
  input  wire [AddressBits-1:0] read_address_i,
  output wire [31:0]            result_o
);

  (* ram_style = "distributed" *)  // deep ones too: a block RAM for each column would be the device's
  reg [31:0] results_q [0:(1 << AddressBits)-1];

  always @(posedge clk_i) begin : p_write
    if (write_i) results_q[write_address_i] <= result_i;
  end

  assign result_o = results_q[read_address_i];

endmodule

`default_nettype wire
