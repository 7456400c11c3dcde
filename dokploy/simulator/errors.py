"""The errors of Dokploy's API: status, code and the JSON body that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATUS: Mapping[str, int] = {
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "INTERNAL_SERVER_ERROR": 500,
}


class ApiError(Exception):
    """An answer other than 200; `issues` are the single findings of a failed validation."""

    def __init__(self, code: str, message: str, issues: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.issues = issues

    @property
    def status(self) -> int:
        return STATUS[self.code]

    def body(self, procedure: str | None) -> dict[str, Any]:
        """The JSON body; an unknown procedure has no `path` in it."""
        data: dict[str, Any] = {"code": self.code, "httpStatus": self.status}
        if procedure is not None:
            data["path"] = procedure
        data["zodError"] = None
        body: dict[str, Any] = {"message": self.message, "code": self.code, "data": data}
        if self.issues is not None:
            fields: dict[str, list[str]] = {}
            for issue in self.issues:
                fields.setdefault(str(issue["path"][0]), []).append(issue["message"])
            data["zodError"] = {"formErrors": [], "fieldErrors": fields}
            body["issues"] = self.issues
        return body


def not_found(what: str) -> ApiError:
    return ApiError("NOT_FOUND", f"{what} not found")


def bad_request(message: str) -> ApiError:
    return ApiError("BAD_REQUEST", message)


def unauthorized(message: str) -> ApiError:
    return ApiError("UNAUTHORIZED", message)


def server_error(message: str) -> ApiError:
    return ApiError("INTERNAL_SERVER_ERROR", message)
