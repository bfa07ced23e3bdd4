#include "study/index_db.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "common/error.h"

namespace ampa::study {
namespace {

constexpr const char* kSchema = R"(
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
CREATE TABLE study (name TEXT, file TEXT, num_combinations INTEGER, num_settings INTEGER);
CREATE TABLE setting (setting INTEGER PRIMARY KEY, id TEXT UNIQUE, label TEXT, same_runs TEXT, baseline INTEGER,
                      config TEXT);
CREATE TABLE decision (decision INTEGER PRIMARY KEY, based_on TEXT, end TEXT);
CREATE TABLE job (decision INTEGER REFERENCES decision, trial TEXT, setting INTEGER REFERENCES setting, seed INTEGER,
                  until_epoch INTEGER, why TEXT);
CREATE TABLE trial (trial TEXT, setting INTEGER REFERENCES setting, seed INTEGER, epochs INTEGER, completed INTEGER,
                    ruled_out TEXT, metric REAL, test_metric REAL, objectives TEXT, PRIMARY KEY (trial, epochs));
)";

}  // namespace

// Prepared, bound from left to right, run once.
class IndexDb::Statement {
 public:
  Statement(IndexDb& index, const char* sql) : index_(index) {
    if (sqlite3_prepare_v2(index.database_.get(), sql, -1, &statement_, nullptr) != SQLITE_OK) index.fail(sql);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& text) {
    sqlite3_bind_text(statement_, ++next_, text.c_str(), -1, SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind(std::int64_t number) {
    sqlite3_bind_int64(statement_, ++next_, number);
    return *this;
  }
  Statement& bind(const std::optional<double>& number) {
    number ? sqlite3_bind_double(statement_, ++next_, *number) : sqlite3_bind_null(statement_, ++next_);
    return *this;
  }
  void run() {
    if (sqlite3_step(statement_) != SQLITE_DONE) index_.fail("a row");
  }

 private:
  IndexDb& index_;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 0;
};

IndexDb::IndexDb(const std::filesystem::path& path, const StudySpec& spec, const Lattice& lattice)
    : path_(path), database_(nullptr, sqlite3_close) {
  std::error_code code;
  std::filesystem::remove(path, code);
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix-none");
  database_.reset(database);
  if (opened != SQLITE_OK) fail("opening");
  run(kSchema);
  run("BEGIN");
  Statement(*this, "INSERT INTO study VALUES (?, ?, ?, ?)")
      .bind(spec.name)
      .bind(spec.json.dump())
      .bind(static_cast<std::int64_t>(lattice.setting_of.size()))
      .bind(static_cast<std::int64_t>(lattice.num_candidates))
      .run();
  for (std::size_t i = 0; i < lattice.settings.size(); ++i) {
    const sweep::TrialSummary& setting = lattice.settings[i];
    Json config = setting.config;
    config.erase("seed");
    Statement(*this, "INSERT INTO setting VALUES (?, ?, ?, ?, ?, ?)")
        .bind(static_cast<std::int64_t>(i))
        .bind(setting.setting)
        .bind(setting.label)
        .bind(Json(setting.same_runs).dump())
        .bind(std::int64_t{setting.baseline})
        .bind(config.dump())
        .run();
  }
  run("COMMIT");
}

IndexDb::~IndexDb() = default;

void IndexDb::fail(const char* what) const {
  throw RunError(
      fmt::format("{}: cannot write the index: {} ({})", path_.string(), sqlite3_errmsg(database_.get()), what));
}

void IndexDb::run(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void IndexDb::add(const Decision& decision) {
  run("BEGIN");
  Statement(*this, "INSERT INTO decision VALUES (?, ?, ?)")
      .bind(decision.number)
      .bind(Json(decision.based_on).dump())
      .bind(decision.end)
      .run();
  for (const Job& job : decision.jobs)
    Statement(*this, "INSERT INTO job VALUES (?, ?, ?, ?, ?, ?)")
        .bind(decision.number)
        .bind(job.trial)
        .bind(static_cast<std::int64_t>(job.setting))
        .bind(static_cast<std::int64_t>(job.seed))
        .bind(job.until_epoch)
        .bind(job.why)
        .run();
  run("COMMIT");
}

void IndexDb::add(const std::vector<RunResult>& results) {
  run("BEGIN");
  for (const RunResult& result : results) {
    Json objectives = Json::array();
    for (const std::optional<double>& value : result.objectives) objectives.push_back(value ? Json(*value) : Json());
    Statement(*this, "INSERT OR REPLACE INTO trial VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(result.trial)
        .bind(static_cast<std::int64_t>(result.setting))
        .bind(static_cast<std::int64_t>(result.seed))
        .bind(result.epochs)
        .bind(std::int64_t{result.completed})
        .bind(result.ruled_out)
        .bind(result.metric)
        .bind(result.test_metric)
        .bind(objectives.dump())
        .run();
  }
  run("COMMIT");
}

}  // namespace ampa::study
