"""Reads of retention, purges and the account of every error."""
