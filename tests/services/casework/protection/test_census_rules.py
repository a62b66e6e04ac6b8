"""The table of the census's rules holds what the code refuses, and each test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]
TABLE = ROOT / "docs" / "census-rules.md"
ROW = re.compile(r"^\| (\d{3,4}Q?) \| .* \| (refused|cannot arise|on export) \| .* \| (?:`(.+)`)? \|$")


def _rows() -> dict[str, tuple[str, str | None]]:
    found = [ROW.match(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return {row[1]: (row[2], row[3]) for row in found if row}


def _refused_in_code() -> set[str]:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "services").rglob("*.py"))
    return set(re.findall(r"\"(\d{3,4}Q?)\"", code)) & _rows().keys()


def test_every_rule_of_the_census_has_a_row() -> None:
    assert len(_rows()) == 109


def test_what_the_table_has_as_refused_the_code_refuses_and_nothing_else() -> None:
    assert {rule for rule, (kind, _) in _rows().items() if kind == "refused"} == _refused_in_code()


def test_a_rule_that_is_refused_names_a_test_that_has_it() -> None:
    for rule, (kind, test) in _rows().items():
        if kind == "refused":
            assert test, rule
            assert rule in (ROOT / test).read_text(encoding="utf-8"), (rule, test)
