#include "cost/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include "common/ceil_div.h"
#include "common/error.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kMaxSide = std::int64_t{1} << 31;
constexpr std::int64_t kMaxMapSide = std::int64_t{1} << 16;
constexpr std::int64_t kMaxMacs = std::int64_t{1} << 42;  // of one layer, as in a record

using Columns = std::vector<std::string>;
const Columns kGemmColumns = {"M", "N", "K"};
const Columns kConvColumns = {"IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width",
                              "Channels",     "Num Filter",  "Strides"};
const Columns kTwoStrideColumns = {"IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width",
                                   "Channels",     "Num Filter",  "Stride height", "Stride width"};

std::string trimmed(std::string_view text) {
  const std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

class Reader {
 public:
  Reader(const std::string& text, const std::string& source) : lines_(split(text, '\n')), source_(source) {}

  Topology read() {
    Topology topology;
    for (line_ = 0; line_ < lines_.size(); ++line_) {
      cells_ = split(lines_[line_], ',');
      if (std::all_of(cells_.begin(), cells_.end(), [](const std::string& cell) { return cell.empty(); })) continue;
      if (columns_)
        add_layer(topology.layers);
      else
        read_header(topology);
    }
    if (!columns_) throw InputError(fmt::format("{}: expected a header line, found an empty file", source_));
    if (topology.layers.empty())
      throw InputError(fmt::format("{}: expected a layer after the header line, found none", source_));
    return topology;
  }

 private:
  // `column` counts from 0; 0 is the layer's name.
  [[noreturn]] void fail(std::size_t column, const std::string& expected, const std::string& found) const {
    throw InputError(
        fmt::format("{}: line {}, column {}: expected {}, found {}", source_, line_ + 1, column + 1, expected, found));
  }

  std::string cell(std::size_t column) const { return column < cells_.size() ? cells_[column] : ""; }

  void read_header(Topology& topology) {
    const bool two_strides = lower(cell(kTwoStrideColumns.size())) == "stride width";
    columns_ = lower(cell(1)) == "m" ? &kGemmColumns : two_strides ? &kTwoStrideColumns : &kConvColumns;
    for (std::size_t i = 0; i < columns_->size(); ++i) {
      const std::string found = cell(i + 1), expected = (*columns_)[i];
      if (lower(found) == lower(expected)) continue;
      fail(i + 1, i == 0 ? "a header line with IFMAP Height or M" : "the header " + expected, "\"" + found + "\"");
    }
    for (std::size_t i = columns_->size() + 1; i < cells_.size(); ++i)
      if (!cells_[i].empty()) topology.unread_columns.push_back(cells_[i]);
  }

  std::int64_t value(std::size_t column, std::int64_t max) const {
    const std::string text = cell(column);
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() || number < 1 || number > max)
      fail(column, fmt::format("{} as an integer in [1, {}]", (*columns_)[column - 1], max),
           text.empty() ? "nothing" : "\"" + text + "\"");
    return number;
  }

  void add_layer(std::vector<TopologyLayer>& layers) const {
    if (cell(0).empty()) fail(0, "the name of a layer", "nothing");
    const gemm::ConvShape conv = columns_ == &kGemmColumns ? gemm_layer() : conv_layer();
    const gemm::JobShape shape = gemm::conv_geometry(conv, gemm::Pass::kForward, {}).shape();
    if (shape.m > kMaxMacs / shape.n || shape.m * shape.n > kMaxMacs / shape.k)
      fail(columns_->size(), fmt::format("a layer of at most {} MACs", kMaxMacs),
           fmt::format("{} x {} x {}", shape.m, shape.n, shape.k));
    if (columns_ == &kGemmColumns || cell(0).find("DP") == std::string::npos) {
      layers.push_back({cell(0), conv});
      return;
    }
    gemm::ConvShape channel = conv;
    channel.in_channels = 1;
    for (std::int64_t i = 0; i < conv.in_channels; ++i)
      layers.push_back({fmt::format("{}Channel_{}", cell(0), i), channel});
  }

  gemm::ConvShape gemm_layer() const {
    gemm::ConvShape conv;
    conv.images = value(1, kMaxSide);
    conv.out_channels = value(2, kMaxSide);
    conv.in_channels = value(3, kMaxSide);
    return conv;
  }

  gemm::ConvShape conv_layer() const {
    gemm::ConvShape conv;
    conv.in_height = value(1, kMaxMapSide);
    conv.in_width = value(2, kMaxMapSide);
    conv.kernel_height = value(3, conv.in_height);
    conv.kernel_width = value(4, conv.in_width);
    conv.in_channels = value(5, kMaxMapSide);
    conv.out_channels = value(6, kMaxSide);
    conv.stride = value(7, kMaxMapSide);
    if (columns_ == &kTwoStrideColumns && value(8, kMaxMapSide) != conv.stride)
      fail(8, fmt::format("the stride of the height, {}", conv.stride), cell(8));
    const auto outputs = [&](std::int64_t in, std::int64_t kernel) { return ceil_div(in - kernel, conv.stride) + 1; };
    conv.out_height = outputs(conv.in_height, conv.kernel_height);
    conv.out_width = outputs(conv.in_width, conv.kernel_width);
    return conv;
  }

  std::vector<std::string> lines_, cells_;
  const std::string& source_;
  std::size_t line_ = 0;
  const Columns* columns_ = nullptr;  // of the form, once its header is read
};

}  // namespace

Topology parse_topology(const std::string& text, const std::string& source) {
  return Reader(text, source).read();
}

}  // namespace ampa::cost
