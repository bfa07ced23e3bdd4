// Where the words of a job's descriptor lie, 32 bits each; core/README.md says what they mean. Its C++ twin is
// systemc/timing/descriptor.h.
localparam [31:0] DESCRIPTOR_MAGIC = 32'h414d_5041;

localparam JOB_MAGIC          = 0;
localparam JOB_FORMATS        = 1;   // 3-0 bits of A, 5-4 its kind, 11-8 bits of B, 13-12 its kind, 19-16 bits of the
                                     // results' codes, 24 slabs along K, 25 wide sums, 26 results leave as codes, 27 rounded at random, 28 corrected
localparam JOB_SLABS          = 2;
localparam JOB_SLABS_PER_IMAGE = 3;  // 1: a slab is one image or more
localparam JOB_M_BLOCKS       = 4;
localparam JOB_N_BLOCKS       = 5;
localparam JOB_M_BLOCK        = 6;   // rows of A per block; slabs along K only
localparam JOB_M_LAST         = 7;   // of the last block
localparam JOB_N_BLOCK        = 8;   // rows of B per block
localparam JOB_N_LAST         = 9;
localparam JOB_SLICES         = 10;  // slabs along M only, as the two that follow
localparam JOB_LAST_LANES     = 11;
localparam JOB_DEPTH          = 12;
localparam JOB_A_BIT          = 13;  // bit addresses, two words each, lower one first
localparam JOB_B_BIT          = 15;
localparam JOB_OUT_BYTE       = 17;
localparam JOB_A_IMAGE_BITS   = 19;  // from image (or run of images) to the next
localparam JOB_B_IMAGE_BITS   = 21;  // slabs along M: from block to block of B
localparam JOB_B_BLOCK_LENGTH = 23;  // bits of a block of B; slabs along M only
localparam JOB_B_LAST_LENGTH  = 24;
localparam JOB_OUT_FORMAT     = 25;  // of codes: 7-0 zero point, 16-8 lowest code, 25-17 highest, two's complement
localparam JOB_OUT_SCALE      = 26;  // FP32, of the sums
localparam JOB_OUT_INV_SCALE  = 27;  // FP32, of the codes
localparam JOB_OUT_SEED       = 28;  // of the random bits, two words; then step and tensor
localparam JOB_OUT_STEP       = 30;
localparam JOB_OUT_TENSOR     = 31;
localparam JOB_WORDS          = 32;

localparam A_WORDS            = 32;  // an operand block for A
localparam B_WORDS            = 96;  // and for B
localparam OPERAND_STORAGE_BITS  = 0;  // in memory: 2, 4, 6 or 8
localparam OPERAND_ZERO_CODE     = 1;
localparam OPERAND_DILATION_LOG2 = 2;  // 0 .. 3
localparam OPERAND_GX0           = 3;
localparam OPERAND_HEIGHT        = 4;  // tensor height << dilation_log2
localparam OPERAND_WIDTH         = 5;
localparam OPERAND_GY0           = 6;  // of B with slabs along M; else a slab has its own
localparam OPERAND_S_OFFSET      = 7;
localparam ROW_WALKER            = 8;
localparam DEPTH_WALKER          = 32;
localparam OPERAND_WORDS         = 64;

localparam WALKER_LOW_RADIX     = 0;
localparam WALKER_MID_RADIX     = 1;
localparam WALKER_LOW_ADVANCE   = 2;
localparam WALKER_MID_ADVANCE   = 3;
localparam WALKER_INDEX_ADVANCE = 4;
localparam WALKER_GY            = 5;   // four words: unit, advance, low carry, mid carry
localparam WALKER_GX            = 9;
localparam WALKER_S             = 13;
localparam WALKER_P             = 17;
localparam WALKER_UNIT          = 0;
localparam WALKER_ADVANCE       = 1;
localparam WALKER_LOW_CARRY     = 2;
localparam WALKER_MID_CARRY     = 3;

localparam SLAB_TABLE      = 160;      // one entry per slab of an image, or two: a slab, the last slab
localparam SLAB_POSITIONS  = 0;
localparam SLAB_SLICES     = 1;        // slabs along K only, as the next
localparam SLAB_LAST_LANES = 2;
localparam SLAB_A          = 4;        // for A; for B with slabs along K
localparam SLAB_B          = 8;
localparam SLAB_BIT        = 0;        // of its first code, from the image on
localparam SLAB_LENGTH     = 1;        // bits
localparam SLAB_GY0        = 2;
localparam SLAB_S_OFFSET   = 3;
localparam SLAB_WORDS      = 16;
localparam MAX_SLAB_ENTRIES = 64;
                                       // behind the entries: a word for each column's correction, if the job has them
