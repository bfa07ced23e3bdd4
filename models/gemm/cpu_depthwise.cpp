#include <algorithm>
#include <vector>

#include "common/ceil_div.h"
#include "gemm/cpu_paths.h"
#include "gemm/cpu_scratch.h"
#include "kernels/depthwise.h"

namespace ampa::gemm::cpu {
namespace {

// Products of codes, at most 255 * 255 each, whose sum FP32 holds exactly.
constexpr std::int64_t kMostProducts = (1 << 24) / (255 * 255);
constexpr std::int64_t kMaxParts = 8;  // image groups of a weight gradient, with sums of their own

// Each GEMM reads a channel of its own, the first one channel 0, of all images.
bool has_a_channel_each(const Operand& operand) {
  return operand.channels.size == 1 && operand.channels.first == 0 && operand.num_image_windows() == 1 &&
         operand.num_channel_windows() == operand.tensor->channels && operand.tensor->channels > 1;
}

// The lines of a grid that a window covers, as floats; each is widened once while the window moves down.
class Lines {
 public:
  Lines(const Operand& operand, UninitializedVector<float>& memory)
      : operand_(operand),
        size_(operand.tensor->grid_width * operand.tensor->channels),
        span_((operand.kernel_height - 1) * operand.dilation.y + 1),
        lines_(at_least(memory, span_ * size_)) {}

  void start_image(std::int64_t image) {
    image_ = operand_.images.first + image;
    next_ = 0;
  }
  void move_to(std::int64_t out_y) {
    first_ = operand_.origin_y + out_y * operand_.stride.y;
    for (next_ = std::max(next_, first_); next_ < first_ + span_; ++next_) {
      const CodeTensor& tensor = *operand_.tensor;
      kernels::active_depthwise().widen(tensor.bytes.data() + tensor.grid_offset(image_, next_, 0), size_,
                                        tensor.format.is_signed, line(next_));
    }
  }
  // Of the first position of the line that the window moved to: a tap in row-major order.
  void taps(std::vector<const float*>& taps) const {
    taps.clear();
    const std::int64_t channels = operand_.tensor->channels;
    for (std::int64_t ky = 0; ky < operand_.kernel_height; ++ky)
      for (std::int64_t kx = 0; kx < operand_.kernel_width; ++kx)
        taps.push_back(line(first_ + ky * operand_.dilation.y) +
                       (operand_.origin_x + kx * operand_.dilation.x) * channels);
  }
  std::int64_t step() const { return operand_.stride.x * operand_.tensor->channels; }

 private:
  float* line(std::int64_t y) const { return lines_ + y % span_ * size_; }

  const Operand& operand_;
  std::int64_t size_, span_;
  float* lines_;
  std::int64_t image_ = 0, first_ = 0, next_ = 0;
};

std::int64_t num_taps(const Operand& operand) {
  return operand.kernel_height * operand.kernel_width;
}

// (tap, channel) of an operand whose GEMMs are windows of one image.
std::vector<float> weights_by_tap(const Operand& b) {
  const std::int64_t taps = num_taps(b), channels = b.num_image_windows();
  std::vector<float> weights(static_cast<std::size_t>(taps * channels));
  for (std::int64_t c = 0; c < channels; ++c) {
    const Operand one = b.element(c);
    for (std::int64_t tap = 0; tap < taps; ++tap)
      weights[static_cast<std::size_t>(tap * channels + c)] = static_cast<float>(one.code(0, tap));
  }
  return weights;
}

template <typename Sum>
void write_gradient(const std::vector<std::int64_t>& sums, std::int64_t taps, std::int64_t channels, Sum* out) {
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      out[c * taps + tap] = static_cast<Sum>(sums[static_cast<std::size_t>(tap * channels + c)]);
}

// Adds sums over a few positions to exact ones and clears them.
void flush(std::vector<float>& few, std::int64_t* all) {
  for (std::size_t i = 0; i < few.size(); ++i) all[i] += static_cast<std::int32_t>(few[i]);
  std::fill(few.begin(), few.end(), 0.0f);
}

// One part's images of a weight gradient, added to `all`, (tap, channel).
void sum_positions(const GemmJob& job, std::int64_t first_image, std::int64_t end_image, std::int64_t* all) {
  const kernels::DepthwiseKernels& loops = kernels::active_depthwise();
  const std::int64_t channels = job.b.tensor->channels, taps = num_taps(job.b);
  thread_local UninitializedVector<float> x_memory, g_memory;
  thread_local std::vector<const float*> x_taps, g_taps;
  thread_local std::vector<float> few;
  Lines x(job.b, x_memory), g(job.a, g_memory);
  few.assign(static_cast<std::size_t>(taps * channels), 0.0f);
  std::vector<float*> sums;
  for (std::int64_t tap = 0; tap < taps; ++tap) sums.push_back(few.data() + tap * channels);
  std::int64_t in_few = 0;
  for (std::int64_t image = first_image; image < end_image; ++image) {
    x.start_image(image);
    g.start_image(image);
    for (std::int64_t y = 0; y < job.a.out_height; ++y) {
      x.move_to(y);
      g.move_to(y);
      x.taps(x_taps);
      g.taps(g_taps);
      for (std::int64_t begin = 0; begin < job.a.out_width;) {
        const std::int64_t count = std::min(job.a.out_width - begin, kMostProducts - in_few);
        loops.gradient({x_taps.data(), taps, count, x.step(), channels}, g_taps[0] + begin * g.step(), g.step(),
                       sums.data());
        for (const float*& tap : x_taps) tap += count * x.step();
        begin += count;
        in_few += count;
        if (in_few < kMostProducts) continue;
        flush(few, all);
        in_few = 0;
      }
    }
  }
  flush(few, all);
}

}  // namespace

bool can_run_depthwise(const GemmJob& job) {
  const Operand &a = job.a, &b = job.b;
  return !a.transposed && has_a_channel_each(a) && !b.transposed && b.num_channel_windows() == 1 &&
         b.reads_all_channels() && b.tensor->channels == 1 && b.rows() == 1 &&
         b.num_image_windows() == a.tensor->channels && num_taps(a) <= kMostProducts && !job.shape().parts().is_split();
}

void run_depthwise(const GemmJob& job, ThreadPool& threads, std::int32_t* out, const RowSums& take) {
  const kernels::DepthwiseKernels& loops = kernels::active_depthwise();
  const Operand& a = job.a;
  const std::int64_t channels = a.tensor->channels, taps = num_taps(a), width = a.out_width, rows = job.m();
  const std::vector<float> by_tap = weights_by_tap(job.b);
  std::vector<const float*> weights;
  for (std::int64_t tap = 0; tap < taps; ++tap) weights.push_back(by_tap.data() + tap * channels);
  threads.for_each_part(a.num_images(), [&](std::int64_t image) {
    thread_local UninitializedVector<float> lines_memory, products_memory;
    thread_local UninitializedVector<std::int32_t> sums_memory;
    thread_local std::vector<const float*> of_line;
    Lines lines(a, lines_memory);
    float* const products = at_least(products_memory, width * channels);
    std::int32_t* const sums = at_least(sums_memory, width * channels);
    lines.start_image(image);
    for (std::int64_t y = 0; y < a.out_height; ++y) {
      lines.move_to(y);
      lines.taps(of_line);
      loops.windows({of_line.data(), taps, width, lines.step(), channels}, weights.data(), channels, products);
      for (std::int64_t i = 0; i < width * channels; ++i) sums[i] = static_cast<std::int32_t>(products[i]);
      const std::int64_t first = (image * a.out_height + y) * width;
      if (!out) {
        take(first, width, sums);
        continue;
      }
      for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t x = 0; x < width; ++x) out[c * rows + first + x] = sums[x * channels + c];
    }
  });
}

bool can_run_depthwise_gradient(const GemmJob& job) {
  const Operand &a = job.a, &b = job.b;
  return a.transposed && b.transposed && has_a_channel_each(a) && has_a_channel_each(b) && num_taps(a) == 1 &&
         a.tensor->channels == b.tensor->channels && a.num_images() == b.num_images() && a.out_height == b.out_height &&
         a.out_width == b.out_width;
}

void run_depthwise_gradient(const GemmJob& job, const SumsOut& out, ThreadPool& threads) {
  const std::int64_t channels = job.b.tensor->channels, taps = num_taps(job.b), images = job.b.num_images();
  const std::int64_t together = ceil_div(images, std::min(images, kMaxParts)), parts = ceil_div(images, together);
  std::vector<std::int64_t> sums(static_cast<std::size_t>(parts * taps * channels), 0);
  threads.for_each_part(parts, [&](std::int64_t part) {
    sum_positions(job, part * together, std::min((part + 1) * together, images), sums.data() + part * taps * channels);
  });
  const std::size_t size = static_cast<std::size_t>(taps * channels);
  for (std::size_t part = 1; part < static_cast<std::size_t>(parts); ++part)
    for (std::size_t i = 0; i < size; ++i) sums[i] += sums[part * size + i];
  if (out.is_wide())
    write_gradient(sums, taps, channels, out.wide);
  else
    write_gradient(sums, taps, channels, out.narrow);
}

}  // namespace ampa::gemm::cpu
