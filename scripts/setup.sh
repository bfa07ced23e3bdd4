#!/usr/bin/env bash
# Installs the Debian 12 packages that building and testing need; only those that are missing. Works as root or with sudo.
#   scripts/setup.sh          what building and running need
#   scripts/setup.sh --tests  and what the tests need
set -euo pipefail

build_packages=(
  g++ make cmake ninja-build ccache pkg-config git ca-certificates
  verilator libsystemc-dev libeigen3-dev nlohmann-json3-dev catch2
  libcli11-dev libfmt-dev libspdlog-dev zlib1g-dev libjpeg62-turbo-dev libpng-dev libssl-dev
  libboost-dev libpagmo-dev libsqlite3-dev libglpk-dev
  python3 python3-jsonschema dataset-fashion-mnist
)
test_packages=(clang libclang-rt-14-dev iverilog valgrind yosys berkeley-abc opensta qflow-tech-osu018 chromium chromium-driver python3-selenium
  python3-numpy python3-scipy slurm-wlm munge python3-optuna)

case "${1:-}" in
  "") packages=("${build_packages[@]}") ;;
  --tests) packages=("${build_packages[@]}" "${test_packages[@]}") ;;
  *) echo "setup: expected no argument or --tests, found '$1'" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done

if [[ ${#missing[@]} -eq 0 ]]; then
  echo "setup: all ${#packages[@]} packages are installed"
  exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "setup: expected root or sudo; missing are: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

echo "setup: installing ${#missing[@]} of ${#packages[@]} packages: ${missing[*]}"
"${as_root[@]}" apt-get update --quiet --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --yes --no-install-recommends --quiet --quiet "${missing[@]}" >/dev/null
echo "setup: done"
