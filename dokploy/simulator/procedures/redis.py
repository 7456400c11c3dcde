"""redis.*"""

from __future__ import annotations

from ..databases import Database, router_of

ROUTER = router_of(Database(kind="redis", image="redis:8", folder="/data"))
