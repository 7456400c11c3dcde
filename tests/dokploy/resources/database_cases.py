"""The cases of the databases that Dokploy runs."""

from __future__ import annotations

from typing import Any

from tests.dokploy.resources.case import Case


def _case(kind: str, image: str, **own: Any) -> Case:
    return Case(
        kind=kind,
        table=f"databases.{kind.lower()}",
        create=f"{kind.lower()}.create",
        parent="environmentId",
        valid={
            "name": "store",
            "description": "What is kept",
            "password": "s3cret-of-store",
            "image": image,
            "env": {"A": "1"},
            "memoryLimit": "512Mi",
            "memoryReservation": "256Mi",
            "cpuLimit": "500m",
            "cpuReservation": "100m",
            **own,
        },
        changes=(
            ({"name": "storage"}, "name"),
            ({"description": None}, "description"),
            ({"password": "another-s3cret"}, "password"),
            ({"image": f"{image}-alpine"}, "image"),
            ({"env": {"A": "2"}}, 'env["A"]'),
            ({"env": None}, "env"),
            ({"memoryLimit": "1Gi"}, "memoryLimit"),
            ({"memoryLimit": None}, "memoryLimit"),
            ({"memoryReservation": None}, "memoryReservation"),
            ({"cpuLimit": "1"}, "cpuLimit"),
            ({"cpuReservation": None}, "cpuReservation"),
            ({"externalPort": 6390}, "externalPort"),
            ({"removeVolume": True}, "removeVolume"),
        ),
        edits=(
            ("name", "renamed", "name"),
            ("description", "typed by hand", "description"),
            ("databasePassword", "typed by hand", "password"),
            ("dockerImage", "other:1", "image"),
            ("env", "A=2", 'env["A"]'),
            ("env", None, "env"),
            ("memoryLimit", str(64 * 1024**2), "memoryLimit"),
            ("memoryReservation", None, "memoryReservation"),
            ("cpuLimit", "2000000000", "cpuLimit"),
            ("cpuReservation", "", "cpuReservation"),
            ("externalPort", 99999, "externalPort"),
        ),
        replacing=(
            ({"environmentId": "another"}, "environmentId"),
            ({"serverId": "another"}, "serverId"),
            *(({key: "another"}, key) for key in own),
        ),
    )


REDIS = _case("Redis", "redis:8")
POSTGRES = _case("Postgres", "postgres:18", databaseName="chat", databaseUser="robot")

CASES = (REDIS, POSTGRES)
