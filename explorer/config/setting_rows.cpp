#include "config/setting_rows.h"

#include <limits>

#include "config/assign_rows.h"
#include "config/command_settings.h"
#include "config/paper_rows.h"
#include "config/search_rows.h"
#include "config/uses.h"
#include "config/verify_rows.h"
#include "numerics/formats.h"

namespace ampa::config {
namespace {

using settings::Condition;
using settings::Setting;
using settings::with;
using settings::without;

constexpr std::int64_t kMaxThreads = 256, kMaxBatch = std::int64_t{1} << 20, kMost = std::int64_t{1} << 60;

Condition on_hardware() {
  return with("backend", {"tlm", "rtl"});
}

void add_inputs(std::vector<SettingRow>& rows) {
  const auto positional = [&](const char* key, const char* place, const char* help, std::vector<Use> uses) {
    rows.push_back({settings::text(key).as(place).about(help), std::move(uses)});
    rows.back().positional = true;
  };
  positional("a_file", "A.npy", "A, M x K codes of uint8 or int8", {needed("job")});
  positional("b_file", "B.npy", "B, N x K codes of uint8 or int8", {needed("job")});
  positional("trace", "TRACE", "the folder of a trace", {needed("trace replay")});
  positional("sweep", "SWEEP", "a JSON file: base, grid, list, seeds, points, baselines", {needed("sweep")});
  positional("run", "RUN", "the folder of a training run", {needed("evaluate"), needed("assign-widths")});
  positional("dir", "DIR", "the folder of a study, a sweep or a training run", {needed("report")});
  rows.push_back({settings::text("record").as("FILE").about("the record.json of a training run"),
                  {in("simulate"), needed("compare"), needed("table14")}});
  rows.push_back({settings::text("topology").as("FILE").about("a topology file of SCALE-Sim, in place of --record"),
                  {in("simulate")}});
  rows.push_back({settings::texts("bits").as("BITS").in("bits").by_default({"8"}).about(
                      "widths of a topology's tensors: one for all (8), activations, weights and gradients (8 4 6; of "
                      "two, gradients "
                      "are as activations), w4a8g6, or @FILE"),
                  {in("simulate", with("topology"))}});
  rows.back().max_values = 3;
  rows.push_back({settings::texts("bits").as("BITS").in("bits").about("widths of A and of B: 4 6"), {needed("job")}});
  rows.back().max_values = 2;
  rows.push_back({settings::on_off("no_header").about("the first line of the topology is a layer"),
                  {in("simulate", with("topology"))}});
  rows.push_back({settings::text_list("passes").by_default({"fwd"}).about(
                      "which passes of a topology's layers are costed: fwd, dgrad, wgrad"),
                  {in("simulate", with("topology"))}});
  rows.push_back({settings::text("scale_sim_config")
                      .as("FILE")
                      .about("a .cfg of SCALE-Sim, which gives array, dataflow, scratchpads and bandwidth; --point may "
                             "choose the processing elements of that array (int8 if it is not given)"),
                  {in("simulate", with("topology"))}});
  rows.push_back({settings::text("run").as("DIR").about("the folder of the run"), {needed("export")}});
  rows.push_back({settings::text("network").about("the run's network, where its file has moved"),
                  {in("evaluate"), in("export"), in("assign-widths")}});
  rows.push_back({settings::text("network").about("name of `ampa list networks`, or the path of a description (.json)"),
                  {needed("switch")}});
  rows.push_back({settings::text("data_dir")
                      .as("DIR")
                      .about("the run's data set, where it has moved, or one with other test data"),
                  {in("evaluate")}});
  rows.push_back({settings::text("data_dir").as("DIR").about("the run's data set, where it has moved"),
                  {in("export"), in("assign-widths")}});
  rows.push_back({settings::text("config").as("FILE").about(
                      "JSON file of the settings below, with _ for -; of a record.json, its settings"),
                  {in("estimate"), in("train"), in("trace record")}});
  rows.push_back({settings::texts("set").as("KEY=VALUE").about("one of the settings below; may be repeated"),
                  {in("estimate"), in("train"), in("trace record")}});
}

void add_hardware(std::vector<SettingRow>& rows) {
  const std::vector<std::string> backends = {"cpu", "reference", "tlm", "rtl"};
  const Condition core = with("memory") && with("record");
  const Condition array_run = with("record") && on_hardware() && without("memory");
  rows.push_back({settings::choice("backend", backends).by_default("cpu").about("who runs the quantized products"),
                  {in("train"), in("trace record"), in("trace replay").by_default("reference")}});
  rows.push_back(
      {settings::choice("backend", {"analytic", "tlm", "rtl"})
           .by_default("analytic")
           .about("analytic: the closed form; tlm, rtl: also run jobs on the array, or the core, and compare"),
       {in("simulate", (with("record") && without("memory")) || (core && with("cross_check"))).silent_default()}});
  rows.push_back({settings::text("point")
                      .by_default(kDefaultPoint)
                      .about("hardware point: a name of `ampa list points`, or any size as PE[-ws]-ROWSxCOLS"),
                  {in("train", on_hardware()), in("trace record", on_hardware()), in("trace replay", on_hardware()),
                   in("simulate"), in("switch"), in("job"), in("estimate", with("write_cost_table"))}});
  rows.push_back({settings::text_list("points").about("hardware points"),
                  {in("compare").by_default_words("every design point"),
                   in("table14").by_default({"fused-16x16", "serial-16x16"})}});
  const Setting memory = settings::text("memory").as("MEMORY").about(
      "a core with this memory around the array: latency=20,bytes_per_cycle=16,gap_period=1000,gap=20 (any of them, "
      "once; bytes_per_cycle may be 8/3 or 0.5), or ideal");
  rows.push_back({memory,
                  {in("train", on_hardware()), in("trace record", on_hardware()), in("trace replay", on_hardware()),
                   in("simulate"), in("report"), in("recommend", with("energy"))}});
  rows.push_back({settings::texts("memory").as("MEMORY").about("a memory as `ampa simulate` takes it; may be repeated"),
                  {in("table14").by_default({"latency=20,bytes_per_cycle=16", "latency=20,bytes_per_cycle=2"})}});
  rows.push_back({settings::text("memory").as("MEMORY").about("a memory as `ampa simulate` takes it"),
                  {in("switch").by_default("latency=20,bytes_per_cycle=16")}});
  rows.push_back({settings::integer("from", kMinBits, kMaxBits)
                      .in("bits")
                      .by_default(8)
                      .about("width at which the weights are stored"),
                  {in("switch")}});
  rows.push_back({settings::integer("to", kMinBits, kMaxBits).in("bits").about("width at which they are to be used"),
                  {needed("switch")}});
  rows.push_back({settings::integer("lanes", 1, 1024)
                      .in("units")
                      .by_default(8)
                      .about("rounding units (rtl/units/ampa_width_switch.v) side by side, one code a cycle each"),
                  {in("switch")}});
  rows.push_back(
      {settings::text("scratchpads")
           .as("SIZES")
           .in("bytes, 64-bit sums")
           .by_default(kDefaultScratchpads)
           .about("the core's scratchpads: bytes of a half for A and for B, sums of a half for results, bytes "
                  "of the port"),
       {in("train", with("memory")), in("trace record", with("memory")), in("trace replay", with("memory")),
        in("simulate", with("memory") || with("scale_sim_config")), in("report", with("memory")), in("table14"),
        in("switch"), in("recommend", with("energy"))}});
  rows.push_back({settings::integer("epoch", 0, kMost)
                      .about("the epoch, from 0, whose widths the step has")
                      .by_default_words("the last"),
                  {in("simulate", array_run)}});
  rows.push_back({settings::integer("jobs", 0, kMost)
                      .in("jobs")
                      .by_default(0)
                      .about("the first so many distinct jobs of the step; 0: all"),
                  {in("simulate", array_run)}});
  rows.push_back({settings::unsigned_integer("seed", std::numeric_limits<std::uint64_t>::max())
                      .by_default(1)
                      .about("of all that is random"),
                  {in("simulate", with("record") && on_hardware()), in("verify", without("stream"))}});
  rows.push_back({settings::text_list("layers").about("these quantized layers only").by_default_words("all"),
                  {in("simulate", core)}});
  rows.push_back({settings::text_list("layers").about("the columns besides the whole network"),
                  {in("table14").by_default({"layer2.0.conv2", "layer3.1.conv1"})}});
  rows.push_back({settings::text("steps")
                      .as("FIRST..LAST")
                      .in("steps")
                      .by_default_words("all")
                      .about("these training steps only, from 0; FIRST.. to the end"),
                  {in("simulate", core)}});
  rows.push_back({settings::integer("batch_size", 1, kMaxBatch)
                      .in("samples")
                      .about("as if the run, or the topology, had had this batch size"),
                  {in("simulate", with("topology") || core).by_default_words("the run's own; of a topology 1"),
                   in("table14").by_default(64)}});
  rows.push_back(
      {settings::choice("results", {"sums", "codes"})
           .by_default("sums")
           .about("what leaves the core from forward passes and activation gradients: sums, or codes as wide "
                  "as the layer's activations and gradients"),
       {in("simulate", core)}});
  rows.push_back({settings::text("energy")
                      .as("FILE")
                      .in("picojoules")
                      .about("JSON table of the energy of a MAC of each width, a scratchpad byte and a memory byte"),
                  {in("simulate", core),
                   in("recommend", with("max_energy")).by_default_words("that of the study's energy on --point")}});
  rows.push_back(
      {settings::integer("cross_check", 1, kMost)
           .in("jobs")
           .by_default_words("none")
           .about("run so many random jobs of the record on the core (--backend tlm or rtl) and compare sums and "
                  "cycles; exit 3 if one differs"),
       {in("simulate", core)}});
  rows.push_back({settings::text("wave").as("FILE").about("a .vcd file for the wave of the last job"),
                  {in("simulate", with("cross_check"))}});
  rows.push_back(
      {settings::text("wave").as("FILE").about("a .vcd file for the wave of the array's ports"), {in("job")}});
  rows.push_back({settings::text("failures").as("DIR").about("the folder for what is left of a failure"),
                  {in("simulate", with("cross_check")).by_default("."),
                   in("verify", without("stream")).by_default("verify-failures")}});
  rows.push_back(
      {settings::number("clock_mhz", {1e-3, 1e6})
           .in("MHz")
           .by_default(100)
           .about("clock of LUT-seconds, the same for all points; those at the pre-layout clock of the processing "
                  "element stand beside"),
       {in("compare")}});
  rows.push_back({settings::text("write_cost_table")
                      .as("FILE")
                      .about("write the cycles of a step by widths on --point, which scheme ampa-cost takes"),
                  {in("estimate")}});
  rows.push_back(
      {settings::integer("step_images", 1, kMaxBatch).in("images").by_default(64).about("the batch size of that step"),
       {in("estimate", with("write_cost_table"))}});
  rows.push_back({settings::text("device").about(
                      "fill this device (xc7vx485t) with the best mixture of grids instead; --points are the grids"),
                  {in("compare")}});
  rows.push_back({settings::number("lut_percent", {1, 100})
                      .in("percent")
                      .by_default(85)
                      .about("the share of the device's LUTs that arrays may take"),
                  {in("compare", with("device"))}});
}

void add_machine(std::vector<SettingRow>& rows) {
  rows.push_back(
      {settings::integer("threads", 1, kMaxThreads).in("threads").about("threads of the kernels"),
       {in("evaluate").by_default_words("all processors"), in("assign-widths").by_default_words("all processors"),
        in("train").by_default_words("all processors"), in("trace record").by_default_words("all processors"),
        in("trace replay", with("backend", {"cpu"})).by_default_words("all processors"),
        in("simulate", with("record") && on_hardware()).by_default_words("all processors"),
        in("sweep").by_default_words("processors / workers"), in("study").by_default_words("processors / workers"),
        in("worker").by_default_words("all processors"), in("paper run").by_default_words("processors / workers")}});
  rows.push_back({settings::choice("isa", {"auto", "portable", "avx2", "avx512vnni", "amx"})
                      .about("instruction set of the kernels")
                      .by_default_words("AMPA_ISA, else the best"),
                  {in("evaluate"), in("assign-widths"), in("train"), in("trace record"),
                   in("trace replay", with("backend", {"cpu"})), in("simulate", with("record") && on_hardware()),
                   in("sweep"), in("study"), in("worker"), in("paper run")}});
  rows.push_back({settings::integer("workers", 1, kMaxThreads)
                      .in("processes")
                      .about("trials at a time")
                      .by_default_words("all processors"),
                  {in("sweep"), in("paper run")}});
}

void add_outputs(std::vector<SettingRow>& rows) {
  rows.push_back({settings::text("out").as("DIR").about("the folder that keeps record.json and checkpoint.bin"),
                  {in("train").by_default_words("none: nothing is kept")}});
  rows.push_back(
      {settings::text("out").as("DIR").about("empty or new folder for the trace"), {needed("trace record")}});
  rows.push_back({settings::text("out").as("DIR").about("folder for sums.npy and job.json"), {needed("job")}});
  rows.push_back({settings::text("out").as("DIR").about("folder of the sweep; one that was begun is gone on with"),
                  {needed("sweep"), needed("paper run")}});
  rows.push_back({settings::text("out").as("DIR").about("folder for the files"),
                  {in("report").by_default_words("DIR"), in("paper page").by_default_words("the first DIR")}});
  rows.push_back({settings::text("out").as("FILE").about("the file of widths by layer, which --bits @FILE takes"),
                  {in("assign-widths").by_default_words("none")}});
  rows.push_back({settings::text("out").as("FILE").about("write the page to this file"),
                  {in("table14").by_default_words("standard output")}});
  rows.push_back({settings::text("out").as("FILE").about("the safetensors file to write"),
                  {in("export").by_default_words("weights.safetensors in --run")}});
  rows.push_back(
      {settings::text("gradients")
           .as("DIR")
           .about("write the next training step's batch, output and gradients of every parameter to this folder"),
       {in("export")}});
  rows.push_back({settings::text("logits").as("FILE").about(
                      "write test samples, normalised, and their logits in FP32 arithmetic to this safetensors file"),
                  {in("evaluate")}});
  rows.push_back({settings::integer("max_images", 1, kMost)
                      .in("samples")
                      .by_default(256)
                      .about("the first so many test samples, or all if there are fewer"),
                  {in("evaluate", with("logits"))}});
  rows.push_back({settings::on_off("resume").about("go on from the checkpoint in --out, if there is one"),
                  {in("train", with("out"))}});
  rows.push_back({settings::on_off("overwrite").about("replace a run that is in --out"),
                  {in("train", with("out") && without("resume"))}});
  rows.push_back(
      {settings::integer("step", 0, kMost).in("steps").by_default(0).about("the first step to record, from 0"),
       {in("trace record")}});
  rows.push_back({settings::integer("steps", 1, kMost).in("steps").by_default(1).about("how many steps to record"),
                  {in("trace record")}});
  rows.push_back({settings::text("csv").as("FILE").about("write a COMPUTE_REPORT.csv of the topology"),
                  {in("simulate", with("topology"))}});
  rows.push_back(
      {settings::on_off("markdown").about("print a page of Markdown"), {in("list settings", without("json"))}});
  rows.push_back({settings::on_off("json").about("print JSON"),
                  {in("evaluate"), in("estimate"), in("train"), in("simulate"), in("compare"),
                   in("verify", without("stream")), in("trace replay"), in("sweep"), in("study"), in("recommend"),
                   in("switch"), in("assign-widths"), in("job"), in("list networks"), in("list datasets"),
                   in("list points"), in("list schemes"), in("list settings"), in("paper list")}});
}

}  // namespace

const std::vector<CommandRow>& command_rows() {
  static const std::vector<CommandRow> rows = {
      {"estimate", "BitOPs of a training step and the range of RR, before training"},
      {"train", "Train a network and keep its record"},
      {"evaluate", "Metric and loss of a run's checkpoint on its test data, or on others"},
      {"export", "Write the weights of a run's checkpoint as a safetensors file"},
      {"simulate", "Cost a recorded run, or a topology of SCALE-Sim, on a hardware point"},
      {"compare", "Hardware points side by side: rates, area, and the cost of a recorded run's steps"},
      {"table14", "The paper's latency table (Table 14) from a recorded run, as Markdown"},
      {"switch", "What it costs to change the width of a model that is stored once, as integers"},
      {"assign-widths", "A width for each layer of a run of several widths, at a mean width, by an integer program"},
      {"job", "One product of your own matrices on the RTL of a point: sums, cycles and a wave"},
      {"verify", "Try the RTL of points and units and compare every bit, cycle and stall"},
      {"trace", "Record the products and quantizers of training steps, or replay them"},
      {"trace record", "Train up to some steps and record them"},
      {"trace replay", "Run a recorded step again and compare every integer"},
      {"sweep", "Train every setting of a grid or list, and report"},
      {"paper", "Tables and figures of the AMPA paper, run and put beside what it prints"},
      {"paper list", "What there is, and how many rows can be run at each scale"},
      {"paper run", "Run tables and figures as trials of one folder"},
      {"paper page", "Printed and ours side by side, with verdicts on what the paper claims"},
      {"study", "Search over settings: sampled, stopped early, confirmed on unseen seeds"},
      {"worker", "Train for a study, here or on another machine, until it is over"},
      {"trials", "The trials of a study for other programs: CSV, or a journal that Optuna reads"},
      {"recommend", "Settings of a sweep or study that meet constraints, with the evidence"},
      {"report", "One self-contained HTML file, and CSV, of a study, a sweep or a training run"},
      {"list", "What there is to choose from: networks, datasets, points, schemes, settings"},
      {"list networks", "Built-in networks"},
      {"list datasets", "Data sets"},
      {"list points",
       "Hardware points (any other size: PE[-ws]-ROWSxCOLS); % of a xc7vx485t, clock of the processing element before "
       "layout"},
      {"list schemes", "Quantization schemes"},
      {"list settings", "Every setting: what it takes, its default, in which commands and when it acts"}};
  return rows;
}

const std::vector<SettingRow>& setting_rows() {
  static const std::vector<SettingRow> rows = [] {
    std::vector<SettingRow> list;
    add_inputs(list);
    add_hardware(list);
    add_assign_rows(list);
    add_verify_rows(list);
    add_recommend_rows(list);
    add_machine(list);
    add_outputs(list);
    add_paper_rows(list);
    add_study_rows(list);
    return list;
  }();
  return rows;
}

}  // namespace ampa::config
