// The parts of a page before they are Markdown or HTML: what stands in the cells.
#pragma once

#include <string>
#include <vector>

#include "paper/page.h"

namespace ampa::paper {

struct PageTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

// Task, setting, then of each figure what is printed and ours, then what is known before training at the paper's size
// and at ours, costs, seeds and records.
PageTable figures_table(const TableResult& result);

// Claim, verdict, evidence.
PageTable claims_table(const TableResult& result);

// Claim, verdict, table: of all of them.
PageTable all_claims_table(const std::vector<TableResult>& results);

// Of a figure of widths or losses, the series of one run: for each layer its widths (digits) or losses over the epochs.
struct LayerHistory {
  std::string title;  // "weights of AMPA, ResNet-20, CIFAR-10, seed 1"
  std::vector<std::string> layers;
  std::vector<std::vector<double>> values;  // by layer, by epoch
};
std::vector<LayerHistory> layer_histories(const TableResult& result);

// Of a figure of curves: the test metric of each setting's first seed over the epochs.
struct Curve {
  std::string title;
  std::vector<double> values;
};
std::vector<Curve> curves(const TableResult& result);

// "ampa paper run table17 --scale quick --out DIR".
std::string command_of(const TableResult& result, const std::string& folder);

// Where a table stands in a list of all: "Table 17", "Figure 2".
std::string heading_of(const Experiment& experiment);

}  // namespace ampa::paper
