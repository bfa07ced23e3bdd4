#include "rtl/array/port_wave.h"

#include <fmt/format.h>

#include <utility>

#include "common/error.h"

namespace ampa::rtl {
namespace {

constexpr std::int64_t kCycleNs = 10;
constexpr const char* kClock = "!";

}  // namespace

PortWave::PortWave(const std::string& path) {
  file_.open(path);
  if (!file_) throw RunError(fmt::format("{}: cannot be written", path));
}

void PortWave::add(std::string name, int bits, const void* words) {
  signals_.push_back(
      {std::move(name), fmt::format("s{}", signals_.size()), bits, static_cast<const unsigned char*>(words), {}});
}

void PortWave::sample() {
  if (num_samples_ == 0) write_header();
  file_ << fmt::format("#{}\n0{}\n", num_samples_ * kCycleNs, kClock);
  for (Signal& signal : signals_) {
    std::string now = digits(signal);
    if (now == signal.last) continue;
    file_ << (signal.bits == 1 ? now + signal.code : "b" + now + " " + signal.code) << "\n";
    signal.last = std::move(now);
  }
  file_ << fmt::format("#{}\n1{}\n", num_samples_ * kCycleNs + kCycleNs / 2, kClock);
  file_.flush();
  ++num_samples_;
}

void PortWave::write_header() {
  file_ << "$timescale 1 ns $end\n$scope module array $end\n" << fmt::format("$var wire 1 {} clk_i $end\n", kClock);
  for (const Signal& signal : signals_)
    file_ << fmt::format("$var wire {} {} {} $end\n", signal.bits, signal.code, signal.name);
  file_ << "$upscope $end\n$enddefinitions $end\n";
}

std::string PortWave::digits(const Signal& signal) {
  std::string text;
  for (int bit = signal.bits - 1; bit >= 0; --bit) text += (signal.bytes[bit / 8] >> (bit % 8) & 1) != 0 ? '1' : '0';
  return text;
}

}  // namespace ampa::rtl
