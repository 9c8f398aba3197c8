"""What a recording comes down to, as facts: visits, actions, signals, attempts, a verdict."""
