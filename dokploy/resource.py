"""What every resource is made of: an input model, an output model, and create, read, update, delete.

One definition a resource: its pydantic input model is what Check validates, what GetSchema publishes, what the
SDK is generated from and what the documentation shows. A further resource is one file in `dokploy/resources/`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from threading import Event
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from dokploy.deadline import Deadline
from dokploy.marker import Marker
from dokploy.server import Server


class Trait(Enum):
    """What the schema says of a property besides its type; put it into the field's `Annotated`."""

    SECRET = "kept secret"  # noqa: S105 - a name, not a secret
    REPLACES = "replaces"


Secret = Annotated[str, Trait.SECRET]
SecretMap = Annotated[dict[str, str], Trait.SECRET]


class Model(BaseModel):
    """A resource's inputs or outputs, or a block of them. Properties are camelCase on the wire."""

    # Built at its first use: a run needs few of the models, and building all is most of the plugin's start.
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, defer_build=True
    )

    def properties(self) -> dict[str, Any]:
        """The canonical form that goes into Pulumi's state: defaults filled in, absent and empty values left out.

        What was read from a server need not be valid, so that its types are not judged here.
        """
        values = self.model_dump(by_alias=True, exclude_none=True, warnings=False)
        return {key: value for key, value in values.items() if value not in ({}, [])}

    @classmethod
    def unjudged(cls, properties: Mapping[str, Any]) -> Self:
        """A model of what a server holds, valid or not. Null and further properties are left out."""
        known = {info.alias or name: name for name, info in cls.model_fields.items()}
        given = {known[key]: value for key, value in properties.items() if key in known and value is not None}
        return cast(Self, cls.model_construct(**given))


I = TypeVar("I", bound=Model)  # noqa: E741 - I and O are what the two sides of a resource are called here
O = TypeVar("O", bound=Model)  # noqa: E741 - outputs, as I stands for inputs

Severity = Literal["progress", "debug", "info", "warning", "error"]
"""`progress` lines replace each other while an operation runs; the others stay."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What one operation may use. `log` shows a line beside the resource while it runs."""

    server: Server
    urn: str
    deadline: Deadline
    cancelled: Event = field(default_factory=Event)
    log: Callable[[Severity, str], None] = lambda severity, text: None

    def marker(self, *replace_inputs: str) -> Marker:
        """The marker of this resource, different for each set of inputs whose change replaces it."""
        return Marker.of(self.urn, *replace_inputs)


@dataclass(frozen=True, kw_only=True)
class State(Generic[I, O]):
    """What the server holds of one object: `id` is the one that Pulumi keeps."""

    id: str
    inputs: I
    outputs: O


class InitializationFailedError(Exception):
    """The object exists but is not in order. Pulumi keeps it, and the next `up` runs update on it."""

    def __init__(self, state: State[Any, Any], *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.state = state
        self.reasons = reasons


class Resource(ABC, Generic[I, O]):
    """One kind of object in Dokploy. Stateless: one instance serves every operation.

    All methods may raise DokployError, whose text is one line for people.
    """

    name: ClassVar[str]
    """The last part of the type token: `dokploy:index:<name>`."""
    Inputs: type[I]
    Outputs: type[O]
    deletes_before_replace: ClassVar[bool] = True
    """A host, a path or a volume is never claimed by two objects at once; False where others live in the old one."""

    @abstractmethod
    def create(self, ctx: Context, inputs: I) -> State[I, O]:
        """Make the object, or adopt the one that an interrupted create of this resource left."""

    @abstractmethod
    def read(self, ctx: Context, id: str, inputs: I | None, outputs: O | None) -> State[I, O] | None:
        """What the server says now; None when the object is gone. `inputs` is None for an import."""

    @abstractmethod
    def update(self, ctx: Context, state: State[I, O], inputs: I) -> State[I, O]:
        """Change the object in place from `state` to `inputs`."""

    @abstractmethod
    def delete(self, ctx: Context, state: State[I, O]) -> None:
        """Remove the object; one that is gone already is a success."""

    def unknown_outputs(self, state: State[I, O] | None, inputs: I) -> set[str]:
        """The outputs (camelCase) that a preview of this change cannot know. For a create: all of them."""
        return set(self.schema_outputs()) if state is None else set()

    def preview_note(self, state: State[I, O], inputs: I) -> str:
        """What a preview of this change warns of beside the resource; empty for nothing."""
        return ""

    def forces_replacement(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
        """Further properties whose change replaces the object, besides the fields that are marked REPLACES."""
        return set()

    @classmethod
    def schema_outputs(cls) -> list[str]:
        return [info.alias or field for field, info in cls.Outputs.model_fields.items()]

    @classmethod
    def token(cls) -> str:
        return f"dokploy:index:{cls.name}"
