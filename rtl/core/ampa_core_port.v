// The memory port of a core, shared by the fetch of the descriptor, the load engine and the store engine.
//
// One burst at a time, and none after an error: while one is under way nobody's request goes out. Of two that wait the load
// goes first; while the descriptor is fetched the engines ask for nothing. The core's head comment has the rules of the
// memory's side. Data do not pass through here: beats of a load or of the descriptor are announced, and the store engine's
// are counted.
//
// No parameters. Timing: a request goes out in the cycle in which it is made, beats are announced in the cycle in which
// they come; error_o is up for one cycle, in which what went wrong is seen, and the burst under way ends with it.
`default_nettype none

module ampa_core_port (
  input  wire        clk_i,
  input  wire        rst_ni,
  input  wire        start_i,            // a job begins: beats are counted from here
  input  wire        active_i,           // a job is under way; only then there are requests and errors
  input  wire        abort_i,            // the job ends with this cycle, and the burst under way with it
  input  wire [31:0] watchdog_i,
  output wire [2:0]  error_o,            // of ampa_core: 0 (nothing), 1, 2 or 3
  // The descriptor.
  input  wire        fetch_request_i,    // until its last beat
  input  wire [63:0] fetch_address_i,
  input  wire [31:0] fetch_beats_i,
  output wire        fetch_valid_o,      // a beat of it comes
  output wire [31:0] fetch_beat_o,       // which one
  output wire        fetch_last_o,       // the last one
  // The load engine.
  input  wire        load_request_i,
  output wire        load_ready_o,
  input  wire [63:0] load_address_i,
  input  wire [31:0] load_beats_i,
  output wire        load_beat_valid_o,
  // The store engine.
  input  wire        store_request_i,
  output wire        store_ready_o,
  input  wire [63:0] store_address_i,
  input  wire [31:0] store_beats_i,
  input  wire        store_beat_valid_i,
  output wire        store_beat_ready_o,
  // The memory.
  output wire        request_valid_o,
  input  wire        request_ready_i,
  output wire        request_write_o,
  output wire [3:0]  request_tag_o,
  output wire [63:0] request_address_o,
  output wire [31:0] request_beats_o,
  input  wire        read_valid_i,
  input  wire [3:0]  read_tag_i,
  input  wire        read_error_i,
  output wire        write_valid_o,
  input  wire        write_ready_i,
  input  wire        write_error_i,
  // Since the start.
  output wire [63:0] read_beats_o,
  output wire [63:0] write_beats_o
);

  localparam [2:0] ERROR_NONE     = 3'd0;
  localparam [2:0] ERROR_MEMORY   = 3'd1;
  localparam [2:0] ERROR_TAG      = 3'd2;
  localparam [2:0] ERROR_WATCHDOG = 3'd3;

  reg        fetching_q, loading_q, storing_q;  // whose burst is under way
  reg [3:0]  tag_q;                             // of it
  reg [31:0] beat_q, left_q;                    // its beats, so far and still to come
  reg [31:0] waited_q;                          // cycles without progress
  reg [63:0] read_beats_q, write_beats_q;

  // Who asks.
  wire burst      = fetching_q || loading_q || storing_q;
  wire free       = active_i && !burst;
  wire fetch_wins = free && fetch_request_i;
  wire load_wins  = free && load_request_i;
  wire store_wins = free && store_request_i && !load_request_i;
  wire taken      = request_valid_o && request_ready_i;

  assign request_valid_o   = fetch_wins || load_wins || store_wins;
  assign request_write_o   = store_wins;
  assign request_tag_o     = tag_q + 4'd1;
  assign request_address_o = fetch_wins ? fetch_address_i : load_wins ? load_address_i : store_address_i;
  assign request_beats_o   = fetch_wins ? fetch_beats_i : load_wins ? load_beats_i : store_beats_i;
  assign load_ready_o      = load_wins && request_ready_i;
  assign store_ready_o     = store_wins && request_ready_i;

  // Beats.
  wire read_beat  = (fetching_q || loading_q) && read_valid_i;
  wire write_beat = storing_q && store_beat_valid_i && write_ready_i;
  wire last_beat  = (read_beat || write_beat) && left_q == 32'd1;

  assign fetch_valid_o      = fetching_q && read_valid_i;
  assign fetch_beat_o       = beat_q;
  assign fetch_last_o       = fetching_q && last_beat;
  assign load_beat_valid_o  = loading_q && read_valid_i;
  assign store_beat_ready_o = storing_q && write_ready_i;
  assign write_valid_o      = store_beat_valid_i;
  assign read_beats_o       = read_beats_q;
  assign write_beats_o      = write_beats_q;

  // What goes wrong.
  wire refused   = (read_beat && read_error_i) || (write_beat && write_error_i);
  wire wrong_tag = read_valid_i && (!(fetching_q || loading_q) || read_tag_i != tag_q);
  wire late      = watchdog_i != 32'd0 && waited_q == watchdog_i;
  wire idle      = !request_valid_o && !burst;

  assign error_o = !active_i ? ERROR_NONE
                 : refused   ? ERROR_MEMORY
                 : wrong_tag ? ERROR_TAG
                 : late      ? ERROR_WATCHDOG
                 :             ERROR_NONE;

  always @(posedge clk_i or negedge rst_ni) begin : p_state
    if (!rst_ni) begin
      fetching_q    <= 1'b0;
      loading_q     <= 1'b0;
      storing_q     <= 1'b0;
      tag_q         <= 4'd0;
      beat_q        <= 32'd0;
      left_q        <= 32'd0;
      waited_q      <= 32'd0;
      read_beats_q  <= 64'd0;
      write_beats_q <= 64'd0;
    end else if (abort_i) begin
      fetching_q <= 1'b0;
      loading_q  <= 1'b0;
      storing_q  <= 1'b0;
    end else begin
      if (taken) begin
        fetching_q <= fetch_wins;
        loading_q  <= load_wins;
        storing_q  <= store_wins;
        tag_q      <= request_tag_o;
        beat_q     <= 32'd0;
        left_q     <= request_beats_o;
      end
      if (read_beat || write_beat) begin
        beat_q <= beat_q + 32'd1;
        left_q <= left_q - 32'd1;
      end
      if (last_beat) begin
        fetching_q <= 1'b0;
        loading_q  <= 1'b0;
        storing_q  <= 1'b0;
      end
      waited_q <= (taken || read_beat || write_beat || idle) ? 32'd0 : waited_q + 32'd1;
      if (start_i) begin
        read_beats_q  <= 64'd0;
        write_beats_q <= 64'd0;
      end
      if (read_beat) read_beats_q <= read_beats_q + 64'd1;
      if (write_beat) write_beats_q <= write_beats_q + 64'd1;
    end
  end

endmodule

`default_nettype wire
