// The serial processing element: one bit-plane of up to 32 operands of each side per cycle.
//
// A packed word holds bit i of the operands of consecutive k, the first in bit 0. The planes of both sides are ANDed and
// counted; the count weighs 2^(i + j) for planes i and j, and is negated where exactly one of them is the sign plane of a
// signed operand. A slice of Lanes products takes (planes of A) * (planes of B) cycles.
//
// A two-level operand has one plane, in which bit x stands for 2 * x - 1. The sums of products with it follow from the
// count n of ANDed bits and the numbers of ones of each side, which the edge counts once per word:
//   two-level A, plain B: 2 n - ones(B)      both two-level: 4 n - 2 ones(A) - 2 ones(B) + lanes in use
// What is subtracted travels beside the word (the side word), so that an element has one counter and lanes beyond K, which
// the edge clears, add exactly 0. ampa_pe_table.vh says what each function is for.
//
// Side word of A: bits 0-3 shift i + j, bit 4 negate, bits 5-12 what A subtracts (-32 .. 64). Side word of B: bits 0-6 what B
// subtracts (0 .. 64). Configuration: bits 0-3 and 4-7 the number of the sign plane of A and B, 15 if there is none; bits 8
// and 9 whether A and B are two-level. An element's sum lies in -32 .. 32 before the shift, which is at most 14.

localparam [5:0]  NUM_LANES = Lanes[5:0];
localparam [31:0] LANE_MASK = 32'hffff_ffff >> (32 - Lanes);  // lanes that there are; the others cost nothing

function serial_supported(input [3:0] bits, input [1:0] kind);
  case (kind)
    KIND_UNSIGNED:  serial_supported = bits >= 4'd1 && bits <= 4'd8;
    KIND_SIGNED:    serial_supported = bits >= 4'd2 && bits <= 4'd8;
    KIND_TWO_LEVEL: serial_supported = bits == 4'd1;
    default:        serial_supported = 1'b0;
  endcase
endfunction

function [3:0] serial_container(input [3:0] bits);
  serial_container = 4'd1;
endfunction

function [5:0] serial_macs(input [3:0] a_bits, input [3:0] b_bits);
  serial_macs = NUM_LANES;
endfunction

function [3:0] serial_planes(input [3:0] bits, input [1:0] kind);
  serial_planes = (kind == KIND_TWO_LEVEL) ? 4'd1 : bits;
endfunction

function serial_has_side(input unused);
  serial_has_side = 1'b1;
endfunction

function [127:0] serial_config(input [3:0] a_bits, input [3:0] b_bits, input [1:0] a_kind, input [1:0] b_kind);
  serial_config = {118'd0, b_kind == KIND_TWO_LEVEL, a_kind == KIND_TWO_LEVEL,
                   (b_kind == KIND_SIGNED) ? b_bits - 4'd1 : 4'd15, (a_kind == KIND_SIGNED) ? a_bits - 4'd1 : 4'd15};
endfunction

function [1:0] serial_kernel(input [127:0] pe_config);
  serial_kernel = 2'd0;
endfunction

// The number of ones in a word: fields of 2, 4, 8, 16 and 32 bits.
function [6:0] serial_ones(input [31:0] word);
  reg [31:0] t;
  begin
    t = (word & 32'h5555_5555) + ((word >> 1) & 32'h5555_5555);
    t = (t & 32'h3333_3333) + ((t >> 2) & 32'h3333_3333);
    t = (t & 32'h0707_0707) + ((t >> 4) & 32'h0707_0707);
    t = t + (t >> 8);
    t = t + (t >> 16);
    serial_ones = {1'b0, t[5:0]};
  end
endfunction

function [31:0] serial_a_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  serial_a_word = word & LANE_MASK & ~(32'hffff_ffff << lanes);
endfunction

function [31:0] serial_b_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  serial_b_word = word & LANE_MASK & ~(32'hffff_ffff << lanes);
endfunction

function [15:0] serial_a_side(
  input [31:0] word, input [5:0] lanes, input [2:0] a_plane, input [2:0] b_plane, input [127:0] pe_config
);
  reg [6:0] ones;
  reg [7:0] subtract;
  begin
    ones = serial_ones(serial_a_word(2'd0, word, lanes, pe_config));
    case (pe_config[9:8])
      2'b10:   subtract = {1'b0, ones};
      2'b11:   subtract = {ones, 1'b0} - {2'd0, lanes};
      default: subtract = 8'd0;
    endcase
    serial_a_side = {3'd0, subtract, ({1'b0, a_plane} == pe_config[3:0]) ^ ({1'b0, b_plane} == pe_config[7:4]),
                     {1'b0, a_plane} + {1'b0, b_plane}};
  end
endfunction

function [15:0] serial_b_side(input [31:0] word, input [5:0] lanes, input [127:0] pe_config);
  reg [6:0] ones;
  begin
    ones = serial_ones(serial_b_word(2'd0, word, lanes, pe_config));
    case (pe_config[9:8])
      2'b01:   serial_b_side = {9'd0, ones};
      2'b11:   serial_b_side = {8'd0, ones, 1'b0};
      default: serial_b_side = 16'd0;
    endcase
  end
endfunction

function [31:0] serial_product(
  input [1:0] kernel, input [31:0] a, input [31:0] b, input [15:0] a_side, input [15:0] b_side, input [127:0] pe_config
);
  reg [31:0] count, negate;
  begin
    count  = {25'd0, serial_ones(a & b & LANE_MASK)} << ({1'b0, pe_config[8]} + {1'b0, pe_config[9]});
    count  = count - {{24{a_side[12]}}, a_side[12:5]} - {25'd0, b_side[6:0]};
    negate = {32{a_side[4]}};
    serial_product = ((count ^ negate) - negate) << a_side[3:0];
  end
endfunction
