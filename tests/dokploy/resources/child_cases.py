"""The cases of what an application has besides mounts, domains and schedules."""

from __future__ import annotations

from tests.dokploy.resources.case import Case

VOLUME_BACKUP = Case(
    kind="VolumeBackup",
    table="volume_backups",
    create="volumeBackups.create",
    parent="applicationId",
    beside=("destinationId",),
    valid={
        "name": "weekly",
        "volumeName": "chat-data",
        "cronExpression": "0 4 * * 0",
        "prefix": "chat/",
        "keepLatestCount": 7,
    },
    changes=(
        ({"name": "daily"}, "name"),
        ({"volumeName": "chat-backups"}, "volumeName"),
        ({"cronExpression": "0 5 * * *"}, "cronExpression"),
        ({"prefix": None}, "prefix"),
        ({"keepLatestCount": None}, "keepLatestCount"),
        ({"keepLatestCount": 3}, "keepLatestCount"),
        ({"turnOff": True}, "turnOff"),
        ({"enabled": False}, "enabled"),
    ),
    edits=(
        ("name", "renamed", "name"),
        ("volumeName", "other", "volumeName"),
        ("cronExpression", "0 6 * * *", "cronExpression"),
        ("prefix", "elsewhere/", "prefix"),
        ("keepLatestCount", None, "keepLatestCount"),
        ("turnOff", True, "turnOff"),
        ("enabled", False, "enabled"),
        # What Dokploy stores where nothing is said; it never runs then.
        ("enabled", None, "enabled"),
    ),
    replacing=(({"applicationId": "another"}, "applicationId"),),
)
PORT = Case(
    kind="Port",
    table="ports",
    create="port.create",
    parent="applicationId",
    valid={"publishedPort": 8443, "targetPort": 3000},
    changes=(
        ({"targetPort": 3001}, "targetPort"),
        ({"publishedPort": 9443}, "publishedPort"),
        ({"publishMode": "ingress"}, "publishMode"),
        ({"protocol": "udp"}, "protocol"),
    ),
    edits=(
        ("publishedPort", 1, "publishedPort"),
        ("targetPort", 1, "targetPort"),
        ("publishMode", "ingress", "publishMode"),
        ("protocol", "udp", "protocol"),
    ),
    replacing=(({"applicationId": "another"}, "applicationId"),),
)
REDIRECT = Case(
    kind="Redirect",
    table="redirects",
    create="redirects.create",
    parent="applicationId",
    valid={"regex": "^https?://www\\.(.+)", "replacement": "https://${1}", "permanent": True},
    changes=(
        ({"permanent": None}, "permanent"),
        ({"regex": "^http://old(.*)"}, "regex"),
        ({"replacement": "https://new.example/${1}"}, "replacement"),
    ),
    edits=(
        ("regex", "^x", "regex"),
        ("replacement", "y", "replacement"),
        ("permanent", False, "permanent"),
    ),
    replacing=(({"applicationId": "another"}, "applicationId"),),
)
BASIC_AUTH = Case(
    kind="BasicAuth",
    table="security",
    create="security.create",
    parent="applicationId",
    valid={"username": "guest", "password": "s3cret-of-guest"},
    changes=(
        ({"password": "another-s3cret"}, "password"),
        ({"username": "visitor"}, "username"),
    ),
    edits=(("username", "renamed", "username"), ("password", "typed by hand", "password")),
    replacing=(({"applicationId": "another"}, "applicationId"),),
)

CASES = (VOLUME_BACKUP, PORT, REDIRECT, BASIC_AUTH)
