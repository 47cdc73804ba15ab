"""The tool canon as records: its versions, what stops tools, broken rules."""
