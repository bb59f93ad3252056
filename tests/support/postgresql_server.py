"""A PostgreSQL server of the tests' own, in a temporary folder, never as root; and PgBouncer before it."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

USER = "postgres"


def program(name: str) -> str | None:
    """One of the server's programs: Debian keeps them off the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name) or next((str(home / name) for home in homes if (home / name).exists()), None)


def is_installed() -> bool:
    return program("initdb") is not None and program("pg_ctl") is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_nobody_special(command: list[str]) -> list[str]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command]


@dataclass
class Server:
    """A running server. ``url`` is that of a database; each test takes a schema of its own in it."""

    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    def url(self, schema: str, port: int | None = None) -> str:
        return f"postgresql://{USER}@127.0.0.1:{port or self.port}/postgres?schema={schema}"

    def control(self, *what: str) -> None:
        control = program("pg_ctl")
        assert control is not None
        command = [control, "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), *what]
        # set behind the change of user: what is preloaded before it would belong to root
        named = ["env", *(f"{name}={value}" for name, value in self.environment.items())] if self.environment else []
        subprocess.run(as_nobody_special([*named, *command]), check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        self.control("-w", "start")

    def fail_over(self) -> None:
        """The server goes on as a standby that was promoted: with a timeline of its own."""
        self.crash()
        as_user = as_nobody_special(["touch", str(self.folder / "data" / "standby.signal")])
        subprocess.run(as_user, check=True)
        self.start()
        self.control("-w", "promote")

    def crash(self) -> None:
        self.control("-m", "immediate", "-w", "stop")

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """As on a machine that sleeps, or whose disk hangs: what is sent is taken by the system, and nobody answers."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        processes = [main, *map(int, children)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)


@cache
def template() -> Path:
    """An empty cluster, made once a process: a copy of it costs a tenth of the time."""
    initdb = program("initdb")
    assert initdb is not None
    data = new_folder() / "data"
    atexit.register(shutil.rmtree, data.parent, ignore_errors=True)
    make = [initdb, "-D", str(data), "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(as_nobody_special(make), check=True, stdout=subprocess.DEVNULL)
    return data


def new_folder() -> Path:
    """A temporary folder that is the server's own."""
    folder = Path(tempfile.mkdtemp(prefix="enrich-postgresql-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(USER)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


@contextmanager
def server(*, durable: bool = False, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """A new cluster; ``durable``: every commit is synced, as in production."""
    folder = new_folder()
    try:
        data = folder / "data"
        subprocess.run(as_nobody_special(["cp", "-R", str(template()), str(data)]), check=True)
        there = Server(folder, free_port(), environment or {})
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"port = {there.port}\nlisten_addresses = '127.0.0.1'\n")
            settings.write(f"unix_socket_directories = '{folder}'\nfsync = {'on' if durable else 'off'}\n")
            settings.write("shared_buffers = 64MB\nmax_connections = 60\n")
        there.start()
        try:
            yield there
        finally:
            there.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def pooler(there: Server, port: int = 0) -> Iterator[int]:
    """PgBouncer in transaction mode before a server; its port. A few connections serve all."""
    port = port or free_port()
    settings = there.folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\npostgres = host=127.0.0.1 port={there.port} dbname=postgres user={USER}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\npool_mode = transaction\n"
        f"default_pool_size = 3\nunix_socket_dir =\nlogfile = {there.folder}/pgbouncer.log\n"
        f"pidfile = {there.folder}/pgbouncer.pid\n"
    )
    settings.chmod(0o644)
    command = as_nobody_special([shutil.which("pgbouncer") or "/usr/sbin/pgbouncer", str(settings)])
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on {port}")
