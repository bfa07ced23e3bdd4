// Illegal parameters of an array fail at elaboration, by an instance of a module that does not exist.
generate
  if (Pe < 0 || Pe >= NUM_PES) begin : gen_check_pe
    ampa_error_pe_must_be_a_number_of_ampa_pe_table u_error ();
  end
  if (Fast != 0 && !(Fast == 1 && Pe == PE_FUSED)) begin : gen_check_fast
    ampa_error_fast_must_be_0_or_for_fused_1 u_error ();
  end
  if (Rows < 1 || Rows > 1024) begin : gen_check_rows
    ampa_error_rows_must_be_1_to_1024 u_error ();
  end
  if (Cols < 1 || Cols > 1024) begin : gen_check_cols
    ampa_error_cols_must_be_1_to_1024 u_error ();
  end
  if (Lanes < 1 || Lanes > 32) begin : gen_check_lanes
    ampa_error_lanes_must_be_1_to_32 u_error ();
  end
  if (StepWidth < 2 || StepWidth > 32) begin : gen_check_step_width
    ampa_error_step_width_must_be_2_to_32 u_error ();
  end
endgenerate
