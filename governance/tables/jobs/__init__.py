"""Columns of jobs."""
