"""The tool canon as JSON: tools, calls, requests and violations."""
