// Where samples come from, and the table of all sources (`dataset` in configurations).
//
// To add a source: its file (a subclass of Source, or a loader of labelled images for images_source(); and a function
// that gives its row) and its line in table.cpp. Its name becomes a value of the setting `dataset`, its own settings
// become flags and keys, and its content goes into the identity of runs with nothing else touched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ir/network.h"
#include "settings/own_settings.h"

namespace ampa::data {

struct TensorSpec {
  std::string name;                        // "image", "tokens", "label", "mask", "next"
  ir::Shape shape;                         // of one sample
  std::vector<float> mean = {}, std = {};  // per channel, by which values were normalised; empty: they were not
};

// A sample is a list of FP32 tensors: the network's input, and the targets that an objective compares its output with.
struct SourceShape {
  TensorSpec input;
  std::vector<TensorSpec> targets;
  std::int64_t num_classes = 0;  // that a network's output is shaped for, >= 1

  // What messages call samples: "images", "sequences".
  const char* samples() const { return input.name == "tokens" ? "sequences" : "images"; }
};

enum class Part { kTrain, kTest };

// How training samples are varied; the same for a sample of one seed, epoch and index, whoever asks.
struct Variation {
  bool augment = false;  // false: not at all, and the rest means nothing
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
};

class Source {
 public:
  virtual ~Source() = default;

  virtual const std::string& name() const = 0;
  virtual const SourceShape& shape() const = 0;
  virtual std::int64_t count(Part part) const = 0;  // samples
  // SHA-256, in lower-case hexadecimal, of the part's content, whatever files it came from.
  virtual std::string digest(Part part) const = 0;
  // Writes sample `index`, 0 <= index < count(part): the input to out[0], target i to out[1 + i], each shape.size()
  // values in (height, width, channels) order, normalised as a network takes them. May be called by several threads at
  // once.
  virtual void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const = 0;
};

// What is asked of a source.
struct SourceRequest {
  std::filesystem::path dir;                 // that exists; empty for a source without files
  std::int64_t max_train = 0, max_test = 0;  // the first so many samples, >= 0; 0: all
};

struct SourceInfo {
  std::string name;         // as --dataset takes it
  std::string format;       // "IDX", "CIFAR-10 binary", ...
  std::string default_dir;  // empty: --data-dir must be given
  std::string description;
  enum class Files { kNone, kFolder, kFolderOrPrefix } files = Files::kFolder;  // what `dir` is
  settings::OwnSettings own = {};
  // Throws InputError naming the file, what was expected and what was found. `values` holds all of `own`, in range.
  std::unique_ptr<Source> (*load)(const SourceRequest& request, const Json& values) = nullptr;
};

// The table: images with a class, images with masks, texts, and generated ones of each.
const std::vector<SourceInfo>& sources();

// By name, from `data_dir` (empty: its default place), with `options` for its own settings by key and their defaults
// for the rest. Throws InputError for a name that is not in the table, a folder that is not there, and as load does:
// missing, truncated, wrong magic, label range.
std::unique_ptr<Source> load_source(const std::string& name, const std::string& data_dir, std::int64_t max_train,
                                    std::int64_t max_test, const Json& options = Json::object());

}  // namespace ampa::data
