// What the coordinator of a study costs, with a runner that does not train:
//
//   study_overhead TRIALS [grid|sobol] [whole|decisions] [folder]
//
// decisions: the engine alone, with figures made up. whole: `ampa study` but for its workers: a thread takes the jobs
// and answers each with the record of one run under another name; decisions, folders, records, index and summaries are
// real. Of the processor's time of the coordinator's thread it prints milliseconds a trial over the first and the last
// tenth of the trials (the first hundredth left out), their ratio, what starting and ending take, and the most memory.
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "record/run_record.h"
#include "study/job_queue.h"
#include "study/study_run.h"
#include "sweep/trial_book.h"
#include "train/train_settings.h"
#include "train/trainer.h"

namespace {

using namespace ampa;

double seconds_of_thread() {
  timespec time = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

study::StudySpec spec_of(std::int64_t trials, const std::string& sampler) {
  return study::parse_study({{"schema_version", 1},
                             {"name", "overhead"},
                             {"base",
                              {{"network", "tinycnn"},
                               {"dataset", "synthetic"},
                               {"scheme", "int8"},
                               {"epochs", 1},
                               {"batch_size", 8},
                               {"max_train", 16},
                               {"max_test", 8},
                               {"validation", 8}}},
                             {"space", {{"momentum", {{"from", 0.1}, {"to", 0.9}, {"steps", trials}}}}},
                             {"objectives", {{{"of", "metric"}}, {{"of", "rr"}}}},
                             {"sampler", {{"name", sampler}}},
                             {"batch", 50},
                             {"budget", {{"trials", trials}}},
                             {"confirm", {{"settings", 0}}}},
                            "study_overhead");
}

void print(const std::vector<double>& ends, double begin, double made, double end) {
  const std::size_t n = ends.size(), tenth = std::max<std::size_t>(1, n / 10), skipped = n / 100;
  const auto pace = [&](std::size_t first, std::size_t last) {
    return 1000 * (ends[last] - ends[first]) / static_cast<double>(last - first);
  };
  const double at_start = pace(skipped, skipped + tenth), at_end = pace(n - 1 - tenth, n - 1);
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{} trials: {:.3f} ms a trial at the start, {:.3f} at the end, ratio {:.2f}; before the first {:.1f} s, "
      "after the last {:.1f} s; {} MiB\n",
      n, at_start, at_end, at_end / at_start, made - begin, end - ends.back(), usage.ru_maxrss / 1024);
}

void time_decisions(const study::StudySpec& spec) {
  const double begin = seconds_of_thread();
  const study::Lattice lattice = study::make_lattice(spec);
  study::Engine engine(spec, lattice);
  const double made = seconds_of_thread();
  std::vector<double> ends;
  for (;;) {
    const study::Decision decision = engine.decide(false);
    if (!decision.end.empty()) break;
    for (const study::Job& job : decision.jobs) {
      study::RunResult result;
      result.trial = job.trial;
      result.setting = job.setting;
      result.seed = job.seed;
      result.epochs = job.until_epoch;
      result.completed = true;
      result.objectives = {static_cast<double>(job.setting % 97), static_cast<double>(job.setting % 89)};
      result.metric = result.objectives[0];
      engine.add(result);
      ends.push_back(seconds_of_thread());
    }
  }
  print(ends, begin, made, seconds_of_thread());
}

// Takes jobs as `ampa worker` does until the study is over, and trains the first of them alone.
void answer_jobs(const std::filesystem::path& dir, const std::atomic<bool>& is_over) {
  study::JobClaims claims(dir);
  std::optional<record::RunRecord> record;
  while (!is_over) {
    const std::optional<study::QueuedJob> job = claims.claim();
    if (!job) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    const std::filesystem::path folder = sweep::trial_dir(dir, job->trial);
    const Json config = read_json_file(folder / "config.json");
    if (!record) {
      ThreadPool threads(1);
      train::TrainOptions options;
      options.threads = &threads;
      record = train::train(train::config_from_json(config, "config.json"), options);
    }
    record->config = config;
    record->identity->settings["momentum"] = config.at("momentum");
    record::write_record(folder / "record.json", *record);
    claims.end(*job, false, "");
  }
}

void time_whole(const study::StudySpec& spec, const std::filesystem::path& dir) {
  std::atomic<bool> is_over{false};
  std::filesystem::create_directories(dir / "queue");
  std::thread runner([&] { answer_jobs(dir, is_over); });
  study::StudyOptions options;
  options.dir = dir;
  options.num_workers = 0;
  std::vector<double> ends;
  options.on_result = [&](const study::RunResult&) { ends.push_back(seconds_of_thread()); };
  options.on_notice = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
  const double begin = seconds_of_thread();
  study::run_study(spec, options);
  const double end = seconds_of_thread();
  is_over = true;
  runner.join();
  print(ends, begin, ends.front(), end);
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t trials = argc > 1 ? std::atoll(argv[1]) : 1000;
  const study::StudySpec spec = spec_of(trials, argc > 2 ? argv[2] : "grid");
  if (argc > 3 && std::string(argv[3]) == "decisions") {
    time_decisions(spec);
    return 0;
  }
  const std::filesystem::path root = argc > 4 ? argv[4] : std::filesystem::temp_directory_path();
  const std::filesystem::path dir = root / fmt::format("study_overhead.{}", ::getpid());
  time_whole(spec, dir);
  std::filesystem::remove_all(dir);
}
