"""Random values in place of secrets that nobody has set, for a stack on a machine of one's own."""

from __future__ import annotations

import pulumi
from pulumi_command import local

_COMMAND = "od -An -vtx1 -N24 /dev/urandom | tr -d ' \\n'"


def stand_in(name: str, *, parent: pulumi.Resource) -> pulumi.Output[str]:
    """48 hexadecimal digits, made when the stack first comes up and kept, encrypted, in its state.

    The digits go from the command to the state: neither a log nor a list of processes shows them.
    """
    command = local.Command(
        name,
        local.CommandArgs(create=_COMMAND, logging=local.Logging.NONE, add_previous_output_in_env=False),
        pulumi.ResourceOptions(parent=parent, additional_secret_outputs=["stdout", "stderr"]),
    )
    return pulumi.Output.secret(command.stdout)
