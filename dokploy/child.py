"""What the objects below an application have in common: they are found, read and written through it."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import Field

from dokploy.errors import UPDATE_AGAIN, DokployError, Invalid, NotFound
from dokploy.fields import Id
from dokploy.resource import Context, Model, Resource, State, Trait
from dokploy.rows import Row, leftover, remove


class ChildInputs(Model):
    """The inputs of an object below an application."""

    application_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the application.")


class NoOutputs(Model):
    """Nothing beyond the inputs."""


C = TypeVar("C", bound=ChildInputs)
ChildState = State[C, NoOutputs]


class ApplicationChild(Resource[C, NoOutputs], Generic[C]):
    """An object below an application, with one procedure each to list, read, create, update and remove it."""

    router: ClassVar[str]
    """The first part of its procedures, such as `domain`."""
    removal: ClassVar[str] = "delete"
    """The last part of the procedure that removes it."""
    id_key: ClassVar[str]
    """The name of its id, such as `domainId`."""
    what: ClassVar[str]
    """What it is called in messages."""
    touches_traefik: ClassVar[bool] = False
    """Whether Dokploy rewrites shared Traefik files when it is written: such writes go one after the other."""
    Outputs = NoOutputs

    @abstractmethod
    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        """All objects of this kind that the application has, by a shared read."""

    @abstractmethod
    def is_ours(self, ctx: Context, row: Row, inputs: C) -> bool:
        """Whether a row is what an interrupted create of this resource left: by its marker or natural key."""

    @abstractmethod
    def body(self, ctx: Context, inputs: C) -> Row:
        """What create and update send, without ids."""

    @abstractmethod
    def inputs_of(self, row: Row) -> C:
        """The inputs that would make this row. Not validated: a refresh shows what the server really holds."""

    def ownership(self, inputs: C) -> Row:
        """What create sends besides, to say whose it is."""
        return {"applicationId": inputs.application_id}

    def create(self, ctx: Context, inputs: C) -> ChildState[C]:
        def ours() -> Row | None:
            rows = self.rows(ctx, inputs.application_id)
            return leftover(ctx, rows, lambda row: self.is_ours(ctx, row, inputs), self.what, self.id_key)

        def find() -> ChildState[C] | None:
            _claim(ctx, inputs.application_id)
            row = ours()
            return None if row is None else self._write(ctx, row[self.id_key], inputs)

        def make() -> ChildState[C]:
            body = {**self.body(ctx, inputs), **self.ownership(inputs)}
            answer = ctx.server.write(f"{self.router}.create", body)
            return self._state(self._id_of(ctx, inputs, answer), inputs)

        with self._order(ctx):
            return ctx.server.create_once(find, make, parent=inputs.application_id)

    def read(self, ctx: Context, id: str, inputs: C | None, outputs: NoOutputs | None) -> ChildState[C] | None:
        try:
            if inputs is None:
                row = ctx.server.read(f"{self.router}.one", **{self.id_key: id})
                _claim(ctx, self._owner_of(row))
                return self._state(id, self.inputs_of(row))
            _claim(ctx, inputs.application_id)
            rows = self.rows(ctx, inputs.application_id)
        except NotFound:
            return None
        return next((self._state(id, self.inputs_of(row)) for row in rows if row[self.id_key] == id), None)

    def update(self, ctx: Context, state: ChildState[C], inputs: C) -> ChildState[C]:
        _claim(ctx, inputs.application_id)
        with self._order(ctx):
            return self._write(ctx, state.id, inputs)

    def delete(self, ctx: Context, state: ChildState[C]) -> None:
        try:
            _claim(ctx, state.inputs.application_id)
        except NotFound:
            return
        with self._order(ctx):
            remove(ctx, f"{self.router}.{self.removal}", {self.id_key: state.id})

    def _write(self, ctx: Context, id: str, inputs: C) -> ChildState[C]:
        body = {self.id_key: id, **self.body(ctx, inputs)}
        ctx.server.write(f"{self.router}.update", body, repeatable=True)
        return self._state(id, inputs)

    def _id_of(self, ctx: Context, inputs: C, answer: Any) -> str:
        """The new id: in the answer, or in the list where the answer is a mere `true`."""
        if isinstance(answer, dict):
            return str(answer[self.id_key])
        for row in self.rows(ctx, inputs.application_id):
            if self.is_ours(ctx, row, inputs):
                return str(row[self.id_key])
        raise DokployError(f"Dokploy took the {self.what} but does not list it; {UPDATE_AGAIN}")

    def _owner_of(self, row: Row) -> str:
        if not row["applicationId"]:
            raise Invalid(f"{self.what} {row[self.id_key]} belongs to no application, so that it cannot be imported")
        return str(row["applicationId"])

    def _state(self, id: str, inputs: C) -> ChildState[C]:
        return State(id=id, inputs=inputs, outputs=NoOutputs())

    def _order(self, ctx: Context) -> AbstractContextManager[Any]:
        return ctx.server.traefik if self.touches_traefik else nullcontext()


def _claim(ctx: Context, application_id: str) -> None:
    """A key of another organisation may write what it may not read: the read comes first."""
    ctx.server.claim("application.one", applicationId=application_id)


def listed(ctx: Context, application_id: str, relation: str) -> list[Row]:
    """The rows of a relation in the application's own answer, which all its children share."""
    rows: list[Row] = ctx.server.read("application.one", applicationId=application_id)[relation]
    return rows
