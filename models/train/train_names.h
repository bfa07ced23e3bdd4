// The words by which the choices of a training run are named in files and on the command line.
#pragma once

#include <string>
#include <vector>

#include "train/train_config.h"

namespace ampa::train {

std::vector<std::string> augmentation_names();
std::string name_of(Augmentation augmentation);
Augmentation augmentation_from_name(const std::string& name);  // of augmentation_names()

}  // namespace ampa::train
