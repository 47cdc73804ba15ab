"""The tool canon for pipelines in any language."""
