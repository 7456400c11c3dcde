"""How a failure reaches the person at the terminal: one line, never a traceback, never a secret."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import provider_pb2
from pydantic import ValidationError

from dokploy.errors import DokployError
from dokploy.plugin.configuration import ConfigurationError
from dokploy.resource import InitializationFailedError, State


class AbortError(Exception):
    """Ends the call with this line."""


class _KeptError(Exception):
    """An object that exists but is not in order, encoded for the engine."""

    def __init__(self, message: Any, reasons: str) -> None:
        super().__init__(reasons)
        self.message = message


def answered(method: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    """Turn whatever a call of the protocol raises into an answer that the engine shows as one line."""

    @functools.wraps(method)
    def answer(self: Any, request: Any, context: Any) -> Any:
        try:
            # A context of its own: a time-out of this call is none of the next one on the same thread.
            return copy_context().run(method, self, request, context)
        except _KeptError as kept:
            text = self.scrub(str(kept))
            kept.message.reasons[:] = [self.scrub(reason) for reason in kept.message.reasons]
            status = Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
            detail = AnyMessage()
            detail.Pack(kept.message)
            status.details.append(detail)
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            context.abort(grpc.StatusCode.UNKNOWN, text)
        except (DokployError, ConfigurationError, AbortError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, self.scrub(str(error)))
        except ValidationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, self.scrub(_fields(error)))
        except Exception as error:
            context.abort(grpc.StatusCode.INTERNAL, _bug(method.__name__, error))

    return answer


@contextmanager
def kept_on_failure(
    encode_state: Callable[[State[Any, Any]], Struct], encode_inputs: Callable[[State[Any, Any]], Struct]
) -> Iterator[None]:
    """While this runs, an object that exists but is not in order is handed to the engine with its reasons."""
    try:
        yield
    except InitializationFailedError as failed:
        message = provider_pb2.ErrorResourceInitFailed(
            id=failed.state.id,
            properties=encode_state(failed.state),
            inputs=encode_inputs(failed.state),
            reasons=failed.reasons,
        )
        raise _KeptError(message, str(failed)) from failed


def _fields(error: ValidationError) -> str:
    details = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in details)


def _bug(call: str, error: Exception) -> str:
    """Where it happened, and nothing of the values: an exception's text may hold a secret."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = "/".join(frame.filename.rsplit("/", 2)[-2:])
    return f"the dokploy provider failed in {call}: {type(error).__name__} at {where}:{frame.lineno}; please report it"
