// Who takes the rows of a value that is written image by image.
#pragma once

#include "ir/row_consumer.h"
#include "ir/step_context.h"

namespace ampa::ops {

// At most one consumer, which hears of all rows of an image at once; nobody hears of images that are evaluated alone.
class ToldByImage {
 public:
  // As Instruction::tell_rows_to().
  bool take(ir::RowConsumer& consumer) {
    if (consumer_) return false;
    consumer_ = &consumer;
    return true;
  }
  // Once the value has its shape, before the first image.
  void start(ir::Frame& frame, ir::ValueId value, const ir::StepContext& context) {
    is_told_ = consumer_ && !context.images_alone;
    if (is_told_) consumer_->start(frame, value);
  }
  void tell(std::int64_t image, std::int64_t num_rows) const {
    if (is_told_) consumer_->on_rows(image, 0, num_rows);
  }

 private:
  ir::RowConsumer* consumer_ = nullptr;
  bool is_told_ = false;
};

}  // namespace ampa::ops
