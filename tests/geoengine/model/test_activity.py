"""Pace of people from the steps by which they decided."""

from __future__ import annotations

from geoengine.model.activity import DecisionStep, an_hour, paces_of


def step(author: str, time: str, decided: int = 1) -> DecisionStep:
    return DecisionStep(author, f"2026-03-01T{time}Z", decided)


def test_pauses_count_as_five_minutes_and_many_at_once_in_no_pace() -> None:
    steps = [
        step("ana", "08:00:00.000"),
        step("ben", "08:00:30.000"),
        step("ana", "08:01:00.500"),
        step("ana", "08:01:30.500", 40),
        step("ana", "12:00:00.000", 10),
        step("ben", "08:00:00.000"),  # the clock was set back
    ]
    ana, ben = paces_of(steps)
    assert (ana.author, ana.decided, ana.at_once, ana.timed) == ("ana", 52, 40, 11)
    assert ana.active_s == 60.5 + 30 + 300
    assert (ben.author, ben.decided, ben.at_once, ben.active_s) == ("ben", 2, 0, 0)


def test_a_pace_is_of_one_person_and_not_of_a_few_minutes() -> None:
    times = [f"08:{minute:02}:00.000" for minute in range(21)]
    both = [step(author, time) for time in times for author in ("ana", "ben")]
    paces = paces_of(both)
    assert [an_hour([one]) for one in paces] == [60, 60]
    assert an_hour(paces) == 60
    assert an_hour(paces_of(both[:10])) is None
    assert an_hour([]) is None
    assert an_hour(paces_of([step("ana", time, 11) for time in times])) is None
