"""Find a project, an environment or an application that was made elsewhere."""

from __future__ import annotations

from pydantic import Field

from dokploy import marker
from dokploy.fields import Id, Name
from dokploy.lookup import Lookup, the_only
from dokploy.resource import Model
from dokploy.server import Server


class ProjectQuery(Model):
    """Which project."""

    name: Name = Field(description="Name of the project.")


class ProjectFound(Model):
    """The project."""

    project_id: str = Field(description="Id of the project.")
    description: str = Field(description="What the project is for; empty where nothing is said.")
    default_environment_id: str = Field(description="Id of its environment `production`.")


class GetProject(Lookup[ProjectQuery, ProjectFound]):
    """Find a project by its name."""

    name = "getProject"
    Inputs = ProjectQuery
    Outputs = ProjectFound

    def find(self, server: Server, inputs: ProjectQuery) -> ProjectFound:
        row = the_only(server.read("project.all"), "name", inputs.name, "project")
        return ProjectFound(
            project_id=row["projectId"],
            description=marker.strip(row["description"]),
            default_environment_id=next(e["environmentId"] for e in row["environments"] if e["isDefault"]),
        )


class EnvironmentQuery(Model):
    """Which environment."""

    project_id: Id = Field(description="Id of the project.")
    name: Name = Field(description="Name of the environment.")


class EnvironmentFound(Model):
    """The environment."""

    environment_id: str = Field(description="Id of the environment.")
    is_default: bool = Field(description="Whether it is the one that Dokploy made with the project.")


class GetEnvironment(Lookup[EnvironmentQuery, EnvironmentFound]):
    """Find an environment by its project and name."""

    name = "getEnvironment"
    Inputs = EnvironmentQuery
    Outputs = EnvironmentFound

    def find(self, server: Server, inputs: EnvironmentQuery) -> EnvironmentFound:
        rows = server.read("project.one", projectId=inputs.project_id)["environments"]
        row = the_only(rows, "name", inputs.name, "environment")
        return EnvironmentFound(environment_id=row["environmentId"], is_default=row["isDefault"])


class ApplicationQuery(Model):
    """Which application."""

    environment_id: Id = Field(description="Id of the environment.")
    name: Name = Field(description="Name of the application.")


class ApplicationFound(Model):
    """The application."""

    application_id: str = Field(description="Id of the application.")
    app_name: str = Field(description="Name of its Swarm service.")


class GetApplication(Lookup[ApplicationQuery, ApplicationFound]):
    """Find an application by its environment and name."""

    name = "getApplication"
    Inputs = ApplicationQuery
    Outputs = ApplicationFound

    def find(self, server: Server, inputs: ApplicationQuery) -> ApplicationFound:
        rows = server.read("environment.one", environmentId=inputs.environment_id)["applications"]
        row = the_only(rows, "name", inputs.name, "application")
        # The list has no service names.
        application = server.read("application.one", applicationId=row["applicationId"])
        return ApplicationFound(application_id=row["applicationId"], app_name=application["appName"])
