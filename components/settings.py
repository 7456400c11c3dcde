"""The stack's configuration as one frozen model. Only the program's ``__main__`` builds it.

Each section is validated by itself and the rules between sections run on what is valid of them, so that one
run reports every problem. docs/configuration.md lists every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, StrictBool, TypeAdapter, ValidationError

from components import checks, door_checks, plain_text, platform_checks, secret_checks, section_secrets
from components.engine import Engine
from components.fields import HostName, VariableName, VariableValue
from components.messages import SettingsError, sentences, unknown_key
from components.sections import (
    DEFAULT_VOLUMES,
    NIXPACKS_VARIABLES,
    App,
    Backup,
    Ingress,
    Project,
    StorageCheck,
    Tier,
    Tls,
)
from components.valid_parts import adapter, valid_parts
from components.values import TIERS, Alerts, Probe, Proof, Restart, Rollout, Route, Update, Value, Volume
from components.values.base import InvalidValueError


class Settings(Value):
    """A complete and consistent configuration of one stack."""

    stack: str
    platform: Literal["dokploy", "docker"] = "dokploy"
    docker: Engine = Engine()
    host: HostName
    project: Project
    app: App
    tier: Tier = TIERS["standard"]
    environment: dict[VariableName, VariableValue] = Field(default_factory=dict)
    secrets: dict[VariableName, SecretStr] = Field(default_factory=dict)
    volumes: Annotated[tuple[Volume, ...], Field(strict=False)] = DEFAULT_VOLUMES
    health_check: Probe = Probe()
    restart: Restart = Restart()
    update: Update = Update()
    proof: Proof = Proof()
    backup: Backup = Backup()
    storage_check: StorageCheck = StorageCheck()
    tls: Tls = Tls()
    ingress: Ingress = Ingress()
    alerts: Alerts = Alerts()
    protect: StrictBool = False

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
        given = {key: _filled(names.get(key), value) for key, value in config.items()}
        given["project"] = _named_after(stack, given.get("project"))
        if config.get("platform", "dokploy") != "dokploy":
            given.setdefault("host", "chatzwa.localhost")  # an engine serves a port, whatever it is called
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
                with suppress(InvalidValueError):
                    valid[name] = valid_parts(cls.model_fields[name], given[key])
        rules = (
            *checks.CHECKS,
            *door_checks.CHECKS,
            *platform_checks.of(valid.get("platform")),
            *secret_checks.CHECKS,
            *section_secrets.CHECKS,
            *plain_text.CHECKS,
        )
        beside = {"stack": stack, "surroundings": surroundings, "given": given, "model": cls}
        problems += checks.run(rules, {**valid, **beside})
        if problems:
            raise SettingsError(problems)
        return cls(stack=stack, **valid)

    @property
    def url(self) -> str:
        """Where people reach the app."""
        return checks.public_url(self.platform, self.host, self.tls, self.docker)

    @property
    def route(self) -> Route:
        """The public way in."""
        return Route(
            host=self.host if self.platform == "dokploy" else self.docker.bind,
            port=self.app.port,
            certificate=self.tls.certificate,
            resolver=self.tls.custom_cert_resolver,
            headers=self.ingress.headers,
            rate_limit=self.ingress.rate_limit,
            allowed_origins=self.ingress.allowed_origins,
            guard=self.ingress.guard,
            health_path=self.health_check.path,
        )

    @property
    def rollout(self) -> Rollout:
        """How the app is deployed, and what proves that it serves."""
        stable = self.app.stable_seconds
        return Rollout(
            title=f"revision {self.app.revision}",
            timeout_seconds=self.app.deploy_timeout_seconds,
            stable_seconds=self.update.monitor_seconds if stable is None else stable,
            url=f"{self.url}{self.health_check.path}" if self.proof.enabled else None,
            proof=self.proof,
        )

    @property
    def variables(self) -> dict[str, str]:
        """Every plain variable of the container: what the stack says over what follows from the rest."""
        built = (self.app.source.git or self.app.source.github) and self.app.build.type == "nixpacks"
        return {
            **checks.FIXED_VARIABLES,
            "DATABASE_URL": checks.DEFAULT_DATABASE_URL,
            "NEXTAUTH_URL": self.url,
            "NEXT_PUBLIC_APP_URL": self.url,
            **(NIXPACKS_VARIABLES if built else {}),
            **self.environment,
        }

    @property
    def volume_prefix(self) -> str:
        """Put before a volume's name, since the volumes of all stacks on a server live side by side."""
        return f"chatzwa-{self.stack}-"

    @property
    def backup_volume(self) -> str:
        """The Docker volume that holds the copies of the database."""
        holding = [
            volume for volume in self.volumes if PurePosixPath(self.backup.folder).is_relative_to(volume.mount_path)
        ]
        volume = max(holding, key=lambda volume: len(volume.mount_path))
        return volume.volume_name or f"{self.volume_prefix}{volume.name}"

    @property
    def database_path(self) -> str:
        """The SQLite file inside the container."""
        return checks.sqlite_path(self.variables["DATABASE_URL"])


def _named_after(stack: str, project: Any) -> Any:
    """The names in Dokploy, from the stack's where they are left out."""
    names = {"name": f"chatzwa-{stack}", "environment": stack}
    return {**names, **(project or {})} if isinstance(project, dict) or project in (None, "") else project


def _filled(name: str | None, value: Any) -> Any:
    """A section whose lines were all taken out is an empty map, if it may be one: then it says nothing."""
    if name is not None and value in (None, ""):
        with suppress(ValidationError):
            _validated(name, {})
            return {}
    return value


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def _validated(name: str, value: object) -> object:
    """The valid value of one section; raises pydantic's ``ValidationError``."""
    if name not in _ADAPTERS:
        field = Settings.model_fields[name]
        _ADAPTERS[name] = adapter(field)
    return _ADAPTERS[name].validate_python(value, by_alias=True, by_name=False)
