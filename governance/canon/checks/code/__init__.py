"""Python code as the checks read it: parsed, never run."""
