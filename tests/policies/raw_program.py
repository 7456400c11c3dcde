"""A stack that goes past the components: an application, its domain and its cron job as bare resources."""

from __future__ import annotations

import pulumi_dokploy as dokploy

project = dokploy.Project("project", dokploy.ProjectArgs(name="raw"))
application = dokploy.Application(
    "raw",
    dokploy.ApplicationArgs(
        environment_id=project.default_environment_id,
        name="raw",
        image=dokploy.ApplicationImageArgs(reference="registry.company.com/chatzwa"),
        memory_limit="3000Mi",
        cpu_limit="1000m",
        env={"DATABASE_URL": "file:/app/data/db/database.db"},
    ),
)
dokploy.Domain("raw-domain", dokploy.DomainArgs(application_id=application.id, host="chat.company.com"))
dokploy.Schedule(
    "raw-copy",
    dokploy.ScheduleArgs(
        application_id=application.id,
        name="copy",
        cron_expression="0 2 * * 0",
        command="cp /app/data/db/database.db /app/backups/database.db",
    ),
)
