"""The tool canon as it is asked and kept to: toolbox.yaml is what it says, guard.py who may call what."""
