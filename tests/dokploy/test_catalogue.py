"""What the provider has is imported by name, at its first use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dokploy.catalogue import Catalogue
from dokploy.lookups import LOOKUPS
from dokploy.resources import RESOURCES


@pytest.mark.parametrize("catalogue", [RESOURCES, LOOKUPS], ids=["resources", "look-ups"])
def test_each_is_known_by_its_own_name_and_made_once(catalogue: Catalogue[object]) -> None:
    everything = list(catalogue)
    assert len(everything) == len(catalogue)
    for each in everything:
        assert catalogue.named(each.name) is each


def test_what_it_has_not_is_none() -> None:
    for name in ("Volcano", "", "project", "../project", "resource"):
        assert RESOURCES.named(name) is None


def test_threads_that_ask_at_once_get_the_same_one() -> None:
    catalogue: Catalogue[object] = Catalogue("dokploy.resources", {"Tag": "tag"})
    with ThreadPoolExecutor(8) as pool:
        found = set(map(id, pool.map(catalogue.named, ["Tag"] * 64)))
    assert len(found) == 1


def test_one_of_things_that_are_there_is_iterated_in_their_order() -> None:
    given = [resource for resource in RESOURCES if resource.name in ("Tag", "Port")]
    made = Catalogue.of(given)
    assert list(made) == given
    assert Catalogue.of(made) is made
