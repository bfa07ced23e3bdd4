#include "cost/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "common/checked.h"
#include "cost/topology_lines.h"

namespace ampa::cost {
namespace {

using Cells = std::vector<std::string>;
const Cells kGemmColumns = {"name", "M", "N", "K"};
const Cells kConvColumns = {"name",         "IFMAP Height", "IFMAP Width", "Filter Height",
                            "Filter Width", "Channels",     "Num Filter",  "Strides"};
constexpr const char* kMacs = "MACs";
constexpr std::size_t kMostNotes = 8;  // one for each column

// Letters and digits in lower case: "Num Filter" and "num_filters" differ in one letter.
std::string letters(const std::string& text) {
  std::string found;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      found += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return found;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

class Reader {
 public:
  Reader(const std::string& text, const std::string& source, const TopologyOptions& options)
      : source_(source), options_(options), lines_(split_topology(text, source)) {}

  Topology read() {
    if (lines_.rows.empty())
      throw InputError(
          fmt::format("{}: expected {}, found an empty file", source_, options_.header ? "a header line" : "a layer"));
    if (take_header()) lines_.rows.erase(lines_.rows.begin());
    skip_titles();
    if (lines_.rows.empty())
      throw InputError(fmt::format("{}: expected a layer after the header line, found none", source_));
    choose_form(lines_.rows.front().cells);
    note_header();
    for (const TopologyRow& row : lines_.rows) {
      row_ = &row;
      add_layer();
    }
    note_unused();
    if (sparse_.count > 0)
      topology_.notes.push_back(
          fmt::format("sparsity of weights is not modelled: {} layers are costed as dense ones, "
                      "the first in line {}",
                      sparse_.count, sparse_.line));
    return std::move(topology_);
  }

 private:
  struct Lines {
    std::int64_t count = 0, line = 0;
  };

  bool take_header() {
    const TopologyRow& first = lines_.rows.front();
    if (!options_.header) return false;
    if (!is_row_of_numbers(first.cells)) {
      header_ = first.cells;
      return true;
    }
    if (!lines_.starts_with_row) return false;  // the comment or empty line before it was the header
    topology_.notes.push_back(
        fmt::format("line {} is taken as the header, as SCALE-Sim does, and \"{}\" is not costed; --no-header reads it "
                    "as a layer",
                    first.line, first.cells.front()));
    return true;
  }

  // A name alone is a title, which version 1 of SCALE-Sim skips.
  void skip_titles() {
    const auto is_title = [](const TopologyRow& row) {
      return !row.cells.front().empty() &&
             std::all_of(row.cells.begin() + 1, row.cells.end(), [](const std::string& cell) { return cell.empty(); });
    };
    Lines titles;
    for (const TopologyRow& row : lines_.rows)
      if (is_title(row) && titles.count++ == 0) titles.line = row.line;
    if (titles.count == 0) return;
    lines_.rows.erase(std::remove_if(lines_.rows.begin(), lines_.rows.end(), is_title), lines_.rows.end());
    topology_.notes.push_back(fmt::format("{} lines have a name and no value and are no layers, the first is line {}",
                                          titles.count, titles.line));
  }

  void choose_form(const Cells& cells) {
    const auto has = [&](const char* name) {
      const auto end = header_.begin() + std::min<std::ptrdiff_t>(4, static_cast<std::ptrdiff_t>(header_.size()));
      return std::any_of(header_.begin(), end, [&](const std::string& cell) { return letters(cell) == name; });
    };
    const auto values = std::count_if(cells.begin() + 1, cells.end(), [](const std::string& c) { return !c.empty(); });
    const bool says_maps = header_.size() > 1 && letters(header_[1]).find("map") != std::string::npos;
    is_gemm_ = (has("m") && has("n") && has("k")) || values == 3 || (values < 6 && !says_maps);
    columns_ = is_gemm_ ? &kGemmColumns : &kConvColumns;
    if (is_gemm_ && says_maps)
      topology_.notes.push_back("the layers have three values and are read as M, N and K, whatever the header says");
  }

  // A header that gives a column the name of another one.
  void note_header() {
    for (std::size_t i = 1; i < std::min(header_.size(), columns_->size()); ++i)
      for (std::size_t other = 1; other < columns_->size(); ++other)
        if (other != i && letters(header_[i]) == letters((*columns_)[other]))
          topology_.notes.push_back(fmt::format("column {}, \"{}\", is read as {}, by its position as SCALE-Sim does",
                                                i + 1, header_[i], (*columns_)[i]));
  }

  void note_unused() {
    std::size_t shown = 0;
    for (const auto& [column, unused] : unused_)
      if (++shown <= kMostNotes)
        topology_.notes.push_back(fmt::format("column {}{}: {} values are not used, the first in line {}", column + 1,
                                              title(column), unused.count, unused.line));
    if (shown > kMostNotes)
      topology_.notes.push_back(fmt::format("values of {} more columns are not used", shown - kMostNotes));
  }

  std::string title(std::size_t column) const {
    return column < header_.size() && !header_[column].empty() ? " \"" + header_[column] + "\"" : "";
  }

  // `column` counts from 0; 0 is the layer's name.
  [[noreturn]] void fail(std::size_t column, const std::string& expected, const std::string& found) const {
    throw InputError(fmt::format("{}: line {}, column {}: expected {}, found {}", source_, row_->line, column + 1,
                                 expected, found.empty() ? "nothing" : "\"" + found + "\""));
  }

  std::string cell(std::size_t column) const { return column < row_->cells.size() ? row_->cells[column] : ""; }

  std::int64_t value(std::size_t column, const std::string& what) const {
    const std::optional<std::int64_t> number = whole_number(cell(column));
    if (!number) fail(column, what + " as a whole number from 1 to 2^63 - 1", cell(column));
    return *number;
  }
  std::int64_t value(std::size_t column) const { return value(column, (*columns_)[column]); }

  void add_layer() {
    TopologyLayer layer;
    layer.name = cell(0);
    layer.line = row_->line;
    if (layer.name.empty()) fail(0, "the name of a layer", "");
    const std::size_t used = is_gemm_ ? read_gemm(layer) : read_conv(layer);
    for (std::size_t i = used; i < row_->cells.size(); ++i)
      if (!row_->cells[i].empty()) count(unused_[i]);
    try {
      set_batch(layer);
      const gemm::JobShape shape = gemm::conv_geometry(layer.conv, gemm::Pass::kForward, {}).shape();
      checked_mul(checked_mul(shape.m, shape.n, shape.k, kMacs), layer.count, kMacs);
    } catch (const OverflowError& error) {
      throw InputError(fmt::format("{}: line {}: layer {}: {}", source_, row_->line, layer.name, error.what()));
    }
    topology_.layers.push_back(std::move(layer));
  }

  void count(Lines& lines) const {
    if (lines.count++ == 0) lines.line = row_->line;
  }

  // N:M in `column`, as in 2:4; false for anything else there.
  bool take_sparsity(std::size_t column) {
    const std::string text = cell(column);
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return false;
    const auto some = whole_number(text.substr(0, colon)), all = whole_number(text.substr(colon + 1));
    if (!some || !all || *some > *all) fail(column, "a sparsity N:M with N from 1 to M", text);
    if (*some < *all) count(sparse_);
    return true;
  }

  // Both give the number of columns that they have read.
  std::size_t read_gemm(TopologyLayer& layer) {
    layer.conv.images = value(1);
    layer.conv.out_channels = value(2);
    layer.conv.in_channels = value(3);
    const auto is_batch = [&](std::size_t i) { return cell(i).find_first_of("+-0123456789") == 0; };
    if (take_sparsity(4) || cell(4).empty()) {
      if (!is_batch(5)) return 5;
      layer.count = value(5, "a batch");
      return 6;
    }
    if (!is_batch(4)) return 4;
    layer.count = value(4, "a batch or a sparsity N:M");
    if (is_batch(5)) fail(5, "one batch", cell(5));
    return 5;
  }

  std::size_t read_conv(TopologyLayer& layer) {
    gemm::ConvShape& conv = layer.conv;
    conv.in_height = value(1);
    conv.in_width = value(2);
    conv.kernel_height = value(3);
    conv.kernel_width = value(4);
    if (conv.kernel_height > conv.in_height) fail(3, "a filter as high as the map at most", cell(3));
    if (conv.kernel_width > conv.in_width) fail(4, "a filter as wide as the map at most", cell(4));
    conv.in_channels = value(5);
    conv.out_channels = value(6);
    conv.stride = layer.stride_width = value(7);
    const bool more = !cell(8).empty() && !take_sparsity(8);
    if (more) {
      layer.stride_width = value(8, "a stride of the width or a sparsity N:M");
      const bool says_batch = header_.size() > 8 && letters(header_[8]).find("batch") != std::string::npos;
      if (says_batch && layer.stride_width != conv.stride)
        fail(8, "the stride of the width, as SCALE-Sim v2 reads it, or nothing (--batch-size gives a batch)", cell(8));
    }
    const auto outputs = [](std::int64_t in, std::int64_t kernel, std::int64_t stride) {
      return whole_div(in - kernel, stride) + 1;
    };
    conv.out_height = outputs(conv.in_height, conv.kernel_height, conv.stride.y);
    conv.out_width = outputs(conv.in_width, conv.kernel_width, layer.stride_width);
    layer.depthwise = layer.name.find("DP") != std::string::npos;
    if (layer.depthwise) layer.count = std::exchange(conv.in_channels, 1);
    return more && take_sparsity(9) ? 10 : 9;
  }

  // And that no size of a tensor or of a job in any pass leaves 63 bits.
  void set_batch(TopologyLayer& layer) const {
    gemm::ConvShape& conv = layer.conv;
    if (is_gemm_ && layer.count > 1)
      layer.count = checked_mul(layer.count, options_.batch_size, kMacs);
    else
      conv.images = checked_mul(conv.images, options_.batch_size, kMacs);
    const std::int64_t kernel = checked_mul(conv.kernel_height, conv.kernel_width, kMacs);
    checked_mul(checked_mul(conv.in_height, conv.in_width, conv.images, kMacs), conv.in_channels, kMacs);
    checked_mul(checked_mul(conv.out_height, conv.out_width, conv.images, kMacs), conv.out_channels, kMacs);
    checked_mul(kernel, conv.in_channels, conv.out_channels, kMacs);
  }

  const std::string& source_;
  const TopologyOptions& options_;
  TopologyLines lines_;
  Cells header_;  // empty if there is none
  bool is_gemm_ = false;
  const Cells* columns_ = nullptr;
  const TopologyRow* row_ = nullptr;  // that is being read
  Topology topology_;
  std::map<std::size_t, Lines> unused_;  // by column
  Lines sparse_;
};

}  // namespace

Topology parse_topology(const std::string& text, const std::string& source, const TopologyOptions& options) {
  return Reader(text, source, options).read();
}

}  // namespace ampa::cost
