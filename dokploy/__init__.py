"""Everything that knows Dokploy's API: the client, the resources, the Pulumi plugin and the simulator."""

VERSION = "0.1.0"
