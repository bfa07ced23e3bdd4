// What a serial element adds for a pair of planes is the weight of the planes times the sum over the lanes in use of the
// products of their digits, in all formats, planes and numbers of lanes in use at once.
//
//   digit    bit x stands for x; of a two-level operand for 2 * x - 1
//   weight   2^(i + j) for planes i of A and j of B, negative if exactly one of them is the top plane of a signed operand
//
// ampa_serial_bound_properties shows that the products of all planes add up to the product of the operands.
//
// Bits come lane by lane: the order of inputs is that of the decision diagrams' variables, whose nodes are then the few
// sums that the lanes before can have. Bit 3 * k is of A, 3 * k + 1 of B; the lanes in use end with the first 0 in bit 3 * k + 2.
//
// Parameter: Lanes. Combinational.
`default_nettype none

module ampa_serial_product_properties #(
  parameter Lanes = 32
) (
  input  wire [3:0]  a_bits_i,
  input  wire [3:0]  b_bits_i,
  input  wire [1:0]  a_kind_i,
  input  wire [1:0]  b_kind_i,
  input  wire [2:0]  a_plane_i,
  input  wire [2:0]  b_plane_i,
  input  wire [95:0] bits_i,
  output wire        format_fail_o,   // the table has other formats, planes or containers, or another number of products
  output wire        product_fail_o
);

  localparam Pe   = 2;
  localparam Fast = 0;

  wire [3:0] a_bits  = a_bits_i;
  wire [3:0] b_bits  = b_bits_i;
  wire [1:0] a_kind  = a_kind_i;
  wire [1:0] b_kind  = b_kind_i;
  wire [2:0] a_plane = a_plane_i;
  wire [2:0] b_plane = b_plane_i;

  wire [31:0]     a_i, b_i;
  wire [32:0]     in_use;   // bit k + 1 is of lane k
  wire [6*33-1:0] numbers;  // of lanes in use before each
  wire [5:0]      lanes = numbers[6*32 +: 6];

  assign in_use[0]    = 1'b1;
  assign numbers[5:0] = 6'd0;

  genvar k;
  generate
    for (k = 0; k < 32; k = k + 1) begin : gen_bits
      assign a_i[k]                = bits_i[3*k];
      assign b_i[k]                = bits_i[3*k+1];
      assign in_use[k+1]           = k < Lanes && in_use[k] && bits_i[3*k+2];
      assign numbers[6*(k+1) +: 6] = numbers[6*k +: 6] + {5'd0, in_use[k+1]};
    end
  endgenerate

  `include "ampa_operand_kinds.vh"
  `include "ampa_pe_under_proof.vh"

  // Planes of an operand; 0 if there is no such format.
  function [3:0] planes(input [3:0] bits, input [1:0] kind);
    case (kind)
      KIND_UNSIGNED:  planes = bits <= 4'd8 ? bits : 4'd0;
      KIND_SIGNED:    planes = (bits >= 4'd2 && bits <= 4'd8) ? bits : 4'd0;
      KIND_TWO_LEVEL: planes = bits == 4'd1 ? 4'd1 : 4'd0;
      default:        planes = 4'd0;
    endcase
  endfunction

  function [1:0] digit(input x, input [1:0] kind);  // two's complement
    digit = x ? 2'b01 : kind == KIND_TWO_LEVEL ? 2'b11 : 2'b00;
  endfunction

  wire [3:0] a_number = planes(a_bits_i, a_kind_i);
  wire [3:0] b_number = planes(b_bits_i, b_kind_i);
  wire       is_pair  = a_number != 4'd0 && b_number != 4'd0;
  wire       legal    = is_pair && {1'b0, a_plane_i} < a_number && {1'b0, b_plane_i} < b_number;
  wire       negative = (a_kind_i == KIND_SIGNED && {1'b0, a_plane_i} == a_number - 4'd1) !=
                        (b_kind_i == KIND_SIGNED && {1'b0, b_plane_i} == b_number - 4'd1);

  wire [8*63-1:0] sums;  // -32 .. 32; heap: node n adds nodes 2n + 1 and 2n + 2, node 31 + k is lane k

  generate
    for (k = 0; k < 32; k = k + 1) begin : gen_lanes
      wire signed [1:0] a  = digit(a_i[k], a_kind_i);
      wire signed [1:0] b  = digit(b_i[k], b_kind_i);
      wire signed [1:0] ab = a * b;
      assign sums[8*(31+k) +: 8] = in_use[k+1] ? {{6{ab[1]}}, ab} : 8'd0;
    end
    for (k = 0; k < 31; k = k + 1) begin : gen_sums
      assign sums[8*k +: 8] = sums[8*(2*k+1) +: 8] + sums[8*(2*k+2) +: 8];
    end
  endgenerate

  wire [31:0] total    = {{24{sums[7]}}, sums[7:0]};
  wire [31:0] expected = (negative ? 32'd0 - total : total) << ({1'b0, a_plane_i} + {1'b0, b_plane_i});

  assign format_fail_o  = supported != is_pair ||
                          (is_pair && (macs != Lanes || a_container != 4'd1 || b_container != 4'd1 ||
                                       a_planes != a_number || b_planes != b_number));
  assign product_fail_o = legal && product != expected;

endmodule

`default_nettype wire
