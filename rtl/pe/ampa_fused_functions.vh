// The fused processing element: sixteen 2 x 2 bricks that join to 16 .. 1 products of 2 .. 8-bit operands per cycle.
//
// ampa_fused_dot.vh is its arithmetic, ampa_fused_spread.vh its edge. An operand of 2, 4, 6 or 8 bits (odd widths run in
// the next even one) is 1, 2, 3 or 4 slices, so that 4, 2, 1 or 1 operands lie side by side along its side of the bricks;
// the product over both sides is the number of products per cycle. A width code w stands for 2 * (w + 1) bits.
// ampa_pe_table.vh says what each function is for.
//
// Configuration: bits 0-31 and 32-63 mark the slices of A and B that are the top ones of signed operands (bit
// 2 * (4 * i + j) for brick (i, j)), bits 64-95 are what fused_dot makes of zero words, 96-97 and 98-99 the width codes of A
// and B, 100 and 101 whether A and B are signed.

`include "ampa_fused_dot.vh"
`include "ampa_fused_spread.vh"

function fused_supported(input [3:0] bits, input [1:0] kind);
  fused_supported = bits >= 4'd2 && bits <= 4'd8 && (kind == KIND_UNSIGNED || kind == KIND_SIGNED);
endfunction

function [1:0] fused_width(input [3:0] bits);
  fused_width = (bits <= 4'd2) ? 2'd0 : (bits <= 4'd4) ? 2'd1 : (bits <= 4'd6) ? 2'd2 : 2'd3;
endfunction

function [3:0] fused_container(input [3:0] bits);
  fused_container = (bits <= 4'd2) ? 4'd2 : (bits <= 4'd4) ? 4'd4 : 4'd8;
endfunction

function [5:0] fused_macs(input [3:0] a_bits, input [3:0] b_bits);
  case ({fused_width(a_bits), fused_width(b_bits)})
    4'b0000: fused_macs = 6'd16;
    4'b0001, 4'b0100: fused_macs = 6'd8;
    4'b0101,
    4'b0010, 4'b0011, 4'b1000, 4'b1100: fused_macs = 6'd4;
    4'b0110, 4'b0111, 4'b1001, 4'b1101: fused_macs = 6'd2;
    default:                            fused_macs = 6'd1;
  endcase
endfunction

function [3:0] fused_planes(input [3:0] bits, input [1:0] kind);
  fused_planes = 4'd1;
endfunction

function fused_has_side(input unused);
  fused_has_side = 1'b0;
endfunction

function [31:0] fused_a_negative(input [1:0] width, input [1:0] kind);
  begin
    case (width)
      2'd0:    fused_a_negative = 32'h5555_5555;
      2'd1:    fused_a_negative = 32'h5500_5500;
      2'd2:    fused_a_negative = 32'h0055_0000;
      default: fused_a_negative = 32'h5500_0000;
    endcase
    if (kind != KIND_SIGNED) fused_a_negative = 32'd0;
  end
endfunction

function [31:0] fused_b_negative(input [1:0] width, input [1:0] kind);
  begin
    case (width)
      2'd0:    fused_b_negative = 32'h5555_5555;
      2'd1:    fused_b_negative = 32'h4444_4444;
      2'd2:    fused_b_negative = 32'h1010_1010;
      default: fused_b_negative = 32'h4040_4040;
    endcase
    if (kind != KIND_SIGNED) fused_b_negative = 32'd0;
  end
endfunction

function [127:0] fused_config(input [3:0] a_bits, input [3:0] b_bits, input [1:0] a_kind, input [1:0] b_kind);
  reg [1:0]  a_width, b_width;
  reg [31:0] a_negative, b_negative;
  begin
    a_width      = fused_width(a_bits);
    b_width      = fused_width(b_bits);
    a_negative   = fused_a_negative(a_width, a_kind);
    b_negative   = fused_b_negative(b_width, b_kind);
    fused_config = {26'd0, b_kind == KIND_SIGNED, a_kind == KIND_SIGNED, b_width, a_width,
                    fused_dot(32'd0, 32'd0, a_negative, b_negative, a_width != 2'd0, a_width[1], b_width != 2'd0,
                              b_width[1]),
                    b_negative, a_negative};
  end
endfunction

function [1:0] fused_kernel(input [127:0] pe_config);
  fused_kernel = 2'd0;
endfunction

function [31:0] fused_a_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  fused_a_word = spread_a(word, pe_config[99:98]);
endfunction

function [31:0] fused_b_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  fused_b_word = spread_b(word, pe_config[97:96], pe_config[99:98]);
endfunction

function [15:0] fused_a_side(
  input [31:0] word, input [5:0] lanes, input [2:0] a_plane, input [2:0] b_plane, input [127:0] pe_config
);
  fused_a_side = 16'd0;
endfunction

function [15:0] fused_b_side(input [31:0] word, input [5:0] lanes, input [127:0] pe_config);
  fused_b_side = 16'd0;
endfunction

function [31:0] fused_product(
  input [1:0] kernel, input [31:0] a, input [31:0] b, input [15:0] a_side, input [15:0] b_side, input [127:0] pe_config
);
  fused_product = fused_dot(a, b, pe_config[31:0], pe_config[63:32], pe_config[97:96] != 2'd0, pe_config[97],
                            pe_config[99:98] != 2'd0, pe_config[99]) - pe_config[95:64];
endfunction
