// Illegal sides of an array fail at elaboration, by an instance of a module that does not exist. Its processing element's
// parameters are checked in ampa_pe_table.vh, its counts' widths in controller and counters.
generate
  if (Rows < 1 || Rows > 1024) begin : gen_check_rows
    ampa_error_rows_must_be_1_to_1024 u_error ();
  end
  if (Cols < 1 || Cols > 1024) begin : gen_check_cols
    ampa_error_cols_must_be_1_to_1024 u_error ();
  end
endgenerate
