"""The sections of the configuration: what each may hold, and the SOP's numbers as defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, model_validator

from components.fields import (
    Cron,
    MountPath,
    Name,
    Percent,
    Port,
    PositiveSeconds,
    Seconds,
    Text,
    TimeZone,
    VariableValue,
    between,
)
from components.values import (
    TIERS,
    Build,
    ContextSource,
    GithubSource,
    GitSource,
    Guard,
    Headers,
    ImageSource,
    Offsite,
    RateLimit,
    Rollback,
    Shell,
    Sizes,
    Value,
    Volume,
)
from components.values import Source as AnySource
from components.web_fields import Origin


def _tier(value: object) -> object:
    """A tier's name, or a map that is the custom tier."""
    if isinstance(value, str):
        if value not in TIERS:
            raise ValueError(
                f"{value!r} is not a tier; choose {', '.join(TIERS)}, or a map of memory, cpu, storage and reason"
            )
        return TIERS[value]
    if isinstance(value, dict) and "name" in value:
        raise ValueError("a custom tier has no name; choose memory, cpu, storage and reason")
    return value


def _image(value: object) -> object:
    """An image by its reference alone."""
    return {"reference": value} if isinstance(value, str) else value


class Source(Value):
    """Where the app comes from: exactly one of the four."""

    git: GitSource | None = None
    github: GithubSource | None = None
    image: Annotated[ImageSource | None, BeforeValidator(_image)] = None
    context: ContextSource | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Source:
        given = [name for name in ("git", "github", "image", "context") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"choose exactly one of git, github, image and context, not {' and '.join(given) or 'none'}"
            )
        return self

    @property
    def chosen(self) -> AnySource:
        """The one that is given."""
        source = self.git or self.github or self.image or self.context
        assert source is not None
        return source

    def __str__(self) -> str:
        if self.image:
            return self.image.reference
        if self.context:
            return f"{self.context.path}/{self.context.dockerfile}"
        if self.github:
            return f"github.com/{self.github.owner}/{self.github.repository}@{self.github.branch}"
        assert self.git is not None
        return f"{self.git.url}@{self.git.branch}"


class Project(Value):
    """Where the app lives in Dokploy. Every project has the environment ``production`` already."""

    name: Name
    environment: Name


class App(Value):
    """What runs (SOP 2.1 and 2.2)."""

    source: Source
    build: Build = Build()
    revision: Annotated[VariableValue, Field(max_length=200)] = "1"
    port: Port = 3000
    replicas: Annotated[int, AfterValidator(between(0, 100))] = 1
    shell: Shell = "bash"
    start_command: str | None = None
    stop_grace_seconds: Seconds = 30
    deploy_timeout_seconds: PositiveSeconds = 1800
    stable_seconds: Seconds | None = None
    rollback: Rollback | None = None


class Backup(Value):
    """When the database is copied and how long the copies stay (SOP 5.3)."""

    schedule: Cron = "0 2 * * *"
    prune_schedule: Cron = "0 3 * * *"
    drill_schedule: Cron = "0 5 * * 0"
    timezone: TimeZone = "UTC"
    retention_days: Annotated[int, AfterValidator(between(1, 3650, " days"))] = 30
    keep_at_least: Annotated[int, AfterValidator(between(1, 1000, " copies"))] = 3
    folder: MountPath = "/app/backups"
    before_deploy: StrictBool = True
    offsite: Offsite | None = None


class StorageCheck(Value):
    """When the use of the tier's storage is compared with the SOP's 85 % (SOP 5.1)."""

    schedule: Cron = "30 * * * *"
    threshold_percent: Percent = 85


class Tls(Value):
    """Who issues the certificate (SOP 4.3)."""

    certificate: Literal["letsencrypt", "custom", "none"] = "letsencrypt"
    custom_cert_resolver: Text | None = None


class Ingress(Value):
    """What stands before the app: headers, a limit of requests, origins and a guard (SOP 4.3, Security 1 and 2)."""

    headers: Headers = Headers()
    rate_limit: RateLimit = RateLimit()
    allowed_origins: Annotated[tuple[Origin, ...], Field(strict=False)] = ()
    guard: Guard | None = None


NIXPACKS_VARIABLES: Mapping[str, str] = {
    "NIXPACKS_NODE_VERSION": "22",  # the app asks for 20.9 or later; the SOP's 18 is refused by its packages
    "NIXPACKS_APT_PKGS": "sqlite3",  # the backup's online copy needs the command
    # NODE_ENV=production would leave out Tailwind and TypeScript, which the build needs.
    "NIXPACKS_INSTALL_CMD": "npm ci --include=dev",
    "NIXPACKS_BUILD_CMD": "npx prisma generate && npm run build",
}

DEFAULT_VOLUMES = (
    Volume(name="database", mount_path="/app/data/db"),
    Volume(name="uploads", mount_path="/app/uploads/documents"),
    Volume(name="sessions", mount_path="/app/data/chat-sessions"),
    Volume(name="backups", mount_path="/app/backups"),
)

Tier = Annotated[Sizes, BeforeValidator(_tier)]
