"""What an adoption has to tell people besides the two files that it writes. No value of a secret is in it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Change:
    """One property that the first `up` changes, because the SOP or the program asks for something else."""

    resource: str
    """Its name in the program, such as `chatzwa-application`."""
    property: str
    """As the provider calls it, such as `memoryLimit`; empty where the whole resource is made."""
    found: str
    then: str
    why: str


@dataclass(kw_only=True)
class Notes:
    """Collected while the parts are described."""

    changes: list[Change] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What stays in Dokploy as it is, outside of the stack."""
    first: list[str] = field(default_factory=list)
    """What a person has to look at or do before the first `up`."""
    secrets: list[str] = field(default_factory=list)
    """Paths of secrets that are in Dokploy, such as `secrets.JWT_SECRET`: their values have to be set again."""
    missing: list[str] = field(default_factory=list)
    """Paths of secrets that the program asks for and Dokploy does not have."""

    def change(self, resource: str, property: str, found: object, then: object, why: str) -> None:
        """Note a change unless it is none."""
        if found != then:
            change = Change(resource=resource, property=property, found=shown(found), then=shown(then), why=why)
            self.changes.append(change)


def shown(value: object) -> str:
    """A value as people read it."""
    return "none" if value in (None, "", [], {}) else str(value)
