"""The procedure's numbers, each with its section. Nothing here comes from the code that is judged by them."""

from __future__ import annotations

from typing import Final, NamedTuple

MIB: Final = 1024**2
GIB: Final = 1024**3


class Tier(NamedTuple):
    """Sizes that belong together: bytes, billionths of a core, bytes."""

    memory: int
    nano_cpus: int
    storage: int


# Environment requirements and SOP 2.3
MEMORY_MINIMUM: Final = 2048 * MIB
MEMORY_RECOMMENDED: Final = 4096 * MIB
NANO_CPUS_MINIMUM: Final = 1_000_000_000
STORAGE_MINIMUM: Final = 10 * GIB
TIERS: Final = {
    "standard": Tier(MEMORY_MINIMUM, NANO_CPUS_MINIMUM, STORAGE_MINIMUM),
    "high-traffic": Tier(MEMORY_RECOMMENDED, 2_000_000_000, 20 * GIB),
}
NODE_MINIMUM: Final = (18, 17)
# The app's own package.json asks for more than the procedure does.
NODE_OF_THE_APP: Final = (20, 9)
# More than any machine has: whoever writes it has mistaken the unit.
MEMORY_ABSURD: Final = 4096 * GIB
CORES_ABSURD: Final = 512

# SOP 2.1 and 2.2
HEALTH_PATH: Final = "/api/health"
START_PERIOD_MAXIMUM_S: Final = 300
RESTARTS_MAXIMUM: Final = 3
PORT: Final = 3000
BRANCHES: Final = ("main", "production")
# The procedure gives none: Docker's own default, which has to be meant and not forgotten.
STOP_GRACE_MINIMUM_S: Final = 10

# Required environment variables
NODE_ENV: Final = "production"
TELEMETRY_DISABLED: Final = "1"
REQUIRED_VARIABLES: Final = ("DATABASE_URL", "NEXTAUTH_SECRET", "NEXTAUTH_URL")
AI_PROVIDERS: Final = {
    "zai": ("ZAI_API_KEY", "ZAI_API_URL"),
    "ollama": ("OLLAMA_BASE_URL", "OLLAMA_MODEL"),
    # Not in the procedure; the app prefers it.
    "openrouter": ("OPENROUTER_API_KEY", "OPENROUTER_MODEL"),
}
SIGNING_SECRETS: Final = ("NEXTAUTH_SECRET", "JWT_SECRET")
SIGNING_SECRET_LENGTH: Final = 32
SIGNING_SECRET_VARIETY: Final = 8

# SOP 4.3 gives no time. 180 days are what the SSL Server Rating Guide of SSL Labs asks for at least.
HSTS_MINIMUM_S: Final = 15_552_000

# SOP 5.3
RETENTION_DAYS_MINIMUM: Final = 30

# An exemption's longest life
EXEMPTION_DAYS_MAXIMUM: Final = 90
