"""`docker inspect` of a container that the simulator pretends to run."""

from __future__ import annotations

import copy
from typing import Any

from .clock import docker_time
from .services import Service, Task

# Settings of a container that Dokploy leaves to Docker.
_HOST: dict[str, Any] = {
    **dict.fromkeys(
        (
            "Binds",
            "VolumesFrom",
            "CapAdd",
            "CapDrop",
            "Dns",
            "DnsOptions",
            "DnsSearch",
            "ExtraHosts",
            "GroupAdd",
            "Links",
            "SecurityOpt",
            "BlkioWeightDevice",
            "BlkioDeviceReadBps",
            "BlkioDeviceWriteBps",
            "BlkioDeviceReadIOps",
            "BlkioDeviceWriteIOps",
            "Devices",
            "DeviceCgroupRules",
            "DeviceRequests",
            "MemorySwappiness",
            "PidsLimit",
        )
    ),
    **dict.fromkeys(
        (
            "OomScoreAdj",
            "CpuShares",
            "BlkioWeight",
            "CpuPeriod",
            "CpuQuota",
            "CpuRealtimePeriod",
            "CpuRealtimeRuntime",
            "CpuCount",
            "CpuPercent",
            "IOMaximumIOps",
            "IOMaximumBandwidth",
        ),
        0,
    ),
    **dict.fromkeys(("AutoRemove", "Privileged", "PublishAllPorts", "ReadonlyRootfs", "OomKillDisable"), False),
    **dict.fromkeys(
        (
            "ContainerIDFile",
            "VolumeDriver",
            "Cgroup",
            "PidMode",
            "UTSMode",
            "UsernsMode",
            "CgroupParent",
            "CpusetCpus",
            "CpusetMems",
        ),
        "",
    ),
    "LogConfig": {"Type": "json-file", "Config": {}},
    "NetworkMode": "default",
    "PortBindings": {},
    "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
    "ConsoleSize": [0, 0],
    "CgroupnsMode": "host",
    "IpcMode": "private",
    "ShmSize": 67108864,
    "Runtime": "runc",
    "Isolation": "default",
    "Ulimits": [],
    "MaskedPaths": [
        "/proc/asound",
        "/proc/acpi",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/proc/sched_debug",
        "/proc/scsi",
        "/sys/firmware",
    ],
    "ReadonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
}
_NEVER = "0001-01-01T00:00:00Z"


def inspect(service: Service, task: Task) -> dict[str, Any]:
    release, container = task.release, task.container or ""
    folder = f"/var/lib/docker/containers/{container}"
    name = f"{service.name}.{task.slot}.{task.id}"
    words = [*release.command, *release.args] or ["node", "server.js"]
    return {
        "Id": container,
        "Created": docker_time(task.created),
        "Path": words[0],
        "Args": words[1:],
        "State": _state(task),
        "Image": f"sha256:{container[::-1]}",
        "ResolvConfPath": f"{folder}/resolv.conf",
        "HostnamePath": f"{folder}/hostname",
        "HostsPath": f"{folder}/hosts",
        "LogPath": f"{folder}/{container}-json.log",
        "Name": f"/{name}",
        "RestartCount": 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": None,
        "HostConfig": _host_config(task),
        "GraphDriver": {"Data": _layers(container), "Name": "overlay2"},
        "Mounts": [dict(mount) for mount in release.mounts],
        "Config": _config(service, task, name, words),
        "NetworkSettings": _network(container),
    }


def _state(task: Task) -> dict[str, Any]:
    alive = task.alive
    state: dict[str, Any] = {
        "Status": "running" if alive else "exited",
        "Running": alive,
        "Paused": False,
        "Restarting": False,
        "OOMKilled": False,
        "Dead": False,
        "Pid": 4242 if alive else 0,
        "ExitCode": task.exit_code,
        "Error": "",
        "StartedAt": docker_time(task.started or task.created),
        "FinishedAt": docker_time(task.finished) if task.finished else _NEVER,
    }
    if task.health:
        failing = task.health == "unhealthy"
        entry = {
            "Start": docker_time(task.since),
            "End": docker_time(task.since),
            "ExitCode": int(failing),
            "Output": "simulated check failed" if failing else "",
        }
        log = [] if task.health == "starting" else [entry]
        state["Health"] = {"Status": task.health, "FailingStreak": 3 * failing, "Log": log}
    return state


def _host_config(task: Task) -> dict[str, Any]:
    mounts = []
    for mount in task.release.mounts:
        source = mount["Name"] if mount["Type"] == "volume" else mount["Source"]
        mounts.append({"Type": mount["Type"], "Source": source, "Target": mount["Destination"]})
    config: dict[str, Any] = {
        **copy.deepcopy(_HOST),
        "Memory": task.release.memory,
        "MemoryReservation": 0,
        "NanoCpus": task.release.nano_cpus,
        "MemorySwap": 2 * task.release.memory,
    }
    if mounts:
        config["Mounts"] = mounts
    return config


def _config(service: Service, task: Task, name: str, words: list[str]) -> dict[str, Any]:
    release = task.release
    config: dict[str, Any] = {
        "Hostname": (task.container or "")[:12],
        "Domainname": "",
        "User": "",
        **dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr"), False),
        "ExposedPorts": {"3000/tcp": {}},
        **dict.fromkeys(("Tty", "OpenStdin", "StdinOnce"), False),
        "Env": [*release.env, "PATH=/bin"],
        "Cmd": list(release.args) or words,
        "Image": release.image,
        "Volumes": None,
        "WorkingDir": "",
        "Entrypoint": list(release.command) or None,
        "OnBuild": None,
        "Labels": {
            **release.labels,
            "com.docker.swarm.node.id": "simulator",
            "com.docker.swarm.service.id": service.id,
            "com.docker.swarm.service.name": service.name,
            "com.docker.swarm.task": "",
            "com.docker.swarm.task.id": task.id,
            "com.docker.swarm.task.name": name,
        },
    }
    if release.health and release.checked:
        config["Healthcheck"] = dict(release.health)
    return config


def _layers(container: str) -> dict[str, str]:
    folder = f"/var/lib/docker/overlay2/{container[::-1]}"
    places = {"LowerDir": "lower", "MergedDir": "merged", "UpperDir": "diff", "WorkDir": "work"}
    return {name: f"{folder}/{place}" for name, place in places.items()}


def _network(container: str) -> dict[str, Any]:
    address = {"IPAddress": "10.0.1.2", "IPPrefixLen": 24, "MacAddress": "02:42:0a:00:01:02"}
    no_v6 = {"GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0, "IPv6Gateway": ""}
    network = {
        "IPAMConfig": {"IPv4Address": "10.0.1.2"},
        "Links": None,
        "Aliases": [container[:12]],
        "DriverOpts": None,
        "GwPriority": 0,
        "NetworkID": container[:25],
        "EndpointID": container,
        "Gateway": "",
        "DNSNames": None,
        **address,
        **no_v6,
    }
    return {
        "Bridge": "",
        "SandboxID": container,
        "SandboxKey": f"/var/run/docker/netns/{container[:12]}",
        "Ports": {"3000/tcp": None},
        "HairpinMode": False,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "SecondaryIPAddresses": None,
        "SecondaryIPv6Addresses": None,
        "EndpointID": "",
        "Gateway": "",
        "IPAddress": "",
        "IPPrefixLen": 0,
        "MacAddress": "",
        **no_v6,
        "Networks": {"dokploy-network": network},
    }
