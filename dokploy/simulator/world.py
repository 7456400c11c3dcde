"""Everything one simulated Dokploy consists of, behind one lock."""

from __future__ import annotations

import threading
from typing import Any

from .agenda import Agenda
from .clock import Clock, iso
from .deployments import Queue
from .ids import auth_id, nanoid
from .keys import Key, new_text
from .schedules import Schedules
from .settings import Timings
from .state import Row, State
from .swarm import Swarm
from .traefik import first_files

VERSION = "v0.30.2"


class World:
    def __init__(self, timings: Timings) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.timings = timings
        self.state = State(traefik=first_files())
        self.agenda = Agenda(self.clock)
        self.swarm = Swarm(self.agenda, timings)
        self.queue = Queue(agenda=self.agenda, state=self.state, swarm=self.swarm, timings=timings)
        self.schedules = Schedules(self.agenda, self.state, self.swarm)
        self.keys: dict[str, Key] = {}
        self.owner_id = auth_id()
        self.organization_id = self.add_organization("My Organization")
        self.api_key = self.add_key(self.organization_id).text

    def now(self) -> float:
        return self.clock.now()

    def stamp(self) -> str:
        return iso(self.clock.now())

    def add_organization(self, name: str) -> str:
        row: Row = {
            "id": nanoid(),
            "name": name,
            "slug": None,
            "logo": None,
            "createdAt": self.stamp(),
            "metadata": None,
            "defaultRole": None,
            "ownerId": self.owner_id,
        }
        self.state.organizations[row["id"]] = row
        return str(row["id"])

    def add_key(self, organization_id: str, *, prefix: str = "", **values: Any) -> Key:
        key = Key(
            text=new_text(prefix),
            id=auth_id(),
            organization_id=organization_id,
            **{"user_id": self.owner_id, "window_began": self.now(), **values},
        )
        self.keys[key.text] = key
        return key
