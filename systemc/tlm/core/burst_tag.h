// The tag of a burst: a payload's extension.
#pragma once

#include <cstdint>
#include <tlm>

namespace ampa::tlm {

// The initiator sets both to the number of its burst; a memory that answers out of order leaves another burst's in
// `answered`. The initiator's own is a member of it, which no payload frees; a copy of the payload has one of its own
// and frees it.
class BurstTag : public ::tlm::tlm_extension<BurstTag> {
 public:
  BurstTag() = default;

  std::uint64_t asked = 0, answered = 0;

  ::tlm::tlm_extension_base* clone() const override { return new BurstTag(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    const auto& tag = static_cast<const BurstTag&>(other);
    asked = tag.asked;
    answered = tag.answered;
  }
  void free() override {
    if (is_copy_) delete this;
  }

 private:
  BurstTag(const BurstTag& other)
      : ::tlm::tlm_extension<BurstTag>(other), asked(other.asked), answered(other.answered), is_copy_(true) {}
  BurstTag& operator=(const BurstTag&) = delete;

  bool is_copy_ = false;
};

}  // namespace ampa::tlm
