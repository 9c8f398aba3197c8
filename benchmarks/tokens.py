"""`python -m benchmarks.tokens`: what answers and definitions cost in tokens, and whether the estimate holds.

Counts with o200k, by gpt-tokenizer from npm (needs npx). Watches the recordings of the sandbox, or those of a
folder of the same layout: `python -m benchmarks.tokens FOLDER`. Fails if `estimate_tokens` is below what the
tokenizer counts for an answer, or more than 15 % above, or if an answer is longer than `max_tokens` allows.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import anyio
from mcp import Client
from mcp.types import CallToolResult, TextContent

from recordings_mcp.client import application_transport
from recordings_mcp.replay import estimate_tokens
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration

TOKENIZER = "gpt-tokenizer@4.0.0"
MOST_ABOVE = 0.15
SHORT = 500
_COUNT = """
const { join } = require("path");
const bin = process.env.PATH.split(":").find((folder) => folder.includes("_npx"));
const { countTokens } = require(join(bin, "..", "gpt-tokenizer", "cjs", "encoding", "o200k_base.js"));
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => countTokens(text))));
"""

Texts = dict[str, list[str]]


def tokens_of(texts: Sequence[str]) -> list[int]:
    """Return the tokens of each text by o200k. Needs npx."""
    script = " ".join(_COUNT.split()).replace("'", '"')
    counted = subprocess.run(  # noqa: S603 - our own command
        [
            shutil.which("npx") or "npx",
            "--yes",
            "--loglevel=error",
            "--package",
            TOKENIZER,
            "-c",
            f"node -e '{script}'",
        ],
        input=json.dumps(list(texts)),
        capture_output=True,
        check=True,
        text=True,
    )
    counts: list[int] = json.loads(counted.stdout)
    return counts


async def collect(folder: Path | None) -> tuple[Texts, Texts]:
    """Return the definition of each tool by its name, and answers by what was called."""
    settings = SandboxSettings() if folder is None else SandboxSettings(recordings=folder)
    server = create_server(
        Configuration(sandbox=True), transport=application_transport(create_sandbox(settings))
    )
    definitions: Texts = {}
    answers: Texts = {}

    async with Client(server) as client:

        async def answer(name: str, tool: str, **arguments: Any) -> None:
            answers.setdefault(name, []).append(_text(await client.call_tool(tool, arguments)))

        for tool in (await client.list_tools()).tools:
            schema = json.dumps(tool.input_schema, separators=(",", ":"), ensure_ascii=False)
            definitions[tool.name] = [f"{tool.name}\n{tool.description}\n{schema}"]
        for limit in (1, 5, 20):
            await answer(f"search, {limit} rows", "search_recordings", since="all", limit=limit)
        ids = [recording.split("|")[0].strip() for recording in _rows(answers["search, 20 rows"][0])]
        await answer("compare", "compare_recordings", recordings=ids[:20])
        await answer("preview of a deletion", "delete_recordings", recordings=ids[:3])
        for one in ids:
            await answer("get", "get_recording", recording=one)
            await answer("watch", "watch_recording", recording=one)
            await answer(f"watch, {SHORT} tokens", "watch_recording", recording=one, max_tokens=SHORT)
            await answer("summarize", "summarize_recording", recording=one)
    return definitions, answers


def report(title: str, texts: Mapping[str, Sequence[str]], *, check: bool) -> list[str]:
    """Print a table of tokens; return what does not hold."""
    counts = iter(tokens_of([text for some in texts.values() for text in some]))
    sys.stdout.write(f"{title:24} {'n':>3} {'median':>7} {'p90':>6} {'most':>6}   estimate / tokens\n")
    wrong: list[str] = []
    total = 0
    for name, some in texts.items():
        real = [next(counts) for _ in some]
        shares = sorted(estimate_tokens(text) / tokens for text, tokens in zip(some, real, strict=True))
        real.sort()
        total += sum(real)
        most = real[-1]
        p90 = real[min(len(real) - 1, len(real) * 9 // 10)]
        row = f"{name:24} {len(real):3} {median(real):7.0f} {p90:6} {most:6}"
        sys.stdout.write(f"{row}   {shares[0]:.2f} to {shares[-1]:.2f}\n")
        if check and not 1 <= shares[0] <= shares[-1] <= 1 + MOST_ABOVE:
            wrong.append(f"{name}: the estimate is {shares[0]:.2f} to {shares[-1]:.2f} of the tokens")
        if name.endswith(f"{SHORT} tokens") and most > SHORT:
            wrong.append(f"{name}: {most} tokens")
    sys.stdout.write(f"{'in all':24} {total:>11}\n\n")
    return wrong


def _text(result: CallToolResult) -> str:
    return "".join(block.text for block in result.content if isinstance(block, TextContent))


def _rows(found: str) -> list[str]:
    return [line for line in found.splitlines() if line.count("|") > 3]  # noqa: PLR2004 - a row has more cells


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tokens", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of recordings as the sandbox has it")
    folder = parser.parse_args().folder
    if shutil.which("npx") is None:
        sys.stdout.write("Skipped: the tokenizer needs npx, which is missing. Install Node.js with npm.\n")
        return
    definitions, answers = anyio.run(collect, folder)
    report("definition", definitions, check=False)
    wrong = report("answer", answers, check=True)
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
