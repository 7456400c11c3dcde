"""Find what an organisation shares between its projects."""

from __future__ import annotations

from pydantic import Field

from dokploy.lookups.by_name import ByName, NameQuery
from dokploy.resource import Model
from dokploy.rows import Row
from dokploy.server import Server


class RegistryFound(Model):
    """The registry, without its login."""

    registry_id: str = Field(description="Id of the registry.")
    url: str = Field(description="Host name and port of the registry.")


class GetRegistry(ByName[NameQuery, RegistryFound]):
    """Find a registry by its name."""

    name, what, column = "getRegistry", "registry", "registryName"
    Inputs = NameQuery
    Outputs = RegistryFound

    def rows(self, server: Server, inputs: NameQuery) -> list[Row]:
        return list(server.read("registry.all"))

    def found(self, server: Server, row: Row) -> RegistryFound:
        return RegistryFound(registry_id=row["registryId"], url=row["registryUrl"])


class DestinationFound(Model):
    """The destination, without its keys."""

    destination_id: str = Field(description="Id of the destination.")
    bucket: str = Field(description="Bucket that backups go to.")
    endpoint: str = Field(description="Address of the S3 service.")


class GetDestination(ByName[NameQuery, DestinationFound]):
    """Find a destination of backups by its name."""

    name, what = "getDestination", "destination"
    Inputs = NameQuery
    Outputs = DestinationFound

    def rows(self, server: Server, inputs: NameQuery) -> list[Row]:
        return list(server.read("destination.all"))

    def found(self, server: Server, row: Row) -> DestinationFound:
        return DestinationFound(destination_id=row["destinationId"], bucket=row["bucket"], endpoint=row["endpoint"])


class ServerFound(Model):
    """The remote server."""

    server_id: str = Field(description="Id of the server.")


class GetServer(ByName[NameQuery, ServerFound]):
    """Find a remote server by its name."""

    name, what = "getServer", "server"
    Inputs = NameQuery
    Outputs = ServerFound

    def rows(self, server: Server, inputs: NameQuery) -> list[Row]:
        return list(server.read("server.all"))

    def found(self, server: Server, row: Row) -> ServerFound:
        return ServerFound(server_id=row["serverId"])


class GithubProviderFound(Model):
    """The GitHub provider."""

    github_id: str = Field(description="Id of the provider, for an application's `github.githubId`.")


class GetGithubProvider(ByName[NameQuery, GithubProviderFound]):
    """Find a GitHub provider by its name. It can only be made in Dokploy, by installing its GitHub App."""

    name, what = "getGithubProvider", "GitHub provider"
    Inputs = NameQuery
    Outputs = GithubProviderFound

    def rows(self, server: Server, inputs: NameQuery) -> list[Row]:
        return [{**row, "name": row["gitProvider"]["name"]} for row in server.read("github.githubProviders")]

    def found(self, server: Server, row: Row) -> GithubProviderFound:
        return GithubProviderFound(github_id=row["githubId"])
