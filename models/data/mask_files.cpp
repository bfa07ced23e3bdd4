// masks: folders of images and of masks, as of dsb2018 and Kvasir-SEG.
//
// DIR/images/NAME.png (or .jpg) and DIR/masks/NAME.png, or DIR/masks/0/NAME.png, DIR/masks/1/NAME.png ... with a folder
// of each class but the background; a mask's name is that of its image, the ending may be another. A pixel is of a
// class where its mask is brighter than 127 (of several the last). Where DIR/train and DIR/test are there, each holds
// the two folders; else a part of the images, the same whatever the seed, is the test set.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/error.h"
#include "data/picture.h"
#include "data/shuffle.h"
#include "data/stored_masks.h"

namespace ampa::data {

settings::Setting image_size_setting();  // class_folders.cpp

namespace {

namespace fs = std::filesystem;

struct Pair {
  fs::path image;
  std::vector<fs::path> masks;  // by class from 1
};

// The pictures of a folder by name without ending, in order. Hidden files are passed over.
std::map<std::string, fs::path> pictures_in(const fs::path& dir) {
  std::error_code ignored;
  if (!fs::is_directory(dir, ignored))
    throw InputError(fmt::format("{}: expected a folder of pictures, found none", dir.string()));
  std::map<std::string, fs::path> pictures;
  for (const auto& entry : fs::directory_iterator(dir)) {
    const fs::path& path = entry.path();
    if (path.filename().string()[0] == '.') continue;
    if (!is_picture_name(path))
      throw InputError(
          fmt::format("{}: expected .jpg, .jpeg and .png files in this folder, found another", path.string()));
    const auto [place, is_new] = pictures.emplace(path.stem().string(), path);
    if (!is_new)
      throw InputError(fmt::format("{}: expected one picture of a name, found {} too", path.string(),
                                   place->second.filename().string()));
  }
  return pictures;
}

std::vector<fs::path> mask_folders(const fs::path& masks) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  while (fs::is_directory(masks / std::to_string(folders.size()), ignored))
    folders.push_back(masks / std::to_string(folders.size()));
  return folders.empty() ? std::vector<fs::path>{masks} : folders;
}

std::vector<Pair> pairs_in(const fs::path& dir) {
  const std::map<std::string, fs::path> images = pictures_in(dir / "images");
  std::vector<Pair> pairs;
  for (const auto& image : images) pairs.push_back({image.second, {}});
  for (const fs::path& folder : mask_folders(dir / "masks")) {
    const std::map<std::string, fs::path> masks = pictures_in(folder);
    for (const auto& [name, path] : masks)
      if (images.count(name) == 0)
        throw InputError(fmt::format("{}: expected an image of this name in {}, found none", path.string(),
                                     (dir / "images").string()));
    std::size_t i = 0;
    for (const auto& [name, path] : images) {
      const auto mask = masks.find(name);
      if (mask == masks.end())
        throw InputError(
            fmt::format("{}: expected a mask of this name in {}, found none", path.string(), folder.string()));
      pairs[i++].masks.push_back(mask->second);
    }
  }
  if (pairs.empty()) throw InputError(fmt::format("{}: expected images, found none", (dir / "images").string()));
  return pairs;
}

void add_pair(const Pair& pair, std::int64_t side, const fs::path& first, MaskedImages& part) {
  const Picture image = read_picture(pair.image, Colours::kRgb);
  std::vector<std::uint8_t> classes(static_cast<std::size_t>(image.shape.height * image.shape.width), 0);
  for (std::size_t c = 0; c < pair.masks.size(); ++c) {
    const Picture mask = read_picture(pair.masks[c], Colours::kGrey);
    if (mask.shape.height != image.shape.height || mask.shape.width != image.shape.width)
      throw InputError(fmt::format("{}: expected a mask of the size of its image, {} x {}, found {} x {}",
                                   pair.masks[c].string(), image.shape.height, image.shape.width, mask.shape.height,
                                   mask.shape.width));
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (mask.pixels[i] > 127) classes[i] = static_cast<std::uint8_t>(c + 1);
  }
  Picture mask{{1, image.shape.height, image.shape.width}, std::move(classes)};
  const std::int64_t height = side == 0 ? image.shape.height : side, width = side == 0 ? image.shape.width : side;
  const Picture kept = resized(image, height, width);
  mask = nearest(mask, height, width);
  if (part.pixels.empty()) part.shape = kept.shape;
  if (kept.shape != part.shape)
    throw InputError(fmt::format(
        "{}: expected an image of {} x {} as {} is (image_size gives all one size), found {} x {}", pair.image.string(),
        part.shape.height, part.shape.width, first.filename().string(), height, width));
  part.pixels.insert(part.pixels.end(), kept.pixels.begin(), kept.pixels.end());
  part.masks.insert(part.masks.end(), mask.pixels.begin(), mask.pixels.end());
}

MaskedImages read_part(const std::vector<Pair>& pairs, std::int64_t most, std::int64_t side) {
  MaskedImages part;
  part.num_classes = static_cast<std::int64_t>(pairs.front().masks.size()) + 1;
  const auto count = most == 0 ? pairs.size() : std::min(pairs.size(), static_cast<std::size_t>(most));
  for (std::size_t i = 0; i < count; ++i) add_pair(pairs[i], side, pairs.front().image, part);
  return part;
}

std::unique_ptr<Source> load(const SourceRequest& asked, const Json& values) {
  std::vector<Pair> train, test;
  if (fs::exists(asked.dir / "train")) {
    train = pairs_in(asked.dir / "train");
    test = pairs_in(asked.dir / "test");
  } else {
    const std::vector<Pair> all = pairs_in(asked.dir);
    const auto count = static_cast<std::int64_t>(all.size());
    const std::int64_t num_test = (count * values.at("test_percent").get<std::int64_t>() + 50) / 100;
    if (num_test < 1 || num_test >= count)
      throw InputError(fmt::format("{}: test_percent: expected images for both parts, found {} of {} for the test set",
                                   asked.dir.string(), num_test, count));
    const std::vector<std::int64_t> order = epoch_order(count, 0, 0);
    for (std::int64_t i = 0; i < count; ++i)
      (i < num_test ? test : train).push_back(all[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
  }
  if (train.front().masks.size() != test.front().masks.size())
    throw InputError(fmt::format("{}: expected as many classes of masks in train and test, found {} and {}",
                                 asked.dir.string(), train.front().masks.size(), test.front().masks.size()));
  const auto side = values.at("image_size").get<std::int64_t>();
  return masks_source("masks", {read_part(train, asked.max_train, side), read_part(test, asked.max_test, side)});
}

}  // namespace

SourceInfo masks() {
  return {"masks",
          "JPEG or PNG",
          "",
          "images and masks in folders (images/, masks/), such as dsb2018 and Kvasir-SEG",
          SourceInfo::Files::kFolder,
          {{image_size_setting(), settings::integer("test_percent", 1, 99)
                                      .in("percent")
                                      .about("of the images that are the test set where a folder has no parts")
                                      .by_default(20)}},
          load};
}

}  // namespace ampa::data
