"""A container as the rules see it, whichever platform runs it.

Every property is read when a rule asks for it, so that one unknown value stops only the rules that need it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from sop.texts.host_paths import normal_path
from sop.views.fields import Fields
from sop.views.nouns import Health, Restart, Size, Update
from sop.views.resource import Resource

APPLICATION = "dokploy:index:Application"
CONTAINER = "docker:index/container:Container"
_OTHER_DATABASE = re.compile(
    r"(?:postgres|postgresql|mysql|mariadb|mongodb|sqlserver|cockroachdb)(?:\+\w+)?://", re.IGNORECASE
)
_FILE = re.compile(r"^(?:file|sqlite3?):", re.IGNORECASE)


class Workload(ABC):
    """One Application of Dokploy or one container of Docker. Each platform's class says which resource it reads."""

    TYPES: ClassVar[frozenset[str]] = frozenset({APPLICATION, CONTAINER})
    platform: ClassVar[str]
    _of_type: ClassVar[dict[str, type[Workload]]] = {}

    def __init_subclass__(cls, *, of: str) -> None:
        cls._of_type[of] = cls

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.fields = resource.fields

    @staticmethod
    def views(resource: Resource) -> Iterator[Workload]:
        yield Workload._of_type[resource.type](resource)

    # What both platforms have.

    @property
    @abstractmethod
    def memory(self) -> Size | None: ...

    @property
    @abstractmethod
    def cpu(self) -> Size | None: ...

    @property
    @abstractmethod
    def memory_reserved(self) -> Size | None: ...

    @property
    @abstractmethod
    def cpu_reserved(self) -> Size | None: ...

    @property
    @abstractmethod
    def replicas(self) -> int: ...

    @property
    @abstractmethod
    def image(self) -> str | None:
        """The image's reference; None where it is built, or pulled by another resource."""

    @property
    @abstractmethod
    def env(self) -> Fields: ...

    @property
    @abstractmethod
    def command(self) -> tuple[str, ...]:
        """What replaces the image's own start; empty where nothing does."""

    @property
    @abstractmethod
    def health(self) -> Health | None: ...

    @property
    @abstractmethod
    def restart(self) -> Restart: ...

    @property
    @abstractmethod
    def update(self) -> Update | None:
        """None where the platform never runs two containers at once."""

    @property
    @abstractmethod
    def stop_grace_s(self) -> float | None: ...

    # What follows from it.

    @property
    def database(self) -> str | None:
        """The path of the SQLite file; None for another kind of database. The app's schema is SQLite.

        Empty where no address is given; relative paths stay relative.
        """
        # The procedure writes it with quotes, which Docker and some builders take for a part of it.
        url = (self.env.text("DATABASE_URL") or "").strip("\"' ")
        if _OTHER_DATABASE.match(url):
            return None
        path = _FILE.sub("", url).partition("?")[0]
        return path and normal_path(path)

    @property
    def on_sqlite(self) -> bool:
        return self.database is not None
