"""redis.*"""

from __future__ import annotations

from ..database_procedures import router_of
from ..databases import Database

ROUTER = router_of(Database(kind="redis", image="redis:8", folder="/data"))
