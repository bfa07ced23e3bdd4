#!/usr/bin/env bash
# Makes explorer/report/assets/echarts.min.js, the part of Apache ECharts that the report's page uses, and echarts.LICENSE beside it.
#   scripts/bundle_charts.sh          needs node, npm and the npm registry (versions and hashes: assets/bundle/package-lock.json)
#   scripts/bundle_charts.sh --check  1 if the bundle was not made of what lies in assets/bundle; needs nothing
set -euo pipefail
assets=$(cd "$(dirname "${BASH_SOURCE[0]}")/../explorer/report/assets" && pwd)
made_of=$(cat "$assets"/bundle/{echarts.js,package.json,package-lock.json} | sha256sum | cut -c 1-16)

case "${1:-}" in
  "") ;;
  --check)
    head --lines 3 "$assets/echarts.min.js" | grep --quiet "bundle $made_of" && exit 0
    echo "bundle_charts: $assets/echarts.min.js: expected 'bundle $made_of' in its first lines, found another; run scripts/bundle_charts.sh" >&2
    exit 1 ;;
  *) echo "bundle_charts: expected no argument or --check, found '$1'" >&2; exit 2 ;;
esac

for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "bundle_charts: expected $tool in PATH, found none" >&2; exit 1; }
done
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
cp "$assets"/bundle/* "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --silent ||
  { echo "bundle_charts: npm could not install what assets/bundle/package-lock.json names; the bundle is left as it was" >&2; exit 1; }
version() { node --print "require('./node_modules/$1/package.json').version"; }
banner="/*! Apache ECharts $(version echarts), https://echarts.apache.org, Copyright the Apache Software Foundation, Apache License 2.0; with zrender $(version zrender)
(BSD 3-Clause, Baidu), parts of d3 (BSD 3-Clause, Mike Bostock) and tslib (0BSD, Microsoft). License texts: explorer/report/assets/echarts.LICENSE of ampa.
bundle $made_of */"
npx --no-install esbuild echarts.js --bundle --minify --format=iife --global-name=echarts --legal-comments=none --target=es2020 \
  --log-level=warning "--banner:js=$banner" --outfile=made.js
for text in '$<' '</script' ')__embed__"'; do  # what CMake's generator expressions, HTML and the embedding would take for theirs
  ! grep --quiet --fixed-strings "$text" made.js || { echo "bundle_charts: expected no '$text' in the bundle, found one" >&2; exit 1; }
done
modules=node_modules
{
  echo "echarts.min.js is made of the following packages. Their licenses:"
  for file in echarts/{LICENSE,NOTICE,licenses/LICENSE-d3} zrender/LICENSE tslib/{LICENSE.txt,CopyrightNotice.txt}; do
    printf '\n======== %s\n\n' "$file"
    tr --delete '\r' <"$modules/$file"
  done
} >made.LICENSE
mv made.js "$assets/echarts.min.js"
mv made.LICENSE "$assets/echarts.LICENSE"
echo "bundle_charts: $(du --apparent-size --bytes "$assets/echarts.min.js" | cut -f 1) bytes, ECharts $(version echarts), bundle $made_of"
