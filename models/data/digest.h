// The content of labelled images, whatever files they came from.
#pragma once

#include <string>

#include "data/dataset.h"

namespace ampa::data {

// SHA-256, in lower-case hexadecimal, of the text "HEIGHT WIDTH CHANNELS CLASSES COUNT PIXELS LABELS", where the last
// two are the SHA-256 of the decoded pixels and of the labels, a byte each, in the order in which LabelledImages holds
// them. Compressed or not, here or in another folder, limited by max_train or by the file's end: the same images and
// labels have the same digest.
std::string digest(const LabelledImages& images);

}  // namespace ampa::data
