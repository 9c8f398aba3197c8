"""The sandbox on a port, as the command line starts it."""

import re
import signal
import socket
import subprocess
import sys

import httpx

COMMAND = [sys.executable, "-m", "recordings_mcp.server", "sandbox", "--port"]


def test_the_sandbox_listens_where_it_says_also_when_the_system_chose_the_port() -> None:
    with subprocess.Popen([*COMMAND, "0"], stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            assert process.stderr
            told = process.stderr.readline() + process.stderr.readline()
            settings = dict(re.findall(r"(POSTHOG_\w+)=(\S+)", told))
            key = {"Authorization": f"Bearer {settings['POSTHOG_PERSONAL_API_KEY']}"}
            project = f"{settings['POSTHOG_HOST']}/api/projects/{settings['POSTHOG_PROJECT_ID']}"
            answer = httpx.get(
                f"{project}/session_recordings", headers=key, follow_redirects=True, timeout=60
            )
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        finally:
            process.kill()

    assert answer.status_code == 200
    assert answer.json()["results"]
    assert process.returncode == 0


def test_a_port_in_use_is_reported_with_the_fix() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = subprocess.run(  # noqa: S603 - the command is ours
            [*COMMAND, str(port)], capture_output=True, text=True, check=False, timeout=60
        )

    assert finished.returncode == 2
    assert finished.stderr == (
        f"recordings-mcp: port: 127.0.0.1 port {port} cannot be listened on (Address already in use); "
        "choose another.\n"
    )
