"""A command that Dokploy runs inside an application's container at fixed times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator

from dokploy import marker
from dokploy.errors import NotFound
from dokploy.fields import PLACEHOLDER, Description, Id, Name
from dokploy.resource import Context, Model, Resource, State, Trait
from dokploy.resources.ownership import of_application

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class ScheduleInputs(Model):
    """What a schedule is asked to be."""

    application_id: Annotated[Id, Trait.REPLACES] = Field(
        description="Id of the application whose container runs the command."
    )
    name: Name = Field(description="Name shown in Dokploy.")
    cron_expression: str = Field(
        description="Five fields: minute, hour, day of month, month, day of week. Checked before it is sent, since "
        "Dokploy accepts an invalid one and never runs it."
    )
    command: str = Field(min_length=1, description="What the shell runs; the container has to be running.")
    shell_type: Literal["bash", "sh"] = Field("bash", description="The shell of the container that runs it.")
    timezone: str = Field("UTC", description="IANA name of the time zone of the expression, such as Asia/Jakarta.")
    enabled: bool = Field(True, description="Whether it runs.")
    description: Description = Field(None, description="What it is for.")

    @field_validator("cron_expression")
    @classmethod
    def _runs_at_some_time(cls, expression: str) -> str:
        if expression == PLACEHOLDER:
            return expression
        try:
            next(CronSim(expression, _ANY_TIME))
            if len(expression.split()) != 5:
                raise CronSimError
        except (CronSimError, StopIteration):
            raise ValueError(f"{expression!r} is not a cron expression of five fields that ever runs") from None
        return expression

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, timezone: str) -> str:
        if timezone != PLACEHOLDER:
            try:
                ZoneInfo(timezone)
            except (ZoneInfoNotFoundError, ValueError):
                raise ValueError(f"{timezone!r} is not a time zone; use an IANA name such as Asia/Jakarta") from None
        return timezone


class ScheduleOutputs(Model):
    """Nothing beyond the inputs."""


ScheduleState = State[ScheduleInputs, ScheduleOutputs]


class Schedule(Resource[ScheduleInputs, ScheduleOutputs]):
    """A scheduled command of an application. Dokploy tells nobody when one fails."""

    name = "Schedule"
    Inputs = ScheduleInputs
    Outputs = ScheduleOutputs

    def create(self, ctx: Context, inputs: ScheduleInputs) -> ScheduleState:
        mark = ctx.marker(inputs.application_id)

        def find() -> ScheduleState | None:
            _claim(ctx, inputs.application_id)
            for row in _rows(ctx, inputs.application_id):
                if mark.marks(row["description"]):
                    ctx.log("info", f"adopting schedule {row['scheduleId']}, left by an interrupted run")
                    return self._update(ctx, row["scheduleId"], inputs)
            return None

        def make() -> ScheduleState:
            body = {
                "applicationId": inputs.application_id,
                "scheduleType": "application",
                **_body(ctx, inputs),
            }
            row = ctx.server.write("schedule.create", body)
            return State(id=row["scheduleId"], inputs=inputs, outputs=ScheduleOutputs())

        return ctx.server.create_once(find, make, parent=inputs.application_id)

    def read(
        self, ctx: Context, id: str, inputs: ScheduleInputs | None, outputs: ScheduleOutputs | None
    ) -> ScheduleState | None:
        try:
            if inputs is None:
                return _state(of_application(ctx.server.read("schedule.one", scheduleId=id), "schedule", id))
            _claim(ctx, inputs.application_id)
            rows = _rows(ctx, inputs.application_id)
        except NotFound:
            return None
        return next((_state(row) for row in rows if row["scheduleId"] == id), None)

    def update(self, ctx: Context, state: ScheduleState, inputs: ScheduleInputs) -> ScheduleState:
        _claim(ctx, inputs.application_id)
        return self._update(ctx, state.id, inputs)

    def delete(self, ctx: Context, state: ScheduleState) -> None:
        try:
            _claim(ctx, state.inputs.application_id)
            ctx.server.write("schedule.delete", {"scheduleId": state.id}, repeatable=True)
        except NotFound:
            return

    def _update(self, ctx: Context, id: str, inputs: ScheduleInputs) -> ScheduleState:
        ctx.server.write("schedule.update", {"scheduleId": id, **_body(ctx, inputs)}, repeatable=True)
        return State(id=id, inputs=inputs, outputs=ScheduleOutputs())


def _claim(ctx: Context, application_id: str) -> None:
    ctx.server.claim("application.one", applicationId=application_id)


def _rows(ctx: Context, application_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ctx.server.read("schedule.list", id=application_id, scheduleType="application")
    return rows


def _body(ctx: Context, inputs: ScheduleInputs) -> dict[str, Any]:
    return {
        "name": inputs.name,
        "cronExpression": inputs.cron_expression,
        "command": inputs.command,
        "shellType": inputs.shell_type,
        "timezone": inputs.timezone,
        "enabled": inputs.enabled,
        "description": ctx.marker(inputs.application_id).on(inputs.description),
    }


def _state(row: dict[str, Any]) -> ScheduleState:
    inputs = ScheduleInputs.model_construct(
        application_id=row["applicationId"],
        name=row["name"],
        cron_expression=row["cronExpression"],
        command=row["command"],
        shell_type=row["shellType"],
        timezone=row["timezone"] or "UTC",
        enabled=row["enabled"],
        description=marker.strip(row["description"]) or None,
    )
    return State(id=row["scheduleId"], inputs=inputs, outputs=ScheduleOutputs())
