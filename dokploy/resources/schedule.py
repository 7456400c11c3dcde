"""A command that Dokploy runs inside an application's container at fixed times."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dokploy import marker
from dokploy.child import ApplicationChild, ChildInputs
from dokploy.fields import CronExpression, Description, Id, Name, Timezone
from dokploy.resource import Context, Trait
from dokploy.rows import Row


class ScheduleInputs(ChildInputs):
    """What a schedule is asked to be."""

    application_id: Annotated[Id, Trait.REPLACES] = Field(
        description="Id of the application whose container runs the command."
    )
    name: Name = Field(description="Name shown in Dokploy.")
    cron_expression: CronExpression = Field(
        description="Five fields: minute, hour, day of month, month, day of week. Checked before it is sent, since "
        "Dokploy accepts an invalid one and never runs it."
    )
    command: str = Field(min_length=1, description="What the shell runs; the container has to be running.")
    shell_type: Literal["bash", "sh"] = Field("bash", description="The shell of the container that runs it.")
    timezone: Timezone = Field("UTC", description="IANA name of the time zone of the expression, such as Asia/Jakarta.")
    enabled: bool = Field(True, description="Whether it runs.")
    description: Description = Field(None, description="What it is for.")


class Schedule(ApplicationChild[ScheduleInputs]):
    """A scheduled command of an application. Dokploy tells nobody when one fails."""

    name = "Schedule"
    router, id_key, what = "schedule", "scheduleId", "schedule"
    Inputs = ScheduleInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        rows: list[Row] = ctx.server.read("schedule.list", id=application_id, scheduleType="application")
        return rows

    def is_ours(self, ctx: Context, row: Row, inputs: ScheduleInputs) -> bool:
        return ctx.marker(inputs.application_id).marks(row["description"])

    def ownership(self, inputs: ScheduleInputs) -> Row:
        return {"applicationId": inputs.application_id, "scheduleType": "application"}

    def body(self, ctx: Context, inputs: ScheduleInputs) -> Row:
        return {
            "name": inputs.name,
            "cronExpression": inputs.cron_expression,
            "command": inputs.command,
            "shellType": inputs.shell_type,
            "timezone": inputs.timezone,
            "enabled": inputs.enabled,
            "description": ctx.marker(inputs.application_id).on(inputs.description),
        }

    def inputs_of(self, row: Row) -> ScheduleInputs:
        return ScheduleInputs.model_construct(
            application_id=row["applicationId"],
            name=row["name"],
            cron_expression=row["cronExpression"],
            command=row["command"],
            shell_type=row["shellType"],
            timezone=row["timezone"] or "UTC",
            enabled=row["enabled"],
            description=marker.strip(row["description"]) or None,
        )
