"""Find a project, an environment or an application that was made elsewhere."""

from __future__ import annotations

from pydantic import Field

from dokploy import marker
from dokploy.fields import Id, Name
from dokploy.lookups.by_name import ByName, NameQuery
from dokploy.resource import Model
from dokploy.rows import Row
from dokploy.server import Server


class ProjectQuery(NameQuery):
    """Which project."""

    name: Name = Field(description="Name of the project.")


class ProjectFound(Model):
    """The project."""

    project_id: str = Field(description="Id of the project.")
    description: str = Field(description="What the project is for; empty where nothing is said.")
    default_environment_id: str = Field(description="Id of its environment `production`.")


class GetProject(ByName[ProjectQuery, ProjectFound]):
    """Find a project by its name."""

    name, what = "getProject", "project"
    Inputs = ProjectQuery
    Outputs = ProjectFound

    def rows(self, server: Server, inputs: ProjectQuery) -> list[Row]:
        return list(server.read("project.all"))

    def found(self, server: Server, row: Row) -> ProjectFound:
        return ProjectFound(
            project_id=row["projectId"],
            description=marker.strip(row["description"]),
            default_environment_id=next(e["environmentId"] for e in row["environments"] if e["isDefault"]),
        )


class EnvironmentQuery(NameQuery):
    """Which environment."""

    project_id: Id = Field(description="Id of the project.")
    name: Name = Field(description="Name of the environment.")


class EnvironmentFound(Model):
    """The environment."""

    environment_id: str = Field(description="Id of the environment.")
    is_default: bool = Field(description="Whether it is the one that Dokploy made with the project.")


class GetEnvironment(ByName[EnvironmentQuery, EnvironmentFound]):
    """Find an environment by its project and name."""

    name, what = "getEnvironment", "environment"
    Inputs = EnvironmentQuery
    Outputs = EnvironmentFound

    def rows(self, server: Server, inputs: EnvironmentQuery) -> list[Row]:
        return list(server.read("project.one", projectId=inputs.project_id)["environments"])

    def found(self, server: Server, row: Row) -> EnvironmentFound:
        return EnvironmentFound(environment_id=row["environmentId"], is_default=row["isDefault"])


class ApplicationQuery(NameQuery):
    """Which application."""

    environment_id: Id = Field(description="Id of the environment.")
    name: Name = Field(description="Name of the application.")


class ApplicationFound(Model):
    """The application."""

    application_id: str = Field(description="Id of the application.")
    app_name: str = Field(description="Name of its Swarm service.")


class GetApplication(ByName[ApplicationQuery, ApplicationFound]):
    """Find an application by its environment and name."""

    name, what = "getApplication", "application"
    Inputs = ApplicationQuery
    Outputs = ApplicationFound

    def rows(self, server: Server, inputs: ApplicationQuery) -> list[Row]:
        return list(server.read("environment.one", environmentId=inputs.environment_id)["applications"])

    def found(self, server: Server, row: Row) -> ApplicationFound:
        # The list has no service names.
        application = server.read("application.one", applicationId=row["applicationId"])
        return ApplicationFound(application_id=row["applicationId"], app_name=application["appName"])
