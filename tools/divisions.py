"""Makes the product's own table of national divisions from published facts (codes and names).

    .venv/bin/python tools/divisions.py ../shared/data/divisions

reads provinces.csv, cities.csv, areas.csv, streets.csv (columns `code`, `name`) and the pinyin of levels 1-3, and
writes `yiwang/base/areas/divisions.csv.xz` with columns `code,name,en`: codes without trailing zero pairs (2, 4, 6
or 9 digits, sorted, so that each parent comes first), `en` for levels 1-3 only. The same input gives the same bytes.

Two corrections: what repeats itself one level lower under the same twelve-digit code is written once (the three
cities without counties 441900, 442000, 460400; the county 350527 as a street); 香港, 澳门, 台湾 are missing from the
four files and are added.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "yiwang" / "base" / "areas" / "divisions.csv.xz"
LEVELS = ("provinces", "cities", "areas", "streets")
ADDED = (("71", "台湾省"), ("81", "香港特别行政区"), ("82", "澳门特别行政区"))
# Where the usual English name is not the plain pinyin.
ENGLISH = {
    "15": "Inner Mongolia",
    "61": "Shaanxi",
    "71": "Taiwan",
    "81": "Hong Kong",
    "82": "Macao",
    "1501": "Hohhot",
    "2301": "Harbin",
    "6501": "Urumqi",
    "5401": "Lhasa",
}
KINDS = (
    ("自治县", " Autonomous County"),
    ("自治旗", " Autonomous Banner"),
    ("自治州", " Prefecture"),
    ("地区", " Prefecture"),
    ("矿区", " Mining District"),
    ("区", " District"),
    ("县", " County"),
    ("旗", " Banner"),
)
GENERIC = {
    "市辖区": "Municipal districts",
    "县": "Counties",
    "省直辖县级行政区划": "Counties under the province",
    "自治区直辖县级行政区划": "Counties under the region",
}


def english(code: str, name: str, pinyin: dict[str, str]) -> str:
    """The English name of a division of level 1-3: usual name or pinyin, with its kind; "" when not known."""
    if name in GENERIC:
        return GENERIC[name]
    known = ENGLISH.get(code)
    if known is None and code in pinyin:
        syllables = pinyin[code].split()
        if len(name) > 2 and len(syllables) == len(name) and name[-1] in "市区县旗":
            syllables.pop()  # the source spells the kind out where two short names are alike
        known = joined(syllables)
    if known is None:
        return ""
    if len(code) == 2:
        return known
    return known + next((kind for ending, kind in KINDS if name.endswith(ending)), "")


def joined(syllables: list[str]) -> str:
    """`xi an` → `Xi'an`: one capitalised word, an apostrophe before a vowel (GB/T 28039)."""
    word = ""
    for syllable in syllables:
        word += ("'" if word and syllable[0] in "aeo" else "") + syllable
    return word.capitalize()


def rows(folder: Path) -> list[tuple[str, str, str]]:
    """All divisions as (short code, name, English name), parents before children."""
    with (folder / "areacity_level3_pinyin.csv").open(encoding="utf-8-sig", newline="") as file:
        pinyin = {row["id"]: row["pinyin"] for row in csv.DictReader(file)}
    found: dict[str, str] = dict(ADDED)
    for level in LEVELS:
        with (folder / f"{level}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                code = row["code"]
                if (len(code) == 6 and code.endswith("00")) or (len(code) == 9 and code.endswith("000")):
                    continue
                found[code] = row["name"].strip()
    return [(code, found[code], english(code, found[code], pinyin) if len(code) < 9 else "") for code in sorted(found)]


def main(folder: Path) -> None:
    """Write the table and say what it holds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "name", "en"])
    table = rows(folder)
    writer.writerows(table)
    packed = lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME)
    TARGET.write_bytes(packed)
    counts = [sum(len(code) == n for code, _, _ in table) for n in (2, 4, 6, 9)]
    print(f"{TARGET}: {len(table)} divisions {counts}, {len(packed)} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
