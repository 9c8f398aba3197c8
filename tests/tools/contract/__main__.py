"""Accepts the contracts as they are: `make snapshots`."""

import anyio

from tests.tools.contract import contracts, kept

now = anyio.run(contracts)
for file in kept().keys() - now.keys():
    file.unlink()
for file, contract in now.items():
    file.write_text(contract, encoding="utf-8")
