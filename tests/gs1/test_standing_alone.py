import json
import pickle
import subprocess
import sys

import pytest

from seriatim import gs1

LIST_MODULES = """
import json, sys
import seriatim.gs1
assert seriatim.gs1.explain("(01)09506000134352", this_year=2026).verdict == "valid"
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names))))
print(json.dumps(sorted(n for n in sys.modules if n.startswith("seriatim.") and not n.startswith("seriatim.gs1"))))
"""


def test_the_gs1_language_needs_nothing_but_the_standard_library() -> None:
    output = subprocess.run(
        [sys.executable, "-S", "-c", LIST_MODULES], capture_output=True, text=True, check=True, env=path()
    )
    foreign, own = map(json.loads, output.stdout.splitlines())

    assert [name for name in foreign if name != "__main__"] == ["seriatim"]
    assert own == []


def path() -> dict[str, str]:
    return {"PYTHONPATH": str(gs1.__file__).rsplit("/seriatim/", 1)[0]}


def test_every_public_name_is_there() -> None:
    assert [name for name in gs1.__all__ if not hasattr(gs1, name)] == []


def test_an_error_keeps_all_it_knows_on_its_way_to_another_process() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse("(01)09506000134353")

    copy = pickle.loads(pickle.dumps(refused.value))

    assert (copy.code, copy.ai, copy.position, copy.markup) == (
        "incorrect_check_digit",
        "01",
        13,
        "(01)0950600013435|3|",
    )
    assert str(copy) == str(refused.value)


def test_a_message_is_a_value() -> None:
    message = gs1.parse("(01)09506000134352(21)A1")

    assert pickle.loads(pickle.dumps(message)) == message
    assert hash(message) == hash(gs1.parse(message.digital_link("https://b.example")))
