// The way in which an instruction takes a tensor while it is written.
#pragma once

#include <vector>

#include "ir/frame.h"

namespace ampa::ir {

// Told by whoever writes a tensor: start() once the tensor has its shape, then on_rows() for all rows of every image as
// soon as they are final: the rows of an image in ascending order by the thread that wrote them, while they are in its
// cache; one image after the other. Images and rows are those of the shape that the tensor had at start(). on_rows()
// may change the rows. Whoever breaks the order, and a finish() before the last row, get std::logic_error.
class RowConsumer {
 public:
  virtual ~RowConsumer() = default;

  void start(Frame& frame, ValueId value) {
    begin(frame.at(value));
    hear(frame, value);
  }
  void on_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows);
  bool is_started() const { return is_started_; }
  void finish();  // all rows were told; the next tensor starts anew

 protected:
  // Of the first rows of an image `first_row` is 0; the last ones end at the tensor's height.
  virtual void hear(Frame& frame, ValueId value) = 0;
  virtual void take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) = 0;

 private:
  void begin(const quant::FloatShape& shape);

  bool is_started_ = false;
  std::int64_t height_ = 0;
  std::vector<std::int64_t> rows_told_;  // of every image
};

}  // namespace ampa::ir
