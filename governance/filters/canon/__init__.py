"""What is filtered of the tool canon: calls, kill switches, versions."""
