"""How fast the server starts and answers, compared with a minimal server: `make bench`.

Each server runs in its own process, with a client that sends raw JSON and so costs the same for both. The two
alternate within one run, so that other load slows both alike; a ratio is the median of the ratios. CPU is the
time of the server's process alone.
"""

import argparse

from benchmarks.call_overhead import print_call_overhead
from benchmarks.cold_start import print_cold_start
from benchmarks.parallel import print_parallel
from benchmarks.throughput import print_throughput


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="How fast the server starts and answers.")
    parser.add_argument("--starts", type=int, default=15, help="starts of each side; default: 15")
    parser.add_argument("--calls", type=int, default=300, help="calls of each side; default: 300")
    parser.add_argument("--rounds", type=int, default=20, help="rounds of 200 calls over HTTP; default: 20")
    options = parser.parse_args()
    print_cold_start(options.starts)
    print_call_overhead(options.calls)
    print_throughput(options.rounds)
    print_parallel()


if __name__ == "__main__":
    main()
