// One page of tables and figures of the paper beside ours: as Markdown and as one self-contained HTML file.
#pragma once

#include <string>
#include <vector>

#include "paper/results.h"

namespace ampa::paper {

struct PageInput {
  std::vector<TableResult> tables;
  std::string point;   // on which runs are costed
  std::string folder;  // that the runs are in, for the commands
};

std::string markdown_page(const PageInput& input);
std::string html_page(const PageInput& input, const Json& context);

}  // namespace ampa::paper
