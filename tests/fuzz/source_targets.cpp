// Data that users bring: arrays of NumPy, pictures, texts. What is accepted is read as a step reads it.
#include <algorithm>

#include "data/picture.h"
#include "data/source.h"
#include "fuzz_target.h"

namespace ampa::fuzz {
namespace {

constexpr std::int64_t kFewSamples = 4;
constexpr std::int64_t kLargestSample = 1 << 20;

// Some samples of both parts, varied and not.
void read_samples(const data::Source& source) {
  const data::SourceShape& shape = source.shape();
  std::vector<std::vector<float>> tensors(1 + shape.targets.size());
  tensors[0].resize(static_cast<std::size_t>(shape.input.shape.size()));
  for (std::size_t i = 0; i < shape.targets.size(); ++i)
    tensors[1 + i].resize(static_cast<std::size_t>(shape.targets[i].shape.size()));
  std::vector<float*> out;
  for (std::vector<float>& tensor : tensors) out.push_back(tensor.data());
  for (const data::Part part : {data::Part::kTrain, data::Part::kTest}) {
    source.digest(part);
    if (shape.input.shape.size() > kLargestSample) continue;
    for (std::int64_t i = 0; i < std::min(kFewSamples, source.count(part)); ++i)
      for (const bool varied : {false, true}) source.read(part, i, {varied, 1, 0}, out.data());
  }
}

void npy_source(std::string_view bytes) {
  std::filesystem::path folder;
  for (const char* name : {"train_images.npy", "train_labels.npy", "test_images.npy", "test_labels.npy"})
    folder = file_with("npy_source", name, take_file(bytes)).parent_path();
  read_samples(*data::load_source("npy", folder.string(), 0, kFewSamples));
}

void npz(std::string_view bytes) {
  const std::filesystem::path folder = file_with("npz", "train.npz", take_file(bytes)).parent_path();
  file_with("npz", "test.npz", take_file(bytes));
  read_samples(*data::load_source("npy", folder.string(), 0, 0, {{"npy_layout", "nchw"}}));
}

void picture(std::string_view bytes) {
  const std::filesystem::path path = file_with("picture", "file", bytes);
  for (const data::Colours colours : {data::Colours::kGrey, data::Colours::kRgb}) {
    const data::Picture found = data::read_picture(path, colours);
    data::resized(found, 9, 7);
    data::nearest(found, 3, 11);
  }
}

void text(std::string_view bytes) {
  const std::filesystem::path folder = file_with("text", "wiki.train.tokens", take_file(bytes)).parent_path();
  file_with("text", "wiki.test.tokens", take_file(bytes));
  read_samples(*data::load_source("text", folder.string(), 0, kFewSamples, {{"bptt", 3}, {"min_count", 2}}));
}

}  // namespace

const std::vector<Target>& source_targets() {
  static const std::vector<Target> targets = {
      {"npy_source", npy_source}, {"npz", npz}, {"picture", picture}, {"text", text}};
  return targets;
}

}  // namespace ampa::fuzz
