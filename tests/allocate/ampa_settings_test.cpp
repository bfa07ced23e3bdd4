#include "allocate/ampa_settings.h"

#include <catch2/catch.hpp>

#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;
using Catch::Contains;

TEST_CASE("the number of selected layers is the exact floor of the percentage") {
  CHECK(num_selected(10, 18) == 1);
  CHECK(num_selected(20, 18) == 3);
  CHECK(num_selected(30, 18) == 5);
  CHECK(num_selected(40, 18) == 7);
  CHECK(num_selected(60, 18) == 10);
  CHECK(num_selected(5, 18) == 0);
  CHECK(num_selected(15, 18) == 2);
  CHECK(num_selected(30, 10) == 3);
  CHECK(num_selected(70, 10) == 7);
  CHECK(num_selected(10, 6) == 0);
  CHECK(num_selected(0, 54) == 0);
  CHECK(num_selected(100, 54) == 54);
  CHECK(num_selected(33.3, 1000) == 333);
  CHECK(num_selected(33.4, 1000) == 334);
  CHECK(num_selected(0.1 + 0.2, 1000) == 3);  // a sum that is a little above 0.3
  CHECK(num_selected(99.999, 100) == 99);
}

TEST_CASE("every whole percentage of every number of layers agrees with integer arithmetic") {
  for (int percent = 0; percent <= 100; ++percent)
    for (int layers = 0; layers <= 200; ++layers)
      if (num_selected(percent, layers) != percent * layers / 100) FAIL(percent << " % of " << layers);
  SUCCEED();
}

TEST_CASE("every tenth of a percent agrees with integer arithmetic") {
  for (int tenths = 0; tenths <= 1000; ++tenths)
    for (const int layers : {1, 7, 18, 30, 54, 100, 999, 1000})
      if (num_selected(tenths / 10.0, layers) != tenths * layers / 1000) FAIL(tenths << " / 10 % of " << layers);
  SUCCEED();
}

TEST_CASE("measured epochs are the multiples of the interval but the first epoch") {
  std::vector<std::int64_t> measured;
  for (std::int64_t epoch = 0; epoch < 10; ++epoch)
    if (is_measured_epoch(epoch, 3)) measured.push_back(epoch);
  CHECK(measured == std::vector<std::int64_t>{3, 6, 9});
  CHECK_FALSE(is_measured_epoch(0, 1));
  CHECK(is_measured_epoch(1, 1));
}

TEST_CASE("counted from 1, measured epochs are those of Algorithm 1 as printed: each one epoch earlier") {
  for (std::int64_t epoch = 0; epoch < 40; ++epoch)
    for (std::int64_t interval = 1; interval < 12; ++interval) {
      const std::int64_t i = epoch + 1;  // of "for i = 1 to N"
      if (is_measured_epoch(epoch, interval, 1) != (i % interval == 0)) FAIL("epoch " << epoch << ", " << interval);
    }
  for (std::int64_t epochs = 1; epochs < 40; ++epochs)
    for (std::int64_t interval = 1; interval < 45; ++interval) {
      std::int64_t count = 0;
      for (std::int64_t epoch = 0; epoch + 1 < epochs; ++epoch) count += is_measured_epoch(epoch, interval, 1);
      if (num_effective_updates(epochs, interval, 1) != count) FAIL(epochs << " epochs, interval " << interval);
    }
}

TEST_CASE("at least one of the groups of layers climbs where the ratio is above 0, single layers follow the floor") {
  CHECK(num_selected_groups(10, 9, "block") == 1);
  CHECK(num_selected_groups(30, 9, "block") == 2);
  CHECK(num_selected_groups(10, 1, "network") == 1);
  CHECK(num_selected_groups(0, 9, "block") == 0);
  CHECK(num_selected_groups(5, 18, "layer") == 0);
}

TEST_CASE("an interval that does not divide the epochs, or was rounded, is said") {
  AmpaSettings settings;
  const auto said = [&](std::int64_t epochs, const char* words) {
    for (const std::string& notice : notices(settings, 18, epochs))
      if (notice.find(words) != std::string::npos) return true;
    return false;
  };
  settings.interval_epochs = 5;
  CHECK_FALSE(said(100, "does not divide"));
  CHECK(said(102, "an interval of 5 epochs does not divide 102 epochs: the last one is cut to 2"));
  settings.interval_epochs = 2;
  settings.interval_fraction = 0.05;
  CHECK(said(30, "itv = 0.05 of 30 epochs is 1.5 epochs, rounded to 2: Itv/N is 0.06667"));
  CHECK_FALSE(said(40, "rounded"));
}

TEST_CASE("effective updates are the measured epochs that another epoch follows") {
  for (std::int64_t epochs = 1; epochs < 40; ++epochs)
    for (std::int64_t interval = 1; interval < 45; ++interval) {
      std::int64_t count = 0;
      for (std::int64_t epoch = 0; epoch + 1 < epochs; ++epoch) count += is_measured_epoch(epoch, interval);
      if (num_effective_updates(epochs, interval) != count) FAIL(epochs << " epochs, interval " << interval);
    }
  CHECK(num_effective_updates(200, 10) == 19);
}

TEST_CASE("settings out of range are named") {
  const auto error_of = [](auto change) {
    AmpaSettings settings;
    change(settings);
    try {
      check(settings);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK(error_of([](AmpaSettings&) {}) == "no error");
  CHECK_THAT(error_of([](AmpaSettings& s) { s.alpha_percent = -1; }), Contains("alpha") && Contains("-1"));
  CHECK_THAT(error_of([](AmpaSettings& s) { s.beta_percent = 100.5; }), Contains("beta") && Contains("100.5"));
  CHECK_THAT(error_of([](AmpaSettings& s) { s.gamma_percent = 0.0 / 0.0; }), Contains("gamma") && Contains("nan"));
  CHECK_THAT(error_of([](AmpaSettings& s) { s.interval_epochs = 0; }), Contains("itv") && Contains("0"));
  CHECK_THAT(error_of([](AmpaSettings& s) { s.thr = -2; }), Contains("thr") && Contains("-2"));
  CHECK_THAT(error_of([](AmpaSettings& s) { s.ladder = {8, 6}; }), Contains("ladder") && Contains("[8, 6]"));
}

TEST_CASE("settings that can do nothing are told, with the value that would act") {
  AmpaSettings settings;
  settings.interval_epochs = 2;
  CHECK(notices(settings, 18, 40).empty());

  const auto six = notices(settings, 6, 40);
  REQUIRE(six.size() == 1);
  CHECK(six[0] ==
        "alpha = 10 % of 6 quantized layers is less than one layer: weights stay at 4 bits throughout; the smallest "
        "useful value is 16.67");
  CHECK(num_selected(16.67, 6) == 1);

  CHECK(notices(settings, 3, 40).size() == 3);
  CHECK_THAT(notices(settings, 3, 40)[2], Contains("gamma") && Contains("gradients"));
  settings.interval_epochs = 39;
  REQUIRE(notices(settings, 18, 40).size() == 1);
  CHECK_THAT(notices(settings, 18, 40)[0], Contains("interval of 39 epochs") && Contains("40 epochs"));
  settings.interval_epochs = 38;  // acts, in the last epoch
  REQUIRE(notices(settings, 18, 40).size() == 1);
  CHECK_THAT(notices(settings, 18, 40)[0], Contains("does not divide 40 epochs"));
  REQUIRE(notices(settings, 0, 40).size() == 1);
  CHECK_THAT(notices(settings, 0, 40)[0], Contains("no quantized layers"));
}

TEST_CASE("the smallest useful value that a notice names selects a layer, and little less does not") {
  AmpaSettings settings;
  settings.alpha_percent = 0;
  for (int layers = 1; layers <= 120; ++layers) {
    const std::string text = notices(settings, layers, 40)[0];
    const double value = std::stod(text.substr(text.rfind(' ')));
    CHECK(num_selected(value, layers) == 1);
    CHECK(num_selected(value - 0.01, layers) == 0);
  }
}
