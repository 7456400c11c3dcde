"""The stack's configuration as frozen models. Only the program's ``__main__`` builds it.

Each section is validated by itself and the rules between sections run on those that are valid, so that one
run reports every problem. The defaults are the SOP's numbers. docs/configuration.md lists every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from components import checks, secret_checks
from components.fields import (
    Cron,
    HostName,
    MountPath,
    Name,
    Percent,
    Port,
    PositiveSeconds,
    Seconds,
    Text,
    TimeZone,
    VariableName,
    VariableValue,
    between,
)
from components.messages import SettingsError, sentences, unknown_key
from components.values import (
    TIERS,
    Build,
    GithubSource,
    GitSource,
    ImageSource,
    Probe,
    Restart,
    Shell,
    Sizes,
    Update,
    Value,
    Volume,
)


def _tier(value: object) -> object:
    """A tier's name, or a map that is the custom tier."""
    if isinstance(value, str):
        if value not in TIERS:
            raise ValueError(
                f"{value!r} is not a tier; choose {', '.join(TIERS)}, "
                "or a map of memory, cpu, storage and reason"
            )
        return TIERS[value]
    if isinstance(value, dict) and "name" in value:
        raise ValueError("a custom tier has no name; choose memory, cpu, storage and reason")
    return value


def _image(value: object) -> object:
    """An image by its reference alone."""
    return {"reference": value} if isinstance(value, str) else value


class Source(Value):
    """Where the app comes from: exactly one of the three."""

    git: GitSource | None = None
    github: GithubSource | None = None
    image: Annotated[ImageSource | None, BeforeValidator(_image)] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Source:
        given = [name for name in ("git", "github", "image") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"choose exactly one of git, github and image, not {' and '.join(given) or 'none'}"
            )
        return self

    @property
    def chosen(self) -> GitSource | GithubSource | ImageSource:
        """The one that is given."""
        source = self.git or self.github or self.image
        assert source is not None
        return source

    def __str__(self) -> str:
        if self.image:
            return self.image.reference
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


class Backup(Value):
    """When the database is copied and how long the copies stay (SOP 5.3)."""

    schedule: Cron = "0 2 * * *"
    prune_schedule: Cron = "0 3 * * *"
    timezone: TimeZone = "UTC"
    retention_days: Annotated[int, AfterValidator(between(1, 3650, " days"))] = 30
    keep_at_least: Annotated[int, AfterValidator(between(1, 1000, " copies"))] = 3
    folder: MountPath = "/app/backups"


class StorageCheck(Value):
    """When the use of the tier's storage is compared with the SOP's 85 % (SOP 5.1)."""

    schedule: Cron = "30 * * * *"
    threshold_percent: Percent = 85


class Tls(Value):
    """Who issues the certificate (SOP 4.3)."""

    certificate: Literal["letsencrypt", "custom", "none"] = "letsencrypt"
    custom_cert_resolver: Text | None = None


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


class Settings(Value):
    """A complete and consistent configuration of one stack."""

    stack: str
    host: HostName
    project: Project
    app: App
    tier: Annotated[Sizes, BeforeValidator(_tier)] = TIERS["standard"]
    environment: dict[VariableName, VariableValue] = Field(default_factory=dict)
    secrets: dict[VariableName, SecretStr] = Field(default_factory=dict)
    volumes: Annotated[tuple[Volume, ...], Field(strict=False)] = DEFAULT_VOLUMES
    health_check: Probe = Probe()
    restart: Restart = Restart()
    update: Update = Update()
    backup: Backup = Backup()
    storage_check: StorageCheck = StorageCheck()
    tls: Tls = Tls()
    protect: bool = False

    @classmethod
    def load(
        cls, config: Mapping[str, Any], *, stack: str, surroundings: checks.Surroundings | None = None
    ) -> Settings:
        """Validate ``config``, keyed as in the stack's file without the namespace.

        ``surroundings`` is what is configured beside it; without it nothing is said about the server.
        Raises :class:`~components.messages.SettingsError` with all problems at once.
        """
        names = {str(field.alias): name for name, field in cls.model_fields.items() if name != "stack"}
        problems = [unknown_key(key, names) for key in config if key not in names]
        given = {"project": {"name": f"chatzwa-{stack}", "environment": stack}, **config}
        valid: dict[str, Any] = {}
        for key, name in names.items():
            try:
                if key in given:
                    valid[name] = _validated(name, given[key])
                elif cls.model_fields[name].is_required():
                    problems.append(f"{key}: is not set; run `pulumi config set {key} VALUE --stack {stack}`")
                else:
                    valid[name] = cls.model_fields[name].get_default(call_default_factory=True)
            except ValidationError as error:
                problems += sentences(key, error, cls.model_fields[name].annotation, secret=name == "secrets")
        rules = (*checks.CHECKS, *secret_checks.CHECKS)
        problems += checks.run(rules, {**valid, "stack": stack, "surroundings": surroundings})
        if problems:
            raise SettingsError(problems)
        return cls(stack=stack, **valid)

    @property
    def url(self) -> str:
        """Where people reach the app."""
        return f"{'http' if self.tls.certificate == 'none' else 'https'}://{self.host}"

    @property
    def variables(self) -> dict[str, str]:
        """Every plain variable of the container: what the stack says over what follows from the rest."""
        built = self.app.source.image is None and self.app.build.type == "nixpacks"
        return {
            **checks.FIXED_VARIABLES,
            "DATABASE_URL": checks.DEFAULT_DATABASE_URL,
            "NEXTAUTH_URL": self.url,
            "NEXT_PUBLIC_APP_URL": self.url,
            **(NIXPACKS_VARIABLES if built else {}),
            **self.environment,
        }

    @property
    def database_path(self) -> str:
        """The SQLite file inside the container."""
        return checks.sqlite_path(self.variables["DATABASE_URL"])


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def _validated(name: str, value: object) -> object:
    """The valid value of one section; raises pydantic's ``ValidationError``."""
    if name not in _ADAPTERS:
        field = Settings.model_fields[name]
        # The metadata holds the validators of the section that stand beside its type.
        annotated: Any = (
            Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        )
        _ADAPTERS[name] = TypeAdapter(annotated)
    return _ADAPTERS[name].validate_python(value, by_alias=True, by_name=False)
