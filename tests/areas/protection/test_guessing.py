"""The pure part of T13: ten thousand guesses, from one address and from a thousand."""

from datetime import UTC, datetime, timedelta

from seriatim.areas.protection import Guesses

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN, OTHER = "09506000134352", "09506000134369"


def test_T13_ten_thousand_guesses_from_a_thousand_addresses_get_three_answers_each_at_most() -> None:
    guesses, answered, told = Guesses(), 0, []
    for n in range(10_000):
        network, now = f"net{n % 1_000}", AT + timedelta(milliseconds=n)
        if guesses.refuses(GTIN, network, now):
            continue
        answered += 1
        if (finding := guesses.missed(GTIN, network, now)) is not None:
            told.append((now - AT, finding))

    assert answered <= 3 * 1_000 + 31
    assert told[0][0] < timedelta(seconds=1)
    assert told[0][1].misses == 31


def test_T13_ten_thousand_guesses_from_one_address_get_four_answers_once_it_is_noticed() -> None:
    guesses = Guesses()
    answered = 0
    for n in range(10_000):
        now = AT + timedelta(milliseconds=n)
        if not guesses.refuses(GTIN, "net", now):
            answered += 1
            guesses.missed(GTIN, "net", now)

    assert answered == 31


def test_who_has_not_guessed_is_never_refused() -> None:
    guesses = Guesses()
    for n in range(100):
        guesses.missed(GTIN, f"net{n}", AT)

    assert not guesses.refuses(GTIN, "buyer", AT)
    assert guesses.is_under_way(GTIN, AT)
    assert not guesses.is_under_way(OTHER, AT)


def test_it_is_over_ten_minutes_after_the_last_miss_too_many() -> None:
    guesses = Guesses()
    for n in range(100):
        guesses.missed(GTIN, f"net{n % 2}", AT)

    assert guesses.refuses(GTIN, "net1", AT)
    assert not guesses.refuses(GTIN, "net1", AT + timedelta(minutes=10))


def test_a_few_who_mistype_are_no_attack() -> None:
    guesses = Guesses()

    told = [guesses.missed(GTIN, f"net{n}", AT + timedelta(seconds=2 * n)) for n in range(1_000)]

    assert set(told) == {None}


def test_the_alert_is_touched_every_ten_seconds_at_most() -> None:
    guesses = Guesses()

    told = [
        finding
        for n in range(1_000)
        if (finding := guesses.missed(GTIN, f"net{n}", AT + timedelta(milliseconds=30 * n)))
    ]

    assert len(told) == 3
    assert told[-1].networks == told[-1].misses - 30
