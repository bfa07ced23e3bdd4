// The fused processing element as it simulates fast: the same formats, packed words and sums as ampa_fused_functions.vh,
// with a multiplication for each product where a cycle has one or two of them. Where it has more, bricks are the fast form.
//
// Kernel 0 has one product of operands extended to 32 bits, kernel 1 two of operands extended to 16, kernel 2 bricks. Only
// functions that differ from those of ampa_fused_functions.vh do more than call them.

function fused_fast_supported(input [3:0] bits, input [1:0] kind);
  fused_fast_supported = fused_supported(bits, kind);
endfunction

function [3:0] fused_fast_container(input [3:0] bits);
  fused_fast_container = fused_container(bits);
endfunction

function [5:0] fused_fast_macs(input [3:0] a_bits, input [3:0] b_bits);
  fused_fast_macs = fused_macs(a_bits, b_bits);
endfunction

function [3:0] fused_fast_planes(input [3:0] bits, input [1:0] kind);
  fused_fast_planes = fused_planes(bits, kind);
endfunction

function fused_fast_has_side(input unused);
  fused_fast_has_side = 1'b0;
endfunction

function [127:0] fused_fast_config(input [3:0] a_bits, input [3:0] b_bits, input [1:0] a_kind, input [1:0] b_kind);
  fused_fast_config = fused_config(a_bits, b_bits, a_kind, b_kind);
endfunction

function [1:0] fused_fast_kernel(input [127:0] pe_config);
  if (pe_config[97] && pe_config[99]) fused_fast_kernel = 2'd0;
  else if ((pe_config[97] && pe_config[98]) || (pe_config[96] && pe_config[99])) fused_fast_kernel = 2'd1;
  else fused_fast_kernel = 2'd2;
endfunction

// An operand of a width code in the lower bits of a word, extended to 32 bits.
function [31:0] fused_fast_extend(input [31:0] word, input [1:0] width, input is_signed);
  reg [31:0] mask, sign;
  begin
    mask = 32'hff >> {~width, 1'b0};
    sign = is_signed ? mask ^ (mask >> 1) : 32'd0;
    fused_fast_extend = ((word & mask) ^ sign) - sign;
  end
endfunction

// The first two operands of a word, extended to 16 bits each.
function [31:0] fused_fast_extend_pair(input [31:0] word, input [1:0] width, input is_signed);
  reg [31:0] low, high;
  begin
    low  = fused_fast_extend(word, width, is_signed);
    high = fused_fast_extend(width[1] ? word >> 8 : word >> 4, width, is_signed);
    fused_fast_extend_pair = {high[15:0], low[15:0]};
  end
endfunction

function [31:0] fused_fast_a_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  case (kernel)
    2'd0:    fused_fast_a_word = fused_fast_extend(word, pe_config[97:96], pe_config[100]);
    2'd1:    fused_fast_a_word = fused_fast_extend_pair(word, pe_config[97:96], pe_config[100]);
    default: fused_fast_a_word = fused_a_word(kernel, word, lanes, pe_config);
  endcase
endfunction

function [31:0] fused_fast_b_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  case (kernel)
    2'd0:    fused_fast_b_word = fused_fast_extend(word, pe_config[99:98], pe_config[101]);
    2'd1:    fused_fast_b_word = fused_fast_extend_pair(word, pe_config[99:98], pe_config[101]);
    default: fused_fast_b_word = fused_b_word(kernel, word, lanes, pe_config);
  endcase
endfunction

function [15:0] fused_fast_a_side(
  input [31:0] word, input [5:0] lanes, input [2:0] a_plane, input [2:0] b_plane, input [127:0] pe_config
);
  fused_fast_a_side = 16'd0;
endfunction

function [15:0] fused_fast_b_side(input [31:0] word, input [5:0] lanes, input [127:0] pe_config);
  fused_fast_b_side = 16'd0;
endfunction

function [31:0] fused_fast_product(
  input [1:0] kernel, input [31:0] a, input [31:0] b, input [15:0] a_side, input [15:0] b_side, input [127:0] pe_config
);
  case (kernel)
    2'd0:    fused_fast_product = a * b;
    2'd1:    fused_fast_product = {{16{a[15]}}, a[15:0]} * {{16{b[15]}}, b[15:0]} +
                                  {{16{a[31]}}, a[31:16]} * {{16{b[31]}}, b[31:16]};
    default: fused_fast_product = fused_product(kernel, a, b, a_side, b_side, pe_config);
  endcase
endfunction
