// A memory of 32-bit words that takes what is touched of it, not what it could hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace ampa::tlm {

class WordMemory {
 public:
  std::size_t size() const { return size_; }
  std::uint32_t* data() { return words_.get(); }

  // Makes room for at least so many words, zeros behind those that are there; words may move. Returns whether the
  // system gives them.
  bool grow(std::size_t words) {
    if (words <= size_) return true;
    std::unique_ptr<std::uint32_t[], Free> more(static_cast<std::uint32_t*>(std::calloc(words, sizeof(std::uint32_t))));
    if (more == nullptr) return false;
    if (size_ > 0) std::memcpy(more.get(), words_.get(), size_ * sizeof(std::uint32_t));
    words_ = std::move(more);
    size_ = words;
    return true;
  }

 private:
  struct Free {
    void operator()(std::uint32_t* words) const { std::free(words); }
  };
  std::unique_ptr<std::uint32_t[], Free> words_;
  std::size_t size_ = 0;
};

}  // namespace ampa::tlm
