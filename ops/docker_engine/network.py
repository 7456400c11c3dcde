"""The bridges of a private engine, and the packet filter's rules that name them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import zlib
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

from ops.docker_engine.programs import search_path
from ops.errors import OpsError

SUBNETS = IPv4Network("10.213.0.0/16")
"""Where default networks get their addresses: rarely used, and outside of what dockerd gives to other networks."""
TABLES = ("filter", "nat")


def add_bridge(name: str) -> None:
    """Make the bridge of the default network, with addresses that nothing on this machine uses."""
    if name in _links():
        return
    address = _free_subnet(name)
    _run("ip", "link", "add", "name", name, "type", "bridge")
    _run("ip", "address", "add", f"{address[1]}/{address.prefixlen}", "dev", name)


def check_bridge(name: str) -> None:
    """Refuse a bridge whose addresses another link has too: dockerd goes back to those that it had before.

    Raises OpsError: containers would run, and nobody would reach their ports.
    """
    own = set(_addresses(name))
    for other in _links() - {name}:
        if shared := next((one for one in _addresses(other) if any(one.overlaps(mine) for mine in own)), None):
            raise OpsError(
                f"the private Docker engine's network {shared} is {other}'s too: end the engine that it belongs to "
                f"(make engine-stop in its checkout), or remove it: ip link delete {other}"
            )


def bridges_of(data_root: Path) -> set[str]:
    """The bridges that dockerd made for the networks in this data-root, now or at any time before."""
    store = data_root / "network" / "files" / "local-kv.db"
    text = store.read_bytes() if store.exists() else b""
    return {match.decode() for match in re.findall(rb'"BridgeName":"(br-[0-9a-f]{12})"', text)}


def remove_bridges(names: Iterable[str]) -> None:
    """Remove the bridges that exist, and the rules that name them."""
    wanted = set(names)
    for table in TABLES:
        for rule in _rules(table):
            if wanted.intersection(rule):
                _run("iptables", "--wait", "--table", table, "--delete", *rule[1:])
    for name in wanted.intersection(_links()):
        _run("ip", "link", "delete", name)


def _rules(table: str) -> list[list[str]]:
    said = _run("iptables", "--wait", "--table", table, "--list-rules")
    return [shlex.split(line) for line in said.splitlines() if line.startswith("-A ")]


def _links() -> set[str]:
    return {link["ifname"] for link in _ip("link")}


def _free_subnet(name: str) -> IPv4Network:
    """One that nothing uses, and that the engines of other checkouts hardly ask for: each begins elsewhere."""
    used = [*_addresses(), *_routes()]
    every = list(SUBNETS.subnets(new_prefix=24))
    first = zlib.crc32(name.encode()) % len(every)
    for subnet in every[first:] + every[:first]:
        if not any(subnet.overlaps(other) for other in used):
            return subnet
    raise OpsError(f"no subnet of {SUBNETS} is free for the private Docker engine")


def _addresses(name: str | None = None) -> Iterator[IPv4Network]:
    """The networks of one link, or of all."""
    for link in _ip("address"):
        for address in link["addr_info"]:
            if address["family"] == "inet" and name in {None, link["ifname"]}:
                yield IPv4Interface(f"{address['local']}/{address['prefixlen']}").network


def _routes() -> Iterator[IPv4Network]:
    for route in _ip("route"):
        if route["dst"] != "default":
            yield IPv4Network(route["dst"])


def _ip(what: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = json.loads(_run("ip", "-json", what) or "[]")
    # A link that goes away while it is listed leaves an empty entry.
    return [entry for entry in said if entry]


def _run(*command: str) -> str:
    environment = {**os.environ, "PATH": search_path()}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no output"])[-1]
        raise OpsError(f"{shlex.join(command)} failed: {reason}")
    return answer.stdout
