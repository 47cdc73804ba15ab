"""What a repository depends on, as its files say: parsed, never installed."""
