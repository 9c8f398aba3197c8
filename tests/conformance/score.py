"""`make score`: what mcpscore says of the server, over stdio and behind TLS, and that every lost point is explained."""

import json
import re
import secrets
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from recordings_mcp.sandbox import SANDBOX_API_KEY
from tests.conformance.certificate import make_certificate
from tests.conformance.reverse_proxy import reverse_proxy
from tests.conformance.server_process import SHIPPED, started, without_settings

_GAUGE = "mcpscore@1.29.0"
_LEAST = 0.95
_EXPLANATIONS = Path(__file__).parents[2] / "docs" / "conformance.md"
_ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \|", re.MULTILINE)
_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Score:
    """What mcpscore says.

    Attributes:
        points: What was reached.
        most: What could be reached, of the rules that apply.
        lost: Points lost, by rule.
    """

    points: int
    most: int
    lost: dict[str, int]

    @classmethod
    def of(cls, report: dict[str, Any]) -> "Score":
        """Read a report."""
        failed = [result for result in report["results"] if not result["passed"]]
        lost = {result["rule_id"]: result["severity_value"] for result in failed}
        return cls(report["score"], report["max_score"], lost)

    def __str__(self) -> str:
        lost = ", ".join(f"{rule} (-{points})" for rule, points in self.lost.items())
        return f"{self.points} of {self.most} points, {self.points / self.most:.1%}; lost: {lost or 'none'}"


async def main() -> int:
    """Measure in three ways.

    Returns:
        0 if every score is at least 95 % and every lost point is explained, and nothing else; else 1.
    """
    uvx = shutil.which("uvx", path=str(Path(sys.executable).parent)) or shutil.which("uvx")
    if uvx is None:
        sys.stderr.write("mcpscore is fetched by uvx, which comes with the package uv: install it.\n")
        return 1
    scores: dict[str, Score] = {}
    with tempfile.TemporaryDirectory() as folder:
        scores["stdio"] = await _over_stdio(uvx)
        scores["https, one secret"] = await _over_https(uvx, Path(folder), gateway=False)
        scores["https, gateway"] = await _over_https(uvx, Path(folder), gateway=True)
    sys.stdout.writelines(f"{way:17}: {score}\n" for way, score in scores.items())
    return complain(scores, dict(_ROW.findall(_EXPLANATIONS.read_text(encoding="utf-8"))))


def complain(scores: dict[str, Score], explained: dict[str, str]) -> int:
    """Say what is not as it must be."""
    low = [way for way, score in scores.items() if score.points < _LEAST * score.most]
    lost = {rule for score in scores.values() for rule in score.lost}
    complaints = [f"{way}: below {_LEAST:.0%}" for way in low]
    complaints += [
        f"{rule}: lost, and {_EXPLANATIONS.name} does not say why" for rule in lost - explained.keys()
    ]
    complaints += [
        f"{rule}: no longer lost; strike it from {_EXPLANATIONS.name}" for rule in explained.keys() - lost
    ]
    sys.stdout.writelines(f"{complaint}\n" for complaint in sorted(complaints))
    return int(bool(complaints))


async def _over_stdio(uvx: str) -> Score:
    return await _measure(uvx, "--stdio", sys.executable, "-m", "recordings_mcp.server", "--sandbox")


async def _over_https(uvx: str, folder: Path, *, gateway: bool) -> Score:
    secret = None if gateway else secrets.token_hex(32)
    tls, trusted = make_certificate(folder)
    # Whoever gives out keys must not be asked: the points must not depend on the network.
    identity = ["--gateway", "--host", "https://localhost:9"] if gateway else []
    async with reverse_proxy(tls) as proxy:
        names = ["--allowed-hosts", f"localhost:{proxy.port}"]
        async with started(*SHIPPED, *names, *identity, secret=secret) as port, proxy.carrying_to(port):
            address = f"https://localhost:{proxy.port}/mcp"
            return await _measure(uvx, address, "--token", secret or SANDBOX_API_KEY, trusted=trusted)


async def _measure(uvx: str, *target: str, trusted: Path | None = None) -> Score:
    environment = without_settings()
    command = [uvx, "--quiet", _GAUGE, "--no-config", "--json", *target]
    if trusted is not None:
        environment["SSL_CERT_FILE"] = str(trusted)
        command.insert(
            1, "--offline"
        )  # uvx would trust nothing else, either; it has the program since the first run
    with anyio.fail_after(_SECONDS):
        finished = await anyio.run_process(command, env=environment, check=False)
    if not finished.stdout:
        raise RuntimeError(finished.stderr.decode())
    return Score.of(json.loads(finished.stdout))


if __name__ == "__main__":
    sys.exit(anyio.run(main))
