// The table of elements of a grid: what the array knows of them. The including module has the parameter Element, a number below;
// others fail at elaboration, by an instance of a module that does not exist. systemc/timing/pe_formats.cpp is the C++ twin.
//
//   A_WORDS, B_WORDS   32-bit words of a row and of a column that enter a cycle
//   A_BITS, B_BITS     what moves on from element to element
//   STAGES             registers between an element's operands and its sum
//   LANES              products a cycle; 0: by the formats

localparam ELEMENT_MUL8   = 0;
localparam ELEMENT_PAR8   = 1;
localparam ELEMENT_R4S    = 2;
localparam ELEMENT_BRICKS = 3;
localparam NUM_ELEMENTS   = 4;

localparam A_WORDS = Element == ELEMENT_PAR8 ? 8 : Element == ELEMENT_R4S ? 4 : 1;
localparam B_WORDS = Element == ELEMENT_PAR8 || Element == ELEMENT_R4S ? 8 : 1;
localparam A_BITS  = Element == ELEMENT_PAR8 ? 256 : Element == ELEMENT_R4S ? 96 : Element == ELEMENT_MUL8 ? 8 : 32;
localparam B_BITS  = Element == ELEMENT_PAR8 || Element == ELEMENT_R4S ? 288 : Element == ELEMENT_MUL8 ? 9 : 32;
localparam STAGES  = Element == ELEMENT_PAR8 ? 8 : Element == ELEMENT_R4S ? 6 : 2;
localparam LANES   = Element == ELEMENT_PAR8 || Element == ELEMENT_R4S ? 32 : Element == ELEMENT_MUL8 ? 1 : 0;

generate
  if (Element < 0 || Element >= NUM_ELEMENTS) begin : gen_check_element
    ampa_error_element_must_be_a_number_of_ampa_element_table u_error ();
  end
endgenerate
