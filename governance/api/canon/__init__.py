"""The tool canon for pipelines."""
