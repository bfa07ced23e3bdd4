#include "allocate/ampa_own_settings.h"

namespace ampa::allocate {

const settings::OwnSettings& ampa_own_settings() {
  static const settings::OwnSettings own = [] {
    std::vector<std::string> or_same = {"same"};
    for (const std::string& name : measure_names()) or_same.push_back(name);
    settings::OwnSettings result;
    result.list = {
        settings::choice("measure", measure_names())
            .about("by what layers are ranked where their widths climb (Tables 3 and 4 of the paper)")
            .by_default("magnitude"),
        settings::choice("measure_g", or_same)
            .about("by what they are ranked for gradients, if not by measure")
            .by_default("same"),
        settings::integer("hessian_probes", 1, 10000)
            .in("probes")
            .about("random vectors of an estimate of Hessian traces, each 4 FP32 steps of one batch at every update")
            .by_default(8)
            .acts_only(settings::with("measure", {"hessian"})),
        settings::choice("first_order", {"off", "on"})
            .about(
                "whether measured epochs also keep the first-order terms that sensitivities bound (AIR, Table 4); it "
                "changes no width")
            .by_default("off"),
        settings::choice("granularity", {"layer", "block", "network"})
            .about("what climbs together: each layer, the layers up to each addition or concatenation, or all")
            .by_default("layer"),
        settings::integer("itv_from", 0, 1)
            .about("whether the epochs of which every Itv-th is measured count from 0, or from 1 as Algorithm 1 is "
                   "printed: each update one epoch earlier")
            .by_default(0)};
    return result;
  }();
  return own;
}

AmpaSettings with_own_settings(AmpaSettings settings, const Json& values) {
  settings.measure = values.at("measure").get<std::string>();
  settings.measure_g = values.at("measure_g").get<std::string>();
  settings.granularity = values.at("granularity").get<std::string>();
  settings.first_epoch = values.at("itv_from").get<std::int64_t>();
  return settings;
}

Measures measures_of(const AmpaSettings& settings) {
  Measures result;
  result.of_values = &measure(settings.measure);
  result.of_gradients = settings.measure_g == "same" ? result.of_values : &measure(settings.measure_g);
  return result;
}

}  // namespace ampa::allocate
