// The int8 processing element: one 8 x 8 multiplier, one product per cycle whatever the widths are.
//
// A packed word holds one operand in its lower 8 bits; the edge extends it to 9 bits, which hold every signed and unsigned
// 8-bit code. Products lie in -32640 .. 65025. ampa_pe_table.vh says what each function is for.
//
// Configuration: A in bits 0-15, B in bits 16-31; of each the mask of the operand's bits (8) and, if signed, its top bit (8).

function int8_supported(input [3:0] bits, input [1:0] kind);
  int8_supported = bits >= 4'd1 && bits <= 4'd8 && (kind == KIND_UNSIGNED || (kind == KIND_SIGNED && bits != 4'd1));
endfunction

function [3:0] int8_container(input [3:0] bits);
  int8_container = 4'd8;
endfunction

function [5:0] int8_macs(input [3:0] a_bits, input [3:0] b_bits);
  int8_macs = 6'd1;
endfunction

function [3:0] int8_planes(input [3:0] bits, input [1:0] kind);
  int8_planes = 4'd1;
endfunction

function int8_has_side(input unused);
  int8_has_side = 1'b0;
endfunction

function [15:0] int8_operand_config(input [3:0] bits, input [1:0] kind);
  reg [7:0] mask;
  begin
    mask = ~(8'hff << bits);
    int8_operand_config = {(kind == KIND_SIGNED) ? mask ^ (mask >> 1) : 8'd0, mask};
  end
endfunction

function [127:0] int8_config(input [3:0] a_bits, input [3:0] b_bits, input [1:0] a_kind, input [1:0] b_kind);
  int8_config = {96'd0, int8_operand_config(b_bits, b_kind), int8_operand_config(a_bits, a_kind)};
endfunction

function [1:0] int8_kernel(input [127:0] pe_config);
  int8_kernel = 2'd0;
endfunction

// Nine bits in two's complement.
function [31:0] int8_extend(input [31:0] word, input [15:0] operand_config);
  reg [8:0] value;
  begin
    value = {1'b0, (word[7:0] & operand_config[7:0]) ^ operand_config[15:8]} - {1'b0, operand_config[15:8]};
    int8_extend = {23'd0, value};
  end
endfunction

function [31:0] int8_a_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  int8_a_word = int8_extend(word, pe_config[15:0]);
endfunction

function [31:0] int8_b_word(
  input [1:0] kernel, input [31:0] word, input [5:0] lanes, input [127:0] pe_config
);
  int8_b_word = int8_extend(word, pe_config[31:16]);
endfunction

function [15:0] int8_a_side(
  input [31:0] word, input [5:0] lanes, input [2:0] a_plane, input [2:0] b_plane, input [127:0] pe_config
);
  int8_a_side = 16'd0;
endfunction

function [15:0] int8_b_side(input [31:0] word, input [5:0] lanes, input [127:0] pe_config);
  int8_b_side = 16'd0;
endfunction

function [31:0] int8_product(
  input [1:0] kernel, input [31:0] a, input [31:0] b, input [15:0] a_side, input [15:0] b_side, input [127:0] pe_config
);
  int8_product = $signed(a[8:0]) * $signed(b[8:0]);
endfunction
