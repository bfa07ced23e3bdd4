// What the bits of an operand mean. systemc/timing/pe_formats.h is the C++ twin.
localparam [1:0] KIND_UNSIGNED  = 2'd0;
localparam [1:0] KIND_SIGNED    = 2'd1;  // two's complement
localparam [1:0] KIND_TWO_LEVEL = 2'd2;  // one bit: 0 is -1, 1 is +1
