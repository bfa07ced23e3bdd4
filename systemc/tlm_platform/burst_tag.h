// The tag of a burst: a payload's extension.
#pragma once

#include <cstdint>
#include <tlm>

namespace ampa::systemc {

// The initiator sets both to the number of its burst; a memory that answers out of order leaves another burst's in
// `answered`. A member of the initiator, never freed by a payload.
struct BurstTag : tlm::tlm_extension<BurstTag> {
  std::uint64_t asked = 0, answered = 0;

  tlm::tlm_extension_base* clone() const override { return new BurstTag(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { *this = static_cast<const BurstTag&>(other); }
  void free() override {}
};

}  // namespace ampa::systemc
