#!/bin/sh
# Fills fuzz/corpus from the test data: the first bytes choose a format's name and the size of pieces.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/open corpus/read corpus/report
for file in ../tests/data/archives/*; do
    { printf '\007'; cat "$file"; } > "corpus/open/$(basename "$file")"
done
nth=0
for file in $(find ../tests/data/format -type f -size -24k ! -name '*.expected'); do
    nth=$((nth + 1))
    { printf '\005\015'; cat "$file"; } > "corpus/read/$nth"
    { printf '\015'; cat "$file"; printf '\n--8<--\n'; cat "$file"; } > "corpus/report/$nth"
done
{ printf '\015'; cat ../tests/data/base-document.zh.txt; } > corpus/report/base
