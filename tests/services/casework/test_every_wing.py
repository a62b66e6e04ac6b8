"""No wing escapes the tests of its examples."""

from tests.examples_of import examples_of, without_example
from tests.services.casework.cases.test_examples import WINGS as OF_CASES
from tests.services.casework.examples import examples_in
from tests.services.casework.outcomes.test_examples import WINGS as OF_OUTCOMES
from tests.services.casework.protection.test_examples import WINGS as OF_PROTECTION
from tests.services.casework.record.test_examples import WINGS as OF_RECORD


def test_every_example_is_sent_by_the_test_of_one_wing() -> None:
    sent = [*examples_in(*OF_CASES), *examples_in(*OF_RECORD), *examples_in(*OF_OUTCOMES), *examples_in(*OF_PROTECTION)]
    assert sorted(map(str, sent)) == sorted(map(str, examples_of("casework")))
    assert without_example("casework") == []
