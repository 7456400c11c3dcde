"""Bad configuration gets one clear line a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from components.checks import Surroundings
from components.settings import Settings
from tests.components.changes import Config, add_volume, drop, problems, put, sized
from tests.components.stacks import SERVER, complete


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("hots", "x"), "hots: unknown key; did you mean host?"),
        (put("app/prot", 1), "app.prot: unknown key; did you mean port?"),
        (put("backup/retention", 1), "backup.retention: unknown key; did you mean retentionDays?"),
        (put("volumes/0/mount_path", "/x"), "volumes[0].mount_path: unknown key; did you mean mountPath?"),
        (drop("app"), "app: is not set; run `pulumi config set app VALUE --stack production`"),
        (put("app/port", "3000"), "app.port: must be a whole number, not '3000'"),
        (put("app/port", 70000), "app.port: 70000 is outside 1 to 65535; the app listens on 3000"),
        (put("app/port", 0), "app.port: 0 is outside 1 to 65535; the app listens on 3000"),
        (put("protect", "yes"), "protect: must be true or false, not 'yes'"),
        (put("restart", 3), "restart: must be a map of keys and values, not 3"),
        (put("volumes", "x"), "volumes: must be a list, not 'x'"),
        (put("environment/ZAI_TEMPERATURE", 0.10), "environment.ZAI_TEMPERATURE: must be text in quotes, not 0.1"),
        (put("environment/bad-name", "x"), "environment.bad-name: 'bad-name' is not a variable's name"),
        (put("tier", "huge"), "tier: 'huge' is not a tier; choose standard, high-traffic, or a map"),
        (
            put("tier", {"memory": "1024Mi", "cpu": "1000m", "storage": "10Gi", "reason": "small"}),
            "tier: memory 1024Mi is below the SOP's minimum of 2048Mi (SOP 2.3); choose the standard tier",
        ),
        (
            put("tier", {"memory": "2Gi", "cpu": "0.5", "storage": "10Gi", "reason": "small"}),
            "tier: cpu 500m is below the SOP's minimum of 1000m (SOP 2.3); choose the standard tier",
        ),
        (
            put("tier", {"memory": "2Gi", "cpu": "1", "storage": "9Gi", "reason": "small"}),
            "tier: storage 9Gi is below the SOP's minimum of 10Gi (SOP 2.3); choose the standard tier",
        ),
        (
            put("tier", {"memory": "4GB", "cpu": "1", "storage": "10Gi", "reason": "big"}),
            "tier.memory: '4GB' is not a size; write it like 2048Mi or 10Gi",
        ),
        (put("tier", {"memory": "4Gi", "cpu": "1", "storage": "10Gi"}), "tier.reason: is not set"),
        (sized(memory=2048), "tier.memory: 2048 has no unit; write it like 2048Mi"),
        (sized(memory="2048"), "tier.memory: 2048 has no unit; write it like 2048Mi"),
        (sized(memory=4), "tier.memory: 4 has no unit; write it like 4Gi"),
        (sized(storage=10), "tier.storage: 10 has no unit; write it like 10Gi"),
        (sized(storage="20480"), "tier.storage: 20480 has no unit; write it like 20480Mi"),
        (sized(memory=2.5), "tier.memory: '2.5' is not a size; write it like 2048Mi or 10Gi"),
        (sized(memory=True), "tier.memory: must be text in quotes, not True"),
        (
            sized(cpu=1000),
            "tier.cpu: 1000 would be 1000 cores, more than the 512 that a server may have; write it like",
        ),
        (sized(cpu="1000"), "tier.cpu: 1000 would be 1000 cores, more than the 512 that a server may have; write it"),
        (sized(cpu="513000m"), "tier.cpu: 513000m would be 513 cores, more than the 512 that a server may have; write"),
        (sized(cpu=0.5), "tier: cpu 500m is below the SOP's minimum of 1000m (SOP 2.3); choose the standard tier"),
        (sized(cpu=1.00001), "tier.cpu: '1.00001' is not a number of cores; write it like 1000m or 1.5"),
        (sized(cpu=True), "tier.cpu: must be text in quotes, not True"),
        (put("host", "chat_bot.company.co"), "host: 'chat_bot.company.co' has an underscore"),
        (put("host", "https://chat.company.co"), "host: 'https://chat.company.co' is not a bare host name"),
        (put("host", "chat"), "host: 'chat' is not a host name"),
        (put("host", "10.0.0.1"), "host: '10.0.0.1' is an address, not a name"),
        (put("host", "chat.example.org"), "host: chat.example.org is a name for examples; run `pulumi config set host"),
        (put("host", "chat.test"), "host: chat.test is a name for examples; run `pulumi config set host"),
        (put("backup/schedule", "0 25 * * *"), "backup.schedule: '0 25 * * *' is not a cron expression: Bad hour"),
        (put("backup/schedule", "@daily"), "backup.schedule: '@daily' is not a cron expression of 5 fields"),
        (put("backup/pruneSchedule", "0 0 30 2 *"), "backup.pruneSchedule: '0 0 30 2 *' is not a cron expression"),
        (put("backup/pruneSchedule", "0 0 L * *"), "backup.pruneSchedule: '0 0 L * *' uses L or #"),
        (put("backup/timezone", "Asia/Atlantis"), "backup.timezone: 'Asia/Atlantis' is not a time zone"),
        (put("backup/timezone", "../etc/passwd"), "backup.timezone: '../etc/passwd' is not a time zone"),
        (put("backup/keepAtLeast", 0), "backup.keepAtLeast: 0 is outside 1 to 1000 copies"),
        (add_volume("/app/data/db/"), "volumes[4].mountPath: /app/data/db is used twice"),
        (put("volumes/1/name", "database"), "volumes[1].name: database is used twice"),
        (put("volumes/1/mountPath", "uploads"), "volumes[1].mountPath: 'uploads' is not an absolute path"),
        (put("volumes/1/mountPath", "/app/../etc"), "volumes[1].mountPath: '/app/../etc' is not an absolute path"),
        (add_volume("/app/prisma"), "volumes[4].mountPath: /app/prisma hides the database's schema"),
        (add_volume("/app/uploads"), "volumes[1].mountPath: /app/uploads/documents lies inside /app/uploads"),
        (put("volumes/3/mountPath", "/elsewhere"), "volumes: no volume holds /app/backups, so every deployment loses"),
        (put("volumes/1/mountPath", "/elsewhere"), "volumes: no volume holds /app/uploads/documents"),
        (
            put("environment/DATABASE_URL", "file:./database.db"),
            "environment.DATABASE_URL: 'file:./database.db' is relat",
        ),
        (
            put("environment/DATABASE_URL", "file:/app/database.db"),
            "environment.DATABASE_URL: /app/database.db is on no",
        ),
        (put("environment/DATABASE_URL", "postgresql://x"), "environment.DATABASE_URL: the app's schema is SQLite"),
        (
            put("environment/DATABASE_URL", "file:/app/data/db/a'b.db"),
            'environment.DATABASE_URL: "/app/data/db/a\'b.db"',
        ),
        (
            put("environment/NODE_ENV", "development"),
            "environment.NODE_ENV: 'development' is not the SOP's 'production'",
        ),
        (
            put("environment/NEXTAUTH_URL", "https://other.co"),
            "environment.NEXTAUTH_URL: 'https://other.co' is not http",
        ),
        (put("environment/PORT", 8080), "environment.PORT: the app ignores it and listens on 3000"),
        (put("environment/DOKPLOY_RELEASE", "1"), "environment.DOKPLOY_RELEASE: the provider writes"),
        (put("environment/GREETING", "${{project.X}}"), "environment.GREETING: holds {{, where Dokploy or Swarm"),
        (
            put("environment/OLLAMA_EMBEDDING_BASE_URL", "http://localhost:11434"),
            "environment.OLLAMA_EMBEDDING_BASE_URL: ",
        ),
        (put("environment/STRIPE_TOKEN", "abc"), "environment.STRIPE_TOKEN: looks like a secret among plain variables"),
        (put("environment/ZAI_API_URL", "your-url"), "environment.ZAI_API_URL: is a placeholder"),
        (put("secrets/CUSTOM_KEY", "abc"), "secrets.CUSTOM_KEY: is written into what every browser downloads"),
        (put("secrets/DATABASE_URL", "file:/x"), "secrets.DATABASE_URL: is no secret"),
        (put("secrets/JWT_SECRET", "short"), "secrets.JWT_SECRET: has 5 characters and needs 32"),
        (put("secrets/JWT_SECRET", "ab" * 20), "secrets.JWT_SECRET: repeats fewer than 8 different characters"),
        (
            put("secrets/NEXTAUTH_SECRET", "your-secure-secret-key-of-many-letters"),
            "secrets.NEXTAUTH_SECRET: is a place",
        ),
        (put("secrets/ZAI_API_KEY", "changeme"), "secrets.ZAI_API_KEY: is a placeholder"),
        (drop("environment/ZAI_API_URL"), "environment.ZAI_API_URL: is not set, and the AI provider zai needs it"),
        (put("environment/OLLAMA_MODEL", "llama2"), "environment: zai and ollama are chosen, and the SOP asks for one"),
        (put("app/replicas", 2), "app.replicas: 2 is not 1; the database is a SQLite file"),
        (put("update/order", "start-first"), "update.order: start-first runs the old and the new container at once"),
        (put("update/monitorSeconds", 30), "update.monitorSeconds: 30 is not above 30"),
        (put("restart/windowSeconds", 900), "restart.windowSeconds: 900 is not above 930"),
        (put("healthCheck/path", "api health"), "healthCheck.path: must look like"),
        (put("tls/certificate", "custom"), "tls.customCertResolver: is not set"),
        (put("tls/certificate", "self"), "tls.certificate: must be 'letsencrypt', 'custom' or 'none', not 'self'"),
        (
            put("app/source/image", "a:1"),
            "app.source: choose exactly one of git, github, image and context, not git and image",
        ),
        (put("app/source", {}), "app.source: choose exactly one of git, github, image and context, not none"),
        (
            put("app/source/git/url", "git@github.com:a/b.git"),
            "app.source.git.url: 'git@github.com:a/b.git' needs a key",
        ),
        (put("app/build/type", "heroku"), "app.build.type: must be 'nixpacks' or 'dockerfile', not 'heroku'"),
        (put("project/name", "Chatzwa"), "project.name: 'Chatzwa' is not a name of 2 to 32 lower-case letters"),
    ],
)
def test_one_wrong_value_is_one_clear_line(change: Callable[[Config], object], expected: str) -> None:
    found = problems(change)
    assert len(found) == 1, found
    assert found[0].startswith(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((put("app/port", 70000), put("app/replicas", 2)), ("app.port: 70000", "app.replicas: 2 is not 1")),
        ((put("app/prot", 1), put("app/replicas", 2)), ("app.prot: unknown key", "app.replicas: 2 is not 1")),
        (
            (put("app/source/git/branch", 1), put("app/source/git/url", "git@github.com:a/b.git")),
            ("app.source.git.branch: must be text", "app.source.git.url: 'git@github.com:a/b.git' needs a key"),
        ),
        (
            (put("volumes/0/colour", "red"), put("volumes/1/mountPath", "/elsewhere")),
            ("volumes[0].colour: unknown key", "volumes: no volume holds /app/uploads/documents"),
        ),
        (
            (put("backup/keepAtLeast", 0), put("backup/folder", "/elsewhere")),
            ("backup.keepAtLeast: 0 is outside", "volumes: no volume holds /elsewhere"),
        ),
        (
            (put("update/order", "start-first"), put("update/parallelism", "two")),
            ("update.parallelism: must be a whole number", "update.order: start-first runs"),
        ),
        (
            (drop("alerts/slack/webhookUrl"), put("alerts/slack/channel", 3)),
            ("alerts.slack.channel: must be text", "alerts.slack.webhookUrl: is not set"),
        ),
        # Of what is invalid itself nothing more is said, and nothing that depends on it.
        ((put("healthCheck/retries", "x"), put("restart/windowSeconds", 900)), ("healthCheck.retries: must be",)),
        ((put("app/source/image", "a:1"), put("app/build/type", "dockerfile")), ("app.source: choose exactly one",)),
        ((put("backup/folder", 3),), ("backup.folder: must be text",)),
    ],
)
def test_an_invalid_value_hides_no_other_problem_of_its_section(
    changes: tuple[Callable[[Config], object], ...], expected: tuple[str, ...]
) -> None:
    found = problems(lambda config: [change(config) for change in changes])
    assert [problem for problem in found if not problem.startswith(expected)] == []
    assert len(found) == len(expected), found


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize(
    "section",
    ["project", "healthCheck", "restart", "update", "proof", "backup", "storageCheck", "tls", "ingress", "alerts"],
)
def test_an_emptied_section_is_its_defaults(section: str, empty: str | None) -> None:
    assert problems(put(section, empty)) == []
    emptied = Settings.load({**complete(), section: empty}, stack="production", surroundings=SERVER)
    assert emptied == Settings.load({**complete(), section: {}}, stack="production", surroundings=SERVER)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("app", ""), "app: is empty; write a map of keys and values there, or take the key out"),
        (put("volumes", ""), "volumes: is empty; write a list there, or take the key out"),
        (put("protect", ""), "protect: is empty; write true or false there, or take the key out"),
        (put("tier", ""), "tier: '' is not a tier; choose standard, high-traffic, or a map"),
        (put("backup/schedule", None), "backup.schedule: is empty; write text in quotes there, or take the key out"),
        (put("app/port", None), "app.port: is empty; write a whole number there, or take the key out"),
    ],
)
def test_what_cannot_be_empty_is_one_line_with_a_way_out(change: Callable[[Config], object], expected: str) -> None:
    found = problems(change)
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_no_value_of_any_shape_at_any_place_is_more_than_a_problem() -> None:
    def places(value: object, path: str) -> Iterator[str]:
        if path:
            yield path
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value if type(value) is list else ()):
            yield from places(inner, f"{path}/{key}" if path else str(key))

    shapes: tuple[object, ...] = (None, "", "x", 3, 0.5, True, [], [1], [{}], {}, {"a": 1}, {"secure": "x"}, {"": None})
    for path in places(complete(), ""):
        for shape in shapes:
            assert isinstance(problems(put(path, shape)), list), (path, shape)


def test_all_problems_are_told_at_once() -> None:
    def ruin(config: Config) -> None:
        config |= {"host": "a_b.co", "colour": "red", "secrets": {"NUMBER": 3}}
        config["backup"]["schedule"] = "never"
        config["app"]["replicas"] = 3
        config["environment"]["RATIO"] = 0.5

    text = "\n".join(problems(ruin, Surroundings(server_url=None, has_api_key=False)))
    for key in ("host:", "colour:", "secrets.NUMBER:", "backup.schedule:", "app.replicas:", "environment.RATIO:"):
        assert key in text
    assert "dokploy:url: is not set; run `pulumi config set dokploy:url" in text
    assert "pulumi config set --secret --path secrets.JWT_SECRET" in text
