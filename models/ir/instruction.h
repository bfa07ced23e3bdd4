// One instruction of a step program: what it reads and writes, what it does, and what passes may make of it.
#pragma once

#include <utility>
#include <vector>

#include "ir/frame.h"
#include "ir/row_consumer.h"
#include "ir/step_context.h"

namespace ampa::ir {

// What follows a value position by position; see Instruction::absorb().
enum class Pointwise { kNone, kRelu, kRelu6, kAdd };

// Run on its own an instruction computes what it writes from what it reads, and knows of no other instruction. The rest
// are offers that ir/stream_rows.h and ir/memory.h may take up; they change time and memory, never a bit.
class Instruction {
 public:
  Instruction(std::vector<ValueId> reads, std::vector<ValueId> writes)
      : reads_(std::move(reads)), writes_(std::move(writes)) {}
  virtual ~Instruction() = default;
  Instruction(const Instruction&) = delete;
  Instruction& operator=(const Instruction&) = delete;

  virtual void run(Frame& frame, StepContext& context) = 0;

  // Values. One that is both read and written is changed where it is.
  const std::vector<ValueId>& reads() const { return reads_; }
  const std::vector<ValueId>& writes() const { return writes_; }

  // Its output may lie where its first input does.
  virtual bool works_in_place() const { return false; }

  // Tells `consumer` of all rows of writes()[0] while they are in the cache. False: it does not do that, or tells
  // another one already.
  virtual bool tell_rows_to(RowConsumer& /*consumer*/) { return false; }
  // Takes reads()[0] as it is written; run() follows at the instruction's own place. Null: it does not do that.
  virtual RowConsumer* row_consumer() { return nullptr; }

  // Computes writes()[0] where it is read, from what it reads, in place of storing it. False: it does not do that.
  virtual bool defer() { return false; }
  // Reads the value through Tensor::view() only, so that it may be deferred.
  virtual bool reads_deferred(ValueId /*value*/) const { return false; }

  // What it is to the instruction that writes its first or second input.
  virtual Pointwise pointwise() const { return Pointwise::kNone; }
  // Writes `result` from now on, which is writes()[0] followed by `next`; `other` is the second input of an addition.
  virtual bool absorb(Pointwise /*next*/, ValueId /*other*/, ValueId /*result*/) { return false; }
  // Clears what a ReLU, kRelu or kRelu6, of that output does not pass in the gradient reads()[0], before it uses it.
  virtual bool absorb_relu_gradient(Pointwise /*relu*/, ValueId /*relu_output*/) { return false; }

 protected:
  std::vector<ValueId> reads_, writes_;
};

}  // namespace ampa::ir
