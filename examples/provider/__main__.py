"""A web application with a volume, a host name, a login and, if asked for, a nightly copy of the volume to S3."""

from __future__ import annotations

import json

import pulumi
import pulumi_dokploy as dokploy
from pulumi import ResourceOptions

config = pulumi.Config()
host = config.require("host")

project = dokploy.Project("shop", name="shop", description="The shop and what belongs to it")
staging = dokploy.Environment("staging", name="staging", project_id=project.id)

web = dokploy.Application(
    "web",
    name="shop-web",
    environment_id=staging.id,
    image=dokploy.ApplicationImageArgs(reference=config.require("image")),
    env={"LOG_LEVEL": "info", "PUBLIC_URL": f"https://{host}"},
    memory_limit="256Mi",
    cpu_limit="500m",
    health_check=dokploy.ApplicationHealthCheckArgs(
        test=["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1/ || exit 1"],
        interval_seconds=5,
        retries=3,
    ),
    restart_policy=dokploy.ApplicationRestartPolicyArgs(condition="on-failure", max_attempts=3, window_seconds=120),
    update_policy=dokploy.ApplicationUpdatePolicyArgs(
        parallelism=1, order="start-first", failure_action="rollback", monitor_seconds=20
    ),
)
uploads = dokploy.Mount(
    "uploads",
    application_id=web.id,
    type="volume",
    volume_name="shop-uploads",
    mount_path="/usr/share/nginx/html/uploads",
)

headers = dokploy.Middleware(
    "headers",
    name="shop-headers",
    configuration=json.dumps({"headers": {"stsSeconds": 31536000, "contentTypeNosniff": True, "frameDeny": True}}),
)
domain = dokploy.Domain(
    "domain",
    application_id=web.id,
    host=host,
    port=80,
    https=True,
    certificate_type="letsencrypt",
    middlewares=[headers.reference],
)
dokploy.BasicAuth("staff", application_id=web.id, username="staff", password=config.require_secret("password"))

# A container sees its mounts from the deployment on, so that this one comes after them.
release = dokploy.Deployment(
    "release",
    application_id=web.id,
    triggers={"generation": web.generation, "volume": uploads.volume_name.apply(str)},
    timeout_seconds=300,
    opts=ResourceOptions(depends_on=[uploads, domain]),
)

if destination := config.get("destination"):
    # Made by hand in Dokploy, and shared between projects: it is looked up, not managed here.
    bucket = dokploy.get_destination_output(name=destination)
    dokploy.VolumeBackup(
        "nightly",
        application_id=web.id,
        name="nightly",
        volume_name="shop-uploads",
        destination_id=bucket.destination_id,
        cron_expression="0 2 * * *",
        keep_latest_count=14,
    )
    pulumi.export("bucket", bucket.bucket)

pulumi.export("url", f"https://{host}")
pulumi.export("release", release.release)
pulumi.export("service", web.app_name)
