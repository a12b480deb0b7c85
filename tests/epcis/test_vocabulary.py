import json

import pytest
from tests.epcis.documents import VECTORS

from seriatim.epcis import vocabulary

LISTS = {
    "bizStep": (vocabulary.BIZ_STEP, 41),
    "disposition": (vocabulary.DISPOSITION, 33),
    "bizTransaction-type": (vocabulary.BIZ_TRANSACTION_TYPE, 13),
    "source-dest-type": (vocabulary.SOURCE_DEST_TYPE, 3),
    "error-reason": (vocabulary.ERROR_REASON, 2),
    "component": (vocabulary.COMPONENT, 14),
    "sensorAlertType": (vocabulary.SENSOR_ALERT, 2),
    "measurementType": (vocabulary.MEASUREMENT_TYPE, 72),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_as_many_words_as_the_standard(name: str) -> None:
    words, count = LISTS[name]

    assert len(words.words) == count


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_the_words_of_the_published_schema(name: str) -> None:
    schema = VECTORS / "EPCIS-JSON-Schema.json"
    if not schema.exists():
        pytest.skip("GS1's JSON schema is not beside the repository")
    alternatives = json.loads(schema.read_text())["definitions"][name]["anyOf"]

    (published,) = [set(one["enum"]) for one in alternatives if "enum" in one]

    assert LISTS[name][0].words == published


@pytest.mark.parametrize("name", LISTS)
def test_every_word_is_found_in_every_spelling(name: str) -> None:
    words = LISTS[name][0]

    for word in words.words:
        spellings = [word, words.web_uri(word), *(prefix + word for prefix in words.aliases)]
        assert {words.find(spelling) for spelling in spellings} == {word}


def test_a_value_of_another_vocabulary_is_its_own_uri() -> None:
    assert vocabulary.BIZ_STEP.web_uri("https://ns.example.com/frying") == "https://ns.example.com/frying"
    assert vocabulary.BIZ_STEP.find("https://ns.example.com/frying") is None
