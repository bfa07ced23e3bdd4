#include <fmt/format.h>

#include "common/error.h"
#include "data/source.h"

namespace ampa::data {

// fashion_mnist and idx are in idx.cpp, both of CIFAR in cifar.cpp, synthetic in synthetic.cpp.
SourceInfo fashion_mnist();
SourceInfo cifar10();
SourceInfo cifar100();
SourceInfo idx();
SourceInfo synthetic();
SourceInfo npy();      // npy_arrays.cpp
SourceInfo folder();   // class_folders.cpp
SourceInfo masks();    // mask_files.cpp
SourceInfo text();     // text_files.cpp
SourceInfo blobs();    // generated_masks.cpp
SourceInfo grammar();  // generated_text.cpp

const std::vector<SourceInfo>& sources() {
  static const std::vector<SourceInfo> table = {
      fashion_mnist(), cifar10(), cifar100(), idx(), synthetic(), npy(), folder(), masks(), text(), blobs(), grammar(),
  };
  return table;
}

namespace {

const SourceInfo& find(const std::string& name) {
  std::string valid;
  for (const SourceInfo& row : sources()) {
    if (row.name == name) return row;
    valid += (valid.empty() ? "" : ", ") + row.name;
  }
  throw InputError(fmt::format("dataset: expected one of {}, found \"{}\"", valid, name));
}

void check_count(const char* key, std::int64_t count) {
  if (count < 0) throw InputError(fmt::format("{}: expected an integer >= 0, found {}", key, count));
}

std::filesystem::path folder_of(const SourceInfo& info, const std::string& data_dir) {
  using Files = SourceInfo::Files;
  if (info.files == Files::kNone) return {};
  const std::string dir = data_dir.empty() ? info.default_dir : data_dir;
  if (dir.empty())
    throw InputError(fmt::format("data_dir: expected the folder that holds the {} files of {}, found nothing",
                                 info.format, info.name));
  std::error_code ignored;
  const bool is_prefix = info.files == Files::kFolderOrPrefix &&
                         std::filesystem::is_directory(std::filesystem::path(dir).parent_path(), ignored);
  if (!is_prefix && !std::filesystem::is_directory(dir, ignored))
    throw InputError(fmt::format("data_dir: {}: expected a folder with the {} files of {}, found no such folder", dir,
                                 info.format, info.name));
  return dir;
}

}  // namespace

std::unique_ptr<Source> load_source(const std::string& name, const std::string& data_dir, std::int64_t max_train,
                                    std::int64_t max_test, const Json& options) {
  const SourceInfo& info = find(name);
  check_count("max_train", max_train);
  check_count("max_test", max_test);
  return info.load({folder_of(info, data_dir), max_train, max_test}, settings::resolved(info.own, options));
}

}  // namespace ampa::data
