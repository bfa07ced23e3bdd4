// The examples of docs/networks.md train, with the same bits on any number of threads and on every instruction set.
#include <catch2/catch.hpp>
#include <fstream>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "kernels/kernels.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

// Example `index` of the page as a file.
std::string write_example(const TemporaryFolder& folder, int index) {
  const std::string text = read_file(std::string(AMPA_SOURCE_DIR) + "/docs/networks.md"), open = "```json\n";
  std::size_t at = 0;
  for (int i = 0; i <= index; ++i) at = text.find(open, at) + open.size();
  const std::string path = (folder.path() / "example.json").string();
  std::ofstream(path) << text.substr(at, text.find("\n```", at) - at);
  return path;
}

record::RunRecord run(const std::string& network, const std::string& scheme, int num_threads) {
  TrainConfig config;
  config.network = network;
  config.dataset = "synthetic";
  config.scheme = scheme_from_string(scheme, "test");
  config.epochs = 3;
  config.batch_size = 16;
  config.max_train = 48;
  config.max_test = 4;
  config.lr = 0.05;
  ThreadPool threads(num_threads);
  TrainOptions options;
  options.threads = &threads;
  return train(config, options);
}

}  // namespace

TEST_CASE("documented networks: VGG and vision transformer learn in FP32 and INT8, any threads, any instruction set") {
  const char* const digests[2][2] = {{"0a79b730cbaa920e7cd94dad12c4c8a26b8266e2e4adbc5f847e6adf3155dccc",
                                      "f2174c9bfc2c4c2934526ef9be1e32e569365e50539e78e291a10df036ee3695"},
                                     {"a212e9340a429fd701fd5d942ff4c63e2cb84bb1aff5888cedf669344db36f51",
                                      "3eff62a7a57c7730e990bd4b1765ca35b3537482f51acd973f56fec2b001ae90"}};
  for (const int example : {0, 1}) {
    const TemporaryFolder folder;
    const std::string network = write_example(folder, example);
    for (const std::string scheme : {"fp32", "int8"}) {
      INFO("example " << example << ", " << scheme);
      const record::RunRecord record = run(network, scheme, 2);
      CHECK(record.status == record::Status::kCompleted);
      REQUIRE(record.epochs.size() == 3);
      CHECK(record.epochs.back().train_loss < 0.98 * record.epochs.front().train_loss);
      CHECK(record.tensor_digest == digests[example][scheme == "int8"]);
      kernels::select("portable");
      CHECK(run(network, scheme, 3).tensor_digest == record.tensor_digest);
      kernels::select("auto");
    }
  }
}

}  // namespace ampa::train
