// The operands of a row or a column as a packed array takes them: eight bytes, less 2^(bits - 1) if they are unsigned. With four fields
// they have four bits (or fewer, extended), else eight; bits beyond are not looked at, so that fields stay within their bounds
// whatever stands in rows and columns that are not in use. Combinational.
`default_nettype none

module ampa_packed_operands (
  input  wire [63:0] word_i,
  input  wire        narrow_i,    // four fields
  input  wire        unsigned_i,
  output wire [63:0] lanes_o
);

  genvar l;
  generate
    for (l = 0; l < 8; l = l + 1) begin : gen_lanes
      wire [7:0] byte_in = word_i[8*l +: 8];
      wire       sign    = (narrow_i ? byte_in[3] : byte_in[7]) ^ unsigned_i;
      assign lanes_o[8*l +: 8] = {sign, narrow_i ? {4{sign}} : byte_in[6:3], byte_in[2:0]};
    end
  endgenerate

endmodule

`default_nettype wire
