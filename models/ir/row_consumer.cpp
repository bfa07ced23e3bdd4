#include "ir/row_consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace ampa::ir {

void RowConsumer::begin(const quant::FloatShape& shape) {
  height_ = shape.height;
  rows_told_.assign(static_cast<std::size_t>(shape.images), 0);
  is_started_ = true;
}

void RowConsumer::on_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) {
  const auto index = static_cast<std::size_t>(image);
  if (!is_started_ || index >= rows_told_.size() || first_row != rows_told_[index] || num_rows < 1 ||
      first_row + num_rows > height_)
    throw std::logic_error(
        fmt::format("rows of a value: {} images of {} rows cannot hear rows {} to {} of image {} now",
                    rows_told_.size(), height_, first_row, first_row + num_rows, image));
  rows_told_[index] += num_rows;
  take_rows(image, first_row, num_rows);
}

void RowConsumer::finish() {
  const bool complete = std::all_of(rows_told_.begin(), rows_told_.end(), [&](auto rows) { return rows == height_; });
  if (is_started_ && !complete) throw std::logic_error("rows of a value: finished before it had heard all rows");
  is_started_ = false;
}

}  // namespace ampa::ir
