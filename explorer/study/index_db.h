// DIR/index.sqlite: what the records of a study hold, for queries.
//
// An index and nothing else: the records and decisions.jsonl are the truth, and it is made anew from them at every
// start of the coordinator, which alone writes it and holds the lock of the folder; the database itself locks no file,
// so that it may lie on a shared file system. Tables: study, setting, trial, decision, job.
#pragma once

#include <filesystem>
#include <memory>

#include "study/decision.h"
#include "study/history.h"
#include "study/lattice.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ampa::study {

class IndexDb {
 public:
  // An empty index in the place of what is there. Throws RunError naming the file and what SQLite says.
  IndexDb(const std::filesystem::path& path, const StudySpec& spec, const Lattice& lattice);
  ~IndexDb();
  IndexDb(const IndexDb&) = delete;
  IndexDb& operator=(const IndexDb&) = delete;

  // One transaction each.
  void add(const Decision& decision);
  void add(const std::vector<RunResult>& results);

 private:
  class Statement;
  void run(const char* sql);
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_;
};

}  // namespace ampa::study
