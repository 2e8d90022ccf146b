"""What ``nox -s serve`` says before it builds."""

import socket
import subprocess
import sys
from pathlib import Path

NOXFILE = Path(__file__).resolve().parents[2] / "noxfile.py"


def test_a_taken_port_is_said_first():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "nox", "--noxfile", NOXFILE, "--no-venv", "--install-only"]
        done = subprocess.run(
            [*command, "--session=serve", "--", f"--port={port}"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 1
    assert f"cannot serve on port {port}" in done.stderr
    assert f"nox -s serve -- --port={port + 1}" in done.stderr
    assert "pip install" not in done.stderr
