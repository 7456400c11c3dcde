"""Find what an organisation shares between its projects."""

from __future__ import annotations

from pydantic import Field

from dokploy import marker
from dokploy.fields import Name
from dokploy.lookup import Lookup, the_only
from dokploy.resource import Model
from dokploy.rows import Row
from dokploy.server import Server


class NameQuery(Model):
    """Which one."""

    name: Name = Field(description="Name shown in Dokploy.")


class RegistryFound(Model):
    """The registry, without its login."""

    registry_id: str = Field(description="Id of the registry.")
    url: str = Field(description="Host name and port of the registry.")


class GetRegistry(Lookup[NameQuery, RegistryFound]):
    """Find a registry by its name."""

    name = "getRegistry"
    Inputs = NameQuery
    Outputs = RegistryFound

    def find(self, server: Server, inputs: NameQuery) -> RegistryFound:
        row = the_only(_plain(server.read("registry.all"), "registryName"), "registryName", inputs.name, "registry")
        return RegistryFound(registry_id=row["registryId"], url=row["registryUrl"])


class DestinationFound(Model):
    """The destination, without its keys."""

    destination_id: str = Field(description="Id of the destination.")
    bucket: str = Field(description="Bucket that backups go to.")
    endpoint: str = Field(description="Address of the S3 service.")


class GetDestination(Lookup[NameQuery, DestinationFound]):
    """Find a destination of backups by its name."""

    name = "getDestination"
    Inputs = NameQuery
    Outputs = DestinationFound

    def find(self, server: Server, inputs: NameQuery) -> DestinationFound:
        row = the_only(_plain(server.read("destination.all"), "name"), "name", inputs.name, "destination")
        return DestinationFound(destination_id=row["destinationId"], bucket=row["bucket"], endpoint=row["endpoint"])


class ServerFound(Model):
    """The remote server."""

    server_id: str = Field(description="Id of the server.")


class GetServer(Lookup[NameQuery, ServerFound]):
    """Find a remote server by its name."""

    name = "getServer"
    Inputs = NameQuery
    Outputs = ServerFound

    def find(self, server: Server, inputs: NameQuery) -> ServerFound:
        row = the_only(server.read("server.all"), "name", inputs.name, "server")
        return ServerFound(server_id=row["serverId"])


class GithubProviderFound(Model):
    """The GitHub provider."""

    github_id: str = Field(description="Id of the provider, for an application's `github.githubId`.")


class GetGithubProvider(Lookup[NameQuery, GithubProviderFound]):
    """Find a GitHub provider by its name. It can only be made in Dokploy, by installing its GitHub App."""

    name = "getGithubProvider"
    Inputs = NameQuery
    Outputs = GithubProviderFound

    def find(self, server: Server, inputs: NameQuery) -> GithubProviderFound:
        rows = [{**row, "name": row["gitProvider"]["name"]} for row in server.read("github.githubProviders")]
        return GithubProviderFound(github_id=the_only(rows, "name", inputs.name, "GitHub provider")["githubId"])


def _plain(rows: list[Row], key: str) -> list[Row]:
    """The rows with the provider's own marker taken off their names."""
    return [{**row, key: marker.strip(row[key])} for row in rows]
