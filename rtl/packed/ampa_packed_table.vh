// The table of packed elements: what the array knows of them. The including module has the parameter Element, a number below;
// others fail at elaboration, by an instance of a module that does not exist. systemc/timing/pe_formats.cpp is the C++ twin.
//
//   FIELDS      products that a multiplication holds at most: two of 16 bits, or four of 8
//   B_BITS      of one product's operand of B as it moves down
//   SUM_BITS    of a field's sum
//   COLS_EACH   columns of an element at most; it has two rows

localparam PACKED_PACK2 = 0;
localparam PACKED_INT8P = 1;
localparam NUM_PACKED   = 2;

localparam LANES     = 8;   // depths a cycle
localparam STAGES    = 5;   // registers between an element's operands and its sums
localparam A_BITS    = 25;  // of one depth's pair of rows
localparam FIELDS    = Element == PACKED_PACK2 ? 4 : 2;
localparam B_BITS    = Element == PACKED_PACK2 ? 16 : 8;
localparam SUM_BITS  = Element == PACKED_PACK2 ? 20 : 28;
localparam COLS_EACH = Element == PACKED_PACK2 ? 2 : 1;

generate
  if (Element < 0 || Element >= NUM_PACKED) begin : gen_check_element
    ampa_error_element_must_be_a_number_of_ampa_packed_table u_error ();
  end
endgenerate
