#!/bin/sh
# Cuts the two embedded fonts from Debian's fonts-noto-cjk (Noto Sans CJK 2.004).
# Needs: apt install fonts-noto-cjk; pip install fonttools. Usage: sh subset.sh
# Writes beside itself; the README in this folder says what is kept and why.
set -eu
cd "$(dirname "$0")"
source=${NOTO_CJK_DIR:-/usr/share/fonts/opentype/noto}

# Latin, punctuation, currency, letterlike (℃), number forms, arrows, mathematics,
# circled numbers, boxes and shapes, marks (✓), CJK punctuation, units (㎡), full width.
signs='U+0020-007E,U+00A0-00FF,U+2010-2027,U+2030-205E,U+20AC,U+2100-214F,U+2150-218B,U+2190-21FF,U+2200-22FF,U+2460-24FF,U+2500-257F,U+25A0-25FF,U+2600-26FF,U+2700-27BF,U+3000-303F,U+3200-33FF,U+FE30-FE4F,U+FF00-FFEF'
every_character='U+4E00-9FFF,U+3400-4DBF,U+20000-3FFFF'

gb2312=$(mktemp)
trap 'rm -f "$gb2312"' EXIT
python3 -c '
for row in range(0xB0, 0xF8):
    for cell in range(0xA1, 0xFF):
        print(bytes([row, cell]).decode("gb2312", "ignore"), end="")
' > "$gb2312"

cut() { # weight, then what to keep
    weight=$1
    shift
    # Face 2 of the collection is Noto Sans CJK SC.
    pyftsubset "$source/NotoSansCJK-$weight.ttc" --font-number=2 \
        --output-file="NotoSansCJKsc-$weight.otf" \
        --no-hinting --notdef-outline --layout-features=kern --drop-tables+=BASE,VORG,vhea,vmtx \
        --name-IDs=0,1,2,3,4,5,6,13,14 "$@"
}

cut Regular --unicodes="$signs,$every_character"
cut Bold --unicodes="$signs" --text-file="$gb2312"
