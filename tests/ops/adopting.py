"""A copy of the program that a test adopts into, and a project as somebody makes it by hand in Dokploy."""

from __future__ import annotations

from typing import Any

from dokploy.simulator import Simulator
from ops.adopt.project import Adoption, Options, adopt
from tests.engine.by_hand import ByHand
from tests.engine.outcome import Outcome
from tests.ops.checkout import SECRETS, Checkout

STACK = "production"


class AdoptingCheckout(Checkout):
    """One whose production stack takes a project over."""

    def adopt(self, project: str, **options: Any) -> Adoption:
        known = {"DOKPLOY_URL": self.simulator.url, "DOKPLOY_API_KEY": self.simulator.api_key}
        return adopt(Options(root=self.folder, project=project, stack=STACK, **options), known)

    def set_secrets(self, adoption: Adoption, secrets: dict[str, str]) -> None:
        """What the command tells people to do, with the values of Dokploy."""
        given: list[str] = []
        for path in (*adoption.notes.secrets, *adoption.notes.missing):
            given += ["--secret", f"{path}={secrets[path.rpartition('.')[2]]}"]
        self.pulumi("config", "set-all", "--path", *given).succeeded()

    def prove_in_memory(self) -> None:
        """Ask the Dokploy in memory for the app, and trust a release at once."""
        self.pulumi("config", "set", "--path", "proof.address", self.simulator.url).succeeded()
        self.pulumi("config", "set", "--path", "app.stableSeconds", "0").succeeded()

    def import_(self, adoption: Adoption) -> Outcome:
        path = str(adoption.import_path)
        return self.pulumi("import", "--file", path, "--generate-code=false", "--yes", "--skip-preview")


HOOK = "https://hooks.company.co/T0/aB3xK9pQ7zR2wL5m"
"""A secret by its looks alone."""

ENV = """NODE_ENV=production
DATABASE_URL="file:/app/data/db/chat.db"
NEXTAUTH_URL=https://chat.localhost
NEXTAUTH_SECRET=n3xtauth-0123456789-abcdefghijklmnop
JWT_SECRET=${{project.JWT}}
ADMIN_CLEANUP_KEY=cleanup-0123456789-abcdef
ZAI_API_URL=https://api.z.ai/v1
ZAI_API_KEY='zai-0123456789'
LOG_LEVEL=info
SUPPORT_HOOK=HOOK
PORT=3000""".replace("HOOK=HOOK", f"HOOK={HOOK}")


def by_hand(simulator: Simulator) -> dict[str, str]:
    """A chat that somebody set up in Dokploy's pages after reading the SOP; the ids of its objects."""
    call = ByHand(simulator)
    made = call("project.create", name="My Chat", description="by hand")
    project, environment = made["project"]["projectId"], made["environment"]["environmentId"]
    call("project.update", projectId=project, env=f"JWT={SECRETS['JWT_SECRET']}")
    web = call("application.create", name="Chat", environmentId=environment)["applicationId"]
    call(
        "application.update",
        applicationId=web,
        sourceType="git",
        customGitUrl="https://github.com/gagangborneo/chatzwa.git",
        customGitBranch="main",
        customGitBuildPath="/",
        env=ENV,
        memoryLimit=str(4 * 1024**3),
        cpuLimit=str(2 * 10**9),
        healthCheckSwarm={
            "Test": ["CMD-SHELL", "curl -f http://localhost:3000/api/health"],
            "Interval": 15 * 10**9,
            "Timeout": 5 * 10**9,
            "StartPeriod": 60 * 10**9,
            "Retries": 4,
        },
        restartPolicySwarm={"Condition": "any"},
        labelsSwarm={"team": "chat"},
        placementSwarm={"Constraints": ["node.role==manager"]},
        ulimitsSwarm=[{"Name": "nofile", "Soft": 1024, "Hard": 2048}],
        watchPaths=["src/**"],
    )
    database = _volume(call, web, "/app/data/db", "chat_data")
    uploads = _volume(call, web, "/app/uploads/documents", "chat_uploads")
    call(
        "mounts.create",
        serviceId=web,
        serviceType="application",
        type="bind",
        mountPath="/etc/ssl/extra",
        hostPath="/srv/ssl",
    )
    domain = _domain(call, web, "chat.localhost", https=True, certificateType="letsencrypt")
    _domain(call, web, "www.localhost")
    backup = _schedule(call, web, "Nightly backup", "0 1 * * *", "cp /app/data/db/chat.db /app/backups/$(date +%F).db")
    _schedule(call, web, "Warm the cache", "*/5 * * * *", "curl -s http://localhost:3000/")
    call("application.deploy", applicationId=web)
    simulator.skip(60)
    return {
        "chatzwa-project": project,
        "chatzwa-environment": environment,
        "chatzwa-application": web,
        "chatzwa-volume-database": database,
        "chatzwa-volume-uploads": uploads,
        "chatzwa-domain": domain,
        "chatzwa-schedule-backup": backup,
        "chatzwa-deployment": web,
    }


def _volume(call: ByHand, web: str, path: str, name: str) -> str:
    row = call(
        "mounts.create", serviceId=web, serviceType="application", type="volume", mountPath=path, volumeName=name
    )
    return str(row["mountId"])


def _domain(call: ByHand, web: str, host: str, **more: Any) -> str:
    row = call("domain.create", applicationId=web, host=host, port=3000, domainType="application", **more)
    return str(row["domainId"])


def _schedule(call: ByHand, web: str, name: str, cron: str, command: str) -> str:
    row = call("schedule.create", applicationId=web, name=name, cronExpression=cron, command=command, enabled=True)
    return str(row["scheduleId"])
