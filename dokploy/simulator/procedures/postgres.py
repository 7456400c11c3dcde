"""postgres.*: its password has characters of its own."""

from __future__ import annotations

from ..database_procedures import router_of
from ..databases import Database
from ..validation import ID, Text

_PASSWORD = Text(
    pattern=r"^[a-zA-Z0-9@#%^&*()_+\-=[\]{}|;:,.<>?~`]*$",
    pattern_text=r"/^[a-zA-Z0-9@#%^&*()_+\-=[\]{}|;:,.<>?~`]*$/",
    pattern_message=(
        "Password contains invalid characters. "
        "Please avoid: $ ! ' \" \\ / and space characters for database compatibility"
    ),
)
ROUTER = router_of(
    Database(
        kind="postgres",
        image="postgres:18",
        folder="/var/lib/postgresql/data",
        password=_PASSWORD,
        required={"databaseName": ID, "databaseUser": ID},
        has_backups=True,
    )
)
