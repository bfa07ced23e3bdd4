#include "allocate/width_program.h"

#include <fmt/format.h>
#include <glpk.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "common/error.h"

namespace ampa::allocate {
namespace {

struct DeleteProblem {
  void operator()(glp_prob* problem) const { glp_delete_prob(problem); }
};
using Problem = std::unique_ptr<glp_prob, DeleteProblem>;

// Rows of a matrix as GLPK takes them: index 0 is not used.
struct Entries {
  std::vector<int> rows = {0}, columns = {0};
  std::vector<double> values = {0};
  void add(int row, int column, double value) {
    rows.push_back(row);
    columns.push_back(column);
    values.push_back(value);
  }
};

double largest_magnitude(const WidthProgram& program) {
  double most = 0;
  for (const std::vector<double>& layer : program.costs)
    for (const double cost : layer) most = std::max(most, std::abs(cost));
  return most > 0 ? most : 1;
}

double total_size(const WidthProgram& program) {
  double sum = 0;
  for (const std::int64_t size : program.sizes) sum += static_cast<double>(size);
  return sum;
}

int column_of(const WidthProgram& program, std::size_t layer, std::size_t width) {
  return static_cast<int>(layer * program.widths.size() + width) + 1;
}

// One binary variable for every layer and width; row 1 + l: layer l has one width; the last row: the mean.
Problem make_problem(const WidthProgram& program) {
  const std::size_t num_layers = program.costs.size(), num_widths = program.widths.size();
  Problem problem(glp_create_prob());
  glp_set_obj_dir(problem.get(), GLP_MIN);
  glp_add_rows(problem.get(), static_cast<int>(num_layers) + 1);
  glp_add_cols(problem.get(), static_cast<int>(num_layers * num_widths));
  const double scale = largest_magnitude(program), total = total_size(program);
  const int mean = static_cast<int>(num_layers) + 1;
  Entries entries;
  for (std::size_t l = 0; l < num_layers; ++l) {
    const int row = static_cast<int>(l) + 1;
    glp_set_row_bnds(problem.get(), row, GLP_FX, 1, 1);
    for (std::size_t w = 0; w < num_widths; ++w) {
      const int column = column_of(program, l, w);
      glp_set_col_kind(problem.get(), column, GLP_BV);
      glp_set_obj_coef(problem.get(), column, program.costs[l][w] / scale);
      entries.add(row, column, 1);
      entries.add(mean, column, static_cast<double>(program.sizes[l]) * program.widths[w] / total);
    }
  }
  glp_set_row_bnds(problem.get(), mean, GLP_UP, 0, program.average + 1e-9);
  glp_load_matrix(problem.get(), static_cast<int>(entries.values.size()) - 1, entries.rows.data(),
                  entries.columns.data(), entries.values.data());
  return problem;
}

}  // namespace

WidthAssignment assigned(const WidthProgram& program, std::vector<Bits> bits) {
  WidthAssignment result;
  for (std::size_t l = 0; l < bits.size(); ++l) {
    const auto width = std::find(program.widths.begin(), program.widths.end(), bits[l]) - program.widths.begin();
    result.cost += program.costs[l].at(static_cast<std::size_t>(width));
    result.average += static_cast<double>(program.sizes[l]) * bits[l];
  }
  result.average /= total_size(program);
  result.bits = std::move(bits);
  return result;
}

WidthAssignment assign_widths(const WidthProgram& program) {
  const Bits least = *std::min_element(program.widths.begin(), program.widths.end());
  if (program.average < least)
    throw InputError(
        fmt::format("average: expected at least {}, the smallest width, found {}", least, program.average));
  const Problem problem = make_problem(program);
  glp_iocp options;
  glp_init_iocp(&options);
  options.msg_lev = GLP_MSG_OFF;
  options.presolve = GLP_ON;
  options.tol_obj = 1e-9;
  const int error = glp_intopt(problem.get(), &options);
  if (error != 0 || glp_mip_status(problem.get()) != GLP_OPT)
    throw RunError(fmt::format("average: the integer program has no optimum (GLPK: code {}, status {})", error,
                               glp_mip_status(problem.get())));
  std::vector<Bits> bits;
  for (std::size_t l = 0; l < program.costs.size(); ++l)
    for (std::size_t w = 0; w < program.widths.size(); ++w)
      if (glp_mip_col_val(problem.get(), column_of(program, l, w)) > 0.5) bits.push_back(program.widths[w]);
  return assigned(program, std::move(bits));
}

}  // namespace ampa::allocate
