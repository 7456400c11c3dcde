"""The comparison of answers finds what differs, and only that."""

from __future__ import annotations

import pytest

from .shape import Pairs, differences

ANSWER = {
    "applicationId": "ieqqg6c7QOx41g_Ket4iu",
    "name": "web",
    "createdAt": "2026-11-23T20:09:21.420Z",
    "replicas": 1,
    "memoryLimit": None,
    "mounts": [{"mountId": "jRhp_ggRCokiQi4H9dGD2", "mountPath": "/data"}],
}
ANEW = {"applicationId": "Fq23YGhXoyXw1XqIiKJI5", "createdAt": "2027-01-01T00:00:00.000Z"}


def found(recorded: object, simulated: object, pairs: Pairs | None = None, loose: tuple[str, ...] = ()) -> list[str]:
    return list(differences(recorded, simulated, pairs or Pairs(), frozenset(loose)))


def test_new_ids_and_times_are_no_difference() -> None:
    assert found(ANSWER, {**ANSWER, **ANEW}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "web2"),
        ("replicas", 2),
        ("replicas", "1"),
        ("replicas", True),
        ("memoryLimit", "1"),
        ("mounts", []),
        ("mounts", None),
        ("mounts", [{"mountId": "x", "mountPath": "/other"}]),
        ("mounts", [{"mountId": "x", "mountPath": "/data", "more": 1}]),
        ("createdAt", "yesterday"),
    ],
)
def test_a_changed_value_is_a_difference(key: str, value: object) -> None:
    assert len(found(ANSWER, {**ANSWER, key: value})) == 1


def test_a_missing_and_a_further_key_are_differences() -> None:
    without = {key: value for key, value in ANSWER.items() if key != "name"}
    assert found(ANSWER, without) == [".name: missing, recorded 'web'"]
    assert found(without, ANSWER) == [".name: not recorded, simulated 'web'"]


def test_an_empty_body_is_not_null_and_not_true() -> None:
    assert found("", None)
    assert found("", True)
    assert found(True, 1)


def test_an_id_met_before_has_to_be_the_same() -> None:
    pairs = Pairs()
    assert found({"applicationId": "recorded-one"}, {"applicationId": "simulated-one"}, pairs) == []
    assert found({"applicationId": "recorded-one"}, {"applicationId": "simulated-one"}, pairs) == []
    assert found({"applicationId": "recorded-one"}, {"applicationId": "simulated-two"}, pairs)
    assert found({"applicationId": "recorded-two"}, {"applicationId": "simulated-one"}, pairs)


def test_known_ids_are_replaced_in_later_requests() -> None:
    pairs = Pairs()
    pairs.note("recorded-one", "simulated-one")
    assert pairs.simulated({"path": "/x/recorded-one", "ids": ["recorded-one", 1]}) == {
        "path": "/x/simulated-one",
        "ids": ["simulated-one", 1],
    }


def test_the_order_of_a_list_is_no_difference() -> None:
    one, two = {"name": "one"}, {"name": "two"}
    assert found([one, two], [two, one]) == []
    assert found([one, two], [one, one])


def test_a_loose_key_is_compared_by_type_only() -> None:
    assert found({"node": "vm"}, {"node": "simulator"}, loose=("node",)) == []
    assert found({"node": "vm"}, {"node": None}, loose=("node",))


def test_messages_are_compared_but_for_ids_and_times_of_a_query() -> None:
    query = "Failed query: insert\nparams: {},x,{},nope"
    recorded = query.format("3qqodNXPBkFDjWRJihMlV", "2026-11-23T20:07:42.545Z")
    simulated = query.format("Fq23YGhXoyXw1XqIiKJI5", "2027-01-01T00:00:00.000Z")
    assert found({"message": recorded}, {"message": simulated}) == []
    assert found({"message": recorded}, {"message": simulated.replace("nope", "yes")})
